import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NETWORK_LIMITS } from '../../../actors/network/limits.ts';
import { portTable } from '../../../actors/network/row.ts';
import { aNetwork, aPort, aSubnet, startNetworkService } from './network-service.ts';

test('a port that names the gateway address gets it, no other does, and it goes with the subnet to another gateway', async () => {
  const { make, refused, bound, release, store } = startNetworkService();
  const id = await make(aNetwork('net'));
  const subnetId = await make(aSubnet(id, '10.1.0.0/29'));
  const own = await make(aPort(id, { fixedIps: [{ address: '10.1.0.1' }] }));
  const others = [1, 2, 3, 4, 5].map(() => make(aPort(id)));
  const addresses = (await Promise.all(others)).map((portId) => portTable.read(store, portId)?.fixedIps[0]?.address);
  assert.deepEqual(addresses, ['10.1.0.2', '10.1.0.3', '10.1.0.4', '10.1.0.5', '10.1.0.6']);
  await make({ type: 'deletePort', id: own });
  assert.equal(await refused(aPort(id)), 'NoMoreAddresses');
  const requests = [{ networkId: id, fixedIp: '10.1.0.1' }];
  const [asked] = await bound({ instanceId: 'i1', requestId: 'r1', requests });
  assert.equal(asked?.fixedIps[0]?.address, '10.1.0.1', 'a server, too, as with Neutron');
  await release('i1');
  const [first = ''] = await Promise.all(others);
  await make({ type: 'updatePort', id: first, changes: { fixedIps: [{ address: '10.1.0.1' }] } });
  assert.equal(portTable.read(store, first)?.fixedIps[0]?.address, '10.1.0.1');
  await make({ type: 'updateSubnet', id: subnetId, changes: { gateway: null } });
  assert.equal(await refused(aPort(id, { fixedIps: [{ address: '10.1.0.1' }] })), 'FixedIpInUse');
});

test('an address of a subnet whose guests choose theirs is for no port and no server to name', async () => {
  const { make, refused, bind } = startNetworkService();
  const id = await make(aNetwork('net'));
  await make(aSubnet(id, 'fd00::/64', { ipv6AddressMode: 'slaac', ipv6RaMode: 'slaac' }));
  assert.equal(await refused(aPort(id, { fixedIps: [{ address: 'fd00::5' }] })), 'SubnetIsAutomatic');
  const portId = await make(aPort(id));
  const changes = { fixedIps: [{ address: 'fd00::5' }] };
  assert.equal(await refused({ type: 'updatePort', id: portId, changes }), 'SubnetIsAutomatic');
  const asked = await bind({ instanceId: 'i1', requestId: 'r1', requests: [{ networkId: id, fixedIp: 'fd00::5' }] });
  assert.equal(asked.ok ? 'ok' : asked.error.code, 'FixedIpInvalid');
});

test('a port that SLAAC has given more addresses than may be named can lose one of them', async () => {
  const { make, store } = startNetworkService();
  const id = await make(aNetwork('net'));
  for (let index = 1; index <= NETWORK_LIMITS.fixedIpsPerPortMax + 2; index++) {
    await make(aSubnet(id, `fd00:0:0:${index}::/64`, { ipv6AddressMode: 'slaac', ipv6RaMode: 'slaac' }));
  }
  const portId = await make(aPort(id));
  const fixedIps = portTable.read(store, portId)?.fixedIps.slice(1);
  assert.equal(fixedIps?.length, NETWORK_LIMITS.fixedIpsPerPortMax + 1);
  await make({ type: 'updatePort', id: portId, changes: { fixedIps } });
  assert.deepEqual(portTable.read(store, portId)?.fixedIps, fixedIps);
});

test('a project has so many ports of its own, and a port so many addresses; those of servers do not count', async () => {
  const { make, refused, bound } = startNetworkService();
  const id = await make(aNetwork('net'));
  const subnetId = await make(aSubnet(id, '10.1.0.0/20'));
  const ofSubnet = (count: number) => Array.from({ length: count }, () => ({ subnetId }));
  await bound({ instanceId: 'i1', requestId: 'r1', requests: [{ networkId: id }] });
  const portId = await make(aPort(id, { fixedIps: ofSubnet(NETWORK_LIMITS.fixedIpsPerPortMax) }));
  const more = ofSubnet(NETWORK_LIMITS.fixedIpsPerPortMax + 1);
  assert.equal(await refused(aPort(id, { fixedIps: more })), 'InvalidInput');
  assert.equal(await refused({ type: 'updatePort', id: portId, changes: { fixedIps: more } }), 'InvalidInput');
  for (let count = 1; count < NETWORK_LIMITS.portsPerProjectMax; count++) await make(aPort(id));
  assert.equal(await refused(aPort(id)), 'NetworkQuotaExceeded');
  await make({ type: 'deletePort', id: portId });
  await make(aPort(id));
});
