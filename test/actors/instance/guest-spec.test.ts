import assert from 'node:assert/strict';
import test from 'node:test';
import { quiescingOf } from '../../../actors/instance/guest-agent.ts';
import { guestSpec } from '../../../actors/instance/guest-spec.ts';
import { isRescuable } from '../../../actors/instance/rescue-device.ts';
import type { BootData, Instance } from '../../../actors/instance/row.ts';
import { withBound } from '../../../actors/instance/volumes.ts';
import { assertHas } from '../assert-has.ts';
import { anInstance, HELD_VOLUME, ID, OTHER_IMAGE, PORT, REQUESTS, SPEC } from './an-instance.ts';

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

test('the guest is told which of its cards have tags', () => {
  const ports = [PORT, { ...PORT, portId: 'p2', macAddress: 'fa:16:3e:00:00:02', tag: 'public' }];
  assert.deepEqual(guestSpec(anInstance({ ports }), BOOT).metadata.metaData['devices'], [
    { type: 'nic', bus: 'none', address: 'none', mac: 'fa:16:3e:00:00:02', tags: ['public'] },
  ]);
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

test('injected files are on the config drive, and its metadata say where they belong', () => {
  const files = [
    { path: '/etc/motd', contents: 'aGk=' },
    { path: '/b', contents: '' },
  ];
  const { metaData, files: kept } = guestSpec(anInstance(), { ...BOOT, files }).metadata;
  assert.deepEqual(metaData['files'], [
    { path: '/etc/motd', content_path: '/content/0000' },
    { path: '/b', content_path: '/content/0001' },
  ]);
  assert.deepEqual(kept, [
    { name: '0000', content: Buffer.from('hi') },
    { name: '0001', content: Buffer.alloc(0) },
  ]);
  assert.equal('files' in guestSpec(anInstance(), BOOT).metadata, false);
});

test('an image says how a guest is to see the disk that it is rescued with', () => {
  const seenWith = (properties: Readonly<Record<string, string>>) =>
    guestSpec(anInstance({ rescueImage: { ...OTHER_IMAGE, properties } }), BOOT).rescueDevice;
  assert.equal(seenWith({}), null);
  assert.deepEqual(seenWith({ hw_rescue_device: 'disk' }), { device: 'disk', bus: 'virtio' });
  assert.deepEqual(seenWith({ hw_rescue_device: 'cdrom' }), { device: 'cdrom', bus: 'sata' });
  assert.deepEqual(seenWith({ hw_rescue_bus: 'ide' }), { device: 'disk', bus: 'sata' });
  assert.deepEqual(seenWith({ hw_rescue_bus: 'scsi', hw_rescue_device: 'cdrom' }), { device: 'cdrom', bus: 'scsi' });
  assert.ok(!isRescuable({ hw_rescue_device: 'floppy' }));
  assert.ok(!isRescuable({ hw_rescue_bus: 'nvme' }));
  assert.ok(!isRescuable({ hw_rescue_device: 'cdrom', hw_rescue_bus: 'virtio' }));
});

test('an image says whether its guest has an agent, and whether it must be quiesced', () => {
  const of = (properties: Readonly<Record<string, string>>) =>
    anInstance({ image: SPEC.image && { ...SPEC.image, properties } });
  const [none, agent, must] = [of({}), of({ hw_qemu_guest_agent: 'Yes' }), of({ os_require_quiesce: 'true' })];
  assert.deepEqual([none, agent, must].map(quiescingOf), ['no', 'ifPossible', 'required']);
  assert.deepEqual(
    [none, agent].map((instance) => guestSpec(instance, BOOT).guestAgent),
    [undefined, true],
  );
  const rebuilt = anInstance({ rootImage: agent.image });
  assert.equal(quiescingOf(rebuilt), 'ifPossible');
});

test('a volume that is booted from says the same of its image; another one says nothing', () => {
  const of = (properties: Readonly<Record<string, string>>, bootIndex: 0 | null = 0): Instance => {
    const bound = { ...HELD_VOLUME, volumeId: 'v', imageMetadataJson: JSON.stringify(properties), multiattach: false };
    const asked = { ...REQUESTS.attachVolume.request, bootIndex };
    return withBound(anInstance({ image: null }), bound, asked);
  };
  const said = [
    of({}),
    of({ hw_qemu_guest_agent: 'on' }),
    of({ hw_qemu_guest_agent: 'on', os_require_quiesce: '1' }),
    of({ os_require_quiesce: '1' }),
    of({ hw_qemu_guest_agent: 'on' }, null),
  ];
  assert.deepEqual(said.map(quiescingOf), ['no', 'ifPossible', 'required', 'no', 'no']);
  assert.deepEqual(
    said.map((instance) => guestSpec(instance, BOOT).guestAgent),
    [undefined, true, true, undefined, undefined],
  );
});
