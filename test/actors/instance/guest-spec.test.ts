import assert from 'node:assert/strict';
import test from 'node:test';
import { guestSpec } from '../../../actors/instance/guest-spec.ts';
import type { BootData } from '../../../actors/instance/row.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, ID, PORT } from './an-instance.ts';

const v4 = {
  subnetId: 's4',
  address: '10.0.0.5',
  version: 4,
  prefixLength: 26,
  gateway: '10.0.0.1',
  dnsServers: ['9.9.9.9'],
} as const;
const v6 = {
  subnetId: 's6',
  address: 'fd00::5',
  version: 6,
  prefixLength: 60,
  gateway: 'fd00::1',
  dnsServers: [],
} as const;
const BOOT: BootData = {
  userData: Buffer.from('#!/bin/sh\n').toString('base64'),
  publicKey: 'ssh-ed25519 AAAA me',
  keyType: 'ssh',
  adminPassword: 'secret',
};

test('a guest is made as its flavor, image and ports say', () => {
  const spec = guestSpec(anInstance(), BOOT);
  assertHas(spec, { vcpus: 2, memoryMib: 512, rootGib: 1, ephemeralGib: 2, swapMib: 1_025 });
  assert.deepEqual(spec.image, {
    imageId: '22222222-2222-4222-8222-222222222222',
    contentId: 'ab',
    format: 'qcow2',
    sizeBytes: 5,
  });
  assertHas(spec.nics, [{ portId: PORT.portId, macAddress: PORT.macAddress, mtu: 1_450 }]);
  assert.equal(guestSpec(anInstance({ image: null }), BOOT).image, null);
});

test('meta_data.json has what the guest is called, its key, its password and its metadata', () => {
  assert.deepEqual(guestSpec(anInstance(), BOOT).metadata.metaData, {
    uuid: ID,
    name: 'web',
    hostname: 'web',
    launch_index: 0,
    availability_zone: 'nova',
    project_id: 'p1',
    meta: { role: 'web' },
    devices: [],
    admin_pass: 'secret',
    public_keys: { k1: 'ssh-ed25519 AAAA me' },
    keys: [{ name: 'k1', type: 'ssh', data: 'ssh-ed25519 AAAA me' }],
  });
});

test('without key, password and user data the guest is told of none', () => {
  for (const boot of [undefined, { userData: null, publicKey: null, keyType: null, adminPassword: null }]) {
    const { metaData, userData } = guestSpec(anInstance({ keyName: null }), boot).metadata;
    assert.equal(userData, null);
    for (const field of ['public_keys', 'keys', 'admin_pass']) assert.equal(field in metaData, false, field);
  }
});

test('user data reaches the guest as the bytes that were sent', () => {
  assert.deepEqual(Buffer.from(guestSpec(anInstance(), BOOT).metadata.userData ?? []).toString(), '#!/bin/sh\n');
});

test('network_data.json has a link for each port, a network for each address, and the name servers', () => {
  const other = { ...PORT, portId: 'p2', macAddress: 'fa:16:3e:00:00:02', fixedIps: [{ ...v4, gateway: null }] };
  const ports = [{ ...PORT, fixedIps: [v4, v6] }, other];
  assert.deepEqual(guestSpec(anInstance({ ports }), BOOT).metadata.networkData, {
    links: [
      { id: 'tap0', vif_id: PORT.portId, type: 'phy', mtu: 1_450, ethernet_mac_address: 'fa:16:3e:00:00:01' },
      { id: 'tap1', vif_id: 'p2', type: 'phy', mtu: 1_450, ethernet_mac_address: 'fa:16:3e:00:00:02' },
    ],
    networks: [
      {
        id: 'network0-0',
        type: 'ipv4',
        link: 'tap0',
        ip_address: '10.0.0.5',
        netmask: '255.255.255.192',
        network_id: PORT.networkId,
        routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '10.0.0.1' }],
        services: [{ type: 'dns', address: '9.9.9.9' }],
      },
      {
        id: 'network0-1',
        type: 'ipv6',
        link: 'tap0',
        ip_address: 'fd00::5',
        netmask: 'ffff:ffff:ffff:fff0::',
        network_id: PORT.networkId,
        routes: [{ network: '::', netmask: '::', gateway: 'fd00::1' }],
        services: [],
      },
      {
        id: 'network1-0',
        type: 'ipv4',
        link: 'tap1',
        ip_address: '10.0.0.5',
        netmask: '255.255.255.192',
        network_id: PORT.networkId,
        routes: [],
        services: [{ type: 'dns', address: '9.9.9.9' }],
      },
    ],
    services: [
      { type: 'dns', address: '9.9.9.9' },
      { type: 'dns', address: '9.9.9.9' },
    ],
  });
});
