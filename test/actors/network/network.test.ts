import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetworkCatalog, ensureDefaultNetwork } from '../../../actors/network/client.ts';
import { networkTable, portTable, securityGroupRuleTable, subnetTable } from '../../../actors/network/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import { aNetwork, aPort, aSubnet, startNetworkService } from './network-service.ts';

test('the default network is made once: its id stays, also after a restart and when somebody has removed it', async () => {
  const { system, store, shard, make } = startNetworkService();
  const first = await ensureDefaultNetwork(system, 'admin');
  assert.deepEqual(await ensureDefaultNetwork(system, 'admin'), first);
  assert(first.ok);
  const [subnet] = subnetTable.scan(store);
  assert.deepEqual(
    [subnet?.name, subnet?.cidr, subnet?.gateway, subnet?.pools],
    ['default-v4', '10.0.0.0/16', '10.0.0.1', [{ start: '10.0.0.2', end: '10.0.255.254' }]],
  );
  assert.equal(networkTable.read(store, first.value)?.shared, true);
  await make({ type: 'deleteNetwork', id: first.value });
  shard.crash();
  assert.deepEqual(await ensureDefaultNetwork(startNetworkService(store).system, 'admin'), first);
  assert.equal([...networkTable.scan(store)].length, 0);
  assert.equal([...subnetTable.scan(store)].length, 0);
});

test('a network with ports stays; without them it goes with its subnets', async () => {
  const { make, refused, store } = startNetworkService();
  const id = await make(aNetwork('net'));
  const subnetId = await make(aSubnet(id, '10.1.0.0/24'));
  const portId = await make(aPort(id));
  assert.equal(await refused({ type: 'deleteNetwork', id }), 'NetworkInUse');
  assert.equal(await refused({ type: 'deleteSubnet', id: subnetId }), 'SubnetInUse');
  await make({ type: 'deletePort', id: portId });
  await make({ type: 'deleteNetwork', id });
  assert.equal(subnetTable.read(store, subnetId), undefined);
  assert.equal(await refused({ type: 'deleteNetwork', id }), 'NetworkNotFound');
});

test('subnets of a network may not overlap; those of two networks may', async () => {
  const { make, refused } = startNetworkService();
  const [one, two] = [await make(aNetwork('one')), await make(aNetwork('two'))];
  await make(aSubnet(one, '10.1.0.0/16'));
  assert.equal(await refused(aSubnet(one, '10.1.5.0/24')), 'SubnetOverlap');
  await make(aSubnet(two, '10.1.5.0/24'));
  await make(aSubnet(one, 'fd00::/64'));
  assert.equal(await refused(aSubnet(one, 'fd00::8000:0:0:0/66')), 'SubnetOverlap');
});

const WRONG_SUBNETS = [
  ['a range with host bits', '10.1.0.5/24', {}, 'InvalidInput'],
  ['the whole of IPv4', '0.0.0.0/0', {}, 'InvalidInput'],
  ['another version than the range', '10.1.0.0/24', { version: 6 }, 'InvalidInput'],
  ['a gateway outside', '10.1.0.0/24', { gateway: '10.2.0.1' }, 'InvalidInput'],
  ['the broadcast address as gateway', '10.1.0.0/24', { gateway: '10.1.0.255' }, 'InvalidInput'],
  ['a pool outside', '10.1.0.0/24', { pools: [{ start: '10.1.0.2', end: '10.1.1.2' }] }, 'PoolOutside'],
  [
    'a pool that ends before it starts',
    '10.1.0.0/24',
    { pools: [{ start: '10.1.0.9', end: '10.1.0.2' }] },
    'PoolOutside',
  ],
  ['a pool with the gateway', '10.1.0.0/24', { pools: [{ start: '10.1.0.1', end: '10.1.0.9' }] }, 'GatewayInPool'],
  [
    'pools that overlap',
    '10.1.0.0/24',
    {
      pools: [
        { start: '10.1.0.5', end: '10.1.0.9' },
        { start: '10.1.0.2', end: '10.1.0.5' },
      ],
    },
    'PoolsOverlap',
  ],
  ['a name server that is none', '10.1.0.0/24', { dnsServers: ['dns'] }, 'InvalidInput'],
  [
    'a route to another version',
    '10.1.0.0/24',
    { hostRoutes: [{ destination: '10.0.0.0/8', nexthop: '::1' }] },
    'InvalidInput',
  ],
  ['automatic addresses in IPv4', '10.1.0.0/24', { ipv6AddressMode: 'slaac' }, 'InvalidInput'],
  ['automatic addresses in less than a /64', 'fd00::/80', { ipv6AddressMode: 'slaac' }, 'InvalidInput'],
  ['modes that differ', 'fd00::/64', { ipv6AddressMode: 'slaac', ipv6RaMode: 'dhcpv6-stateful' }, 'InvalidInput'],
] as const;

for (const [what, cidr, more, code] of WRONG_SUBNETS) {
  test(`a subnet with ${what} is refused with ${code} and leaves nothing`, async () => {
    const { make, refused, store } = startNetworkService();
    const id = await make(aNetwork('net'));
    assert.equal(await refused(aSubnet(id, cidr, more)), code);
    assert.equal([...subnetTable.scan(store)].length, 0);
    await make(aSubnet(id, '10.1.0.0/24'));
  });
}

test('a port gets one address of each version, and the one that its guest makes itself', async () => {
  const { make, store } = startNetworkService();
  const id = await make(aNetwork('net'));
  await make(aSubnet(id, '10.1.0.0/24', { gateway: '10.1.0.5', pools: [{ start: '10.1.0.9', end: '10.1.0.20' }] }));
  await make(aSubnet(id, '10.2.0.0/24'));
  await make(aSubnet(id, 'fd00:1::/64', { gateway: null }));
  await make(aSubnet(id, 'fd00:2::/64', { ipv6AddressMode: 'slaac', ipv6RaMode: 'slaac' }));
  const portId = await make(aPort(id, { macAddress: '34:56:78:9A:BC:DE' }));
  assert.deepEqual(
    portTable.read(store, portId)?.fixedIps.map(({ address }) => address),
    ['10.1.0.9', 'fd00:1::1', 'fd00:2::3656:78ff:fe9a:bcde'],
  );
});

test('changing the addresses of a port keeps those that stay and frees those that go', async () => {
  const { make, refused, store } = startNetworkService();
  const id = await make(aNetwork('net'));
  const subnetId = await make(aSubnet(id, '10.1.0.0/24'));
  const portId = await make(aPort(id, { fixedIps: [{ subnetId, address: '10.1.0.50' }, { subnetId }] }));
  const addresses = () => portTable.read(store, portId)?.fixedIps.map(({ address }) => address);
  assert.deepEqual(addresses(), ['10.1.0.50', '10.1.0.2']);
  const other = await make(aPort(id, { fixedIps: [{ address: '10.1.0.60' }] }));
  const taken = [{ address: '10.1.0.70' }, { address: '10.1.0.60' }];
  assert.equal(await refused({ type: 'updatePort', id: portId, changes: { fixedIps: taken } }), 'FixedIpInUse');
  assert.deepEqual(addresses(), ['10.1.0.50', '10.1.0.2']);
  await make({
    type: 'updatePort',
    id: portId,
    changes: { fixedIps: [{ address: '10.1.0.50' }, { address: '10.1.0.70' }] },
  });
  assert.deepEqual(addresses(), ['10.1.0.50', '10.1.0.70']);
  await make({ type: 'updatePort', id: other, changes: { fixedIps: [{ address: '10.1.0.2' }] } });
  await make({ type: 'updatePort', id: portId, changes: { fixedIps: [] } });
  await make(aPort(id, { fixedIps: [{ address: '10.1.0.50' }, { address: '10.1.0.70' }, { address: '10.1.0.60' }] }));
});

test('new pools of a subnet hold at once, and addresses that ports have stay theirs', async () => {
  const { make, refused, store } = startNetworkService();
  const id = await make(aNetwork('net'));
  const subnetId = await make(aSubnet(id, '10.1.0.0/24'));
  await make(aPort(id));
  await make({ type: 'updateSubnet', id: subnetId, changes: { pools: [{ start: '10.1.0.2', end: '10.1.0.3' }] } });
  const next = await make(aPort(id));
  assert.equal(portTable.read(store, next)?.fixedIps[0]?.address, '10.1.0.3');
  assert.equal(await refused(aPort(id)), 'NoMoreAddresses');
  assert.equal(
    await refused({ type: 'updateSubnet', id: subnetId, changes: { gateway: '10.1.0.2' } }),
    'GatewayInPool',
  );
  await make(aPort(id, { fixedIps: [{ address: '10.1.0.200' }] }));
  assert.equal(
    await refused({ type: 'updateSubnet', id: subnetId, changes: { gateway: '10.1.0.200' } }),
    'FixedIpInUse',
  );
});

test('a MAC address is used once in a network', async () => {
  const { make, refused } = startNetworkService();
  const [one, two] = [await make(aNetwork('one')), await make(aNetwork('two'))];
  const macAddress = '02:00:00:00:00:01';
  const portId = await make(aPort(one, { macAddress }));
  assert.equal(await refused(aPort(one, { macAddress })), 'MacAddressInUse');
  await make(aPort(two, { macAddress }));
  await make({ type: 'deletePort', id: portId });
  await make(aPort(one, { macAddress }));
});

test('a port that compute has bound is not taken from its instance', async () => {
  const { make, refused, bound } = startNetworkService();
  const networkId = await make(aNetwork('net'));
  await make(aSubnet(networkId, '10.1.0.0/24'));
  const id = await make(aPort(networkId));
  await bound({ instanceId: 'i1', requestId: 'r1', requests: [{ portId: id }] });
  assert.equal(await refused({ type: 'updatePort', id, changes: { deviceId: '' } }), 'PortInUse');
  await make({ type: 'updatePort', id, changes: { name: 'named' } });
});

test('a project has one security group default, which stays; rules that name a removed group go with it', async () => {
  const { make, refused, store } = startNetworkService();
  const id = await make({ type: 'ensureDefaultSecurityGroup', projectId: 'p1' });
  assert.equal(await make({ type: 'ensureDefaultSecurityGroup', projectId: 'p1' }), id);
  assert.equal([...securityGroupRuleTable.ids(store, 'group', [id])].length, 4);
  assert.equal(await refused({ type: 'deleteSecurityGroup', id }), 'DefaultSecurityGroupStays');
  assert.equal(await refused({ type: 'updateSecurityGroup', id, changes: { name: 'x' } }), 'DefaultSecurityGroupStays');
  const web = await make({ type: 'createSecurityGroup', group: { projectId: 'p1', name: 'web', description: '' } });
  const rule = {
    projectId: 'p1',
    groupId: id,
    description: '',
    direction: 'ingress',
    ethertype: 'IPv4',
    protocol: 'tcp',
    portRangeMin: 80,
    portRangeMax: 80,
    remoteIpPrefix: null,
    remoteGroupId: web,
  } as const;
  await make({ type: 'createSecurityGroupRule', rule });
  assert.equal(await refused({ type: 'createSecurityGroupRule', rule }), 'SecurityGroupRuleExists');
  await make({ type: 'deleteSecurityGroup', id: web });
  assert.equal([...securityGroupRuleTable.scan(store)].length, 4);
  // An administrator may take it away; whoever needs it next gets a new one.
  await make({ type: 'deleteSecurityGroup', id, defaultToo: true });
  assert.equal([...securityGroupRuleTable.scan(store)].length, 0);
  assert.notEqual(await make({ type: 'ensureDefaultSecurityGroup', projectId: 'p1' }), id);
});

const caller = (projectId: string, isAdmin = false): Caller => ({
  userId: 'u',
  userName: 'u',
  projectId,
  projectName: projectId,
  domainId: null,
  roles: isAdmin ? ['admin', 'member'] : ['member'],
  isAdmin,
  systemScope: null,
});

test('the catalog sees every change of networks and subnets, also after it has been asked', async () => {
  const { make, store } = startNetworkService();
  const catalog = createNetworkCatalog(store);
  const seen = async () =>
    (await catalog.availableNetworks(caller('p1'))).map(({ name, hasSubnets }) => `${name} ${hasSubnets}`);
  assert.deepEqual(await seen(), []);
  const id = await make(aNetwork('one'));
  assert.deepEqual(await seen(), ['one false']);
  const subnetId = await make(aSubnet(id, '10.1.0.0/24'));
  assert.deepEqual(await seen(), ['one true']);
  await make({ type: 'updateNetwork', id, changes: { name: 'two' } });
  assert.deepEqual(await seen(), ['two true']);
  await make({ type: 'deleteSubnet', id: subnetId });
  assert.deepEqual(await seen(), ['two false']);
  await make({ type: 'deleteNetwork', id });
  assert.deepEqual(await seen(), []);
  await make(aNetwork('shared', 'admin', true));
  assert.deepEqual(await seen(), ['shared false']);
});

test('the catalog shows a caller what it may use, and nothing else', async () => {
  const { make, store } = startNetworkService();
  const catalog = createNetworkCatalog(store);
  const [own, shared, theirs] = [
    await make(aNetwork('own')),
    await make(aNetwork('shared', 'admin', true)),
    await make(aNetwork('theirs', 'p2')),
  ];
  await make(aSubnet(own, '10.1.0.0/24'));
  const portId = await make(aPort(own));
  const p1 = caller('p1');
  assert.deepEqual((await catalog.availableNetworks(p1)).map(({ id }) => id).sort(), [own, shared].sort());
  assert.equal((await catalog.findNetwork(own, p1))?.hasSubnets, true);
  assert.equal((await catalog.findNetwork(shared, p1))?.hasSubnets, false);
  assert.equal(await catalog.findNetwork(theirs, p1), null);
  assert.equal((await catalog.findNetwork(theirs, caller('p9', true)))?.name, 'theirs');
  assert.deepEqual((await catalog.findPort(portId, p1))?.addresses, ['10.1.0.2']);
  assert.equal(await catalog.findPort(portId, caller('p2')), null);
  await make({ type: 'updateNetwork', id: theirs, changes: { external: true } });
  assert.equal((await catalog.findNetwork(theirs, p1))?.name, 'theirs', 'an external one is found by everybody');
  assert.equal(await catalog.findNetwork('x'.repeat(5000), p1), null);
  assert.deepEqual(await catalog.findSecurityGroup('default', caller('p3')), {
    id: 'default',
    name: 'default',
    projectId: 'p3',
  });
  assert.equal(await catalog.findSecurityGroup('web', p1), null);
  const group = { type: 'createSecurityGroup', group: { projectId: 'p1', name: 'web', description: '' } } as const;
  const web = await make(group);
  assert.deepEqual(await catalog.findSecurityGroup('web', p1), { id: web, name: 'web', projectId: 'p1' });
  assert.equal(await catalog.findSecurityGroup(web, caller('p2')), null);
  await make(group);
  assert.equal(await catalog.findSecurityGroup('web', p1), 'ambiguous');
});
