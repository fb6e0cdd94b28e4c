import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ensureDefaultNetwork } from '../../../actors/network/client.ts';
import { NETWORK_LIMITS } from '../../../actors/network/limits.ts';
import type { FloatingTarget } from '../../../actors/network/protocol.ts';
import {
  autoTopologyTable,
  floatingIpTable,
  floatingUseTable,
  networkTable,
  portTable,
  routerTable,
  subnetTable,
} from '../../../actors/network/row.ts';
import { aNetwork, aPort, aSubnet, type NetworkService, startNetworkService } from './network-service.ts';

const aRouter = (networkId: string | null, projectId = 'p1') =>
  ({
    type: 'createRouter',
    router: {
      ...{ projectId, name: 'r', description: '', adminStateUp: true },
      gateway: networkId === null ? null : { networkId, enableSnat: undefined, fixedIps: undefined },
    },
  }) as const;

const aFloatingIp = (networkId: string, target: FloatingTarget | null = null, projectId = 'p1') =>
  ({
    type: 'createFloatingIp',
    floatingIp: { projectId, description: '', networkId, wanted: undefined, target },
  }) as const;

const to = (portId: string, fixedAddress?: string): FloatingTarget => ({ portId, fixedAddress });

/** A service with the defaults of hosts that are routed. */
async function routedService() {
  const service = startNetworkService();
  const outcome = await ensureDefaultNetwork(service.system, 'admin', true);
  assert(outcome.ok);
  const [externalId = ''] = networkTable.ids(service.store, 'external', []);
  const [routerId = ''] = routerTable.ids(service.store, 'project', ['admin']);
  return { ...service, defaultId: outcome.value, externalId, routerId };
}

const floatingIp = ({ store }: NetworkService, id: string) => {
  const row = floatingIpTable.read(store, id);
  assert(row);
  return row;
};

test('a first start over routed hosts makes an external network and a router between it and the shared one', async () => {
  const { store, defaultId, externalId, routerId } = await routedService();
  assert.equal(networkTable.read(store, externalId)?.name, 'public');
  assert.equal(networkTable.read(store, externalId)?.shared, false);
  const addresses = [...portTable.ids(store, 'device', [routerId])].flatMap((id) => {
    const port = portTable.read(store, id);
    return port ? [`${port.networkId} ${port.fixedIps[0]?.address} ${port.deviceOwner}`] : [];
  });
  assert.deepEqual(
    new Set(addresses),
    new Set([`${defaultId} 10.0.0.1 network:router_interface`, `${externalId} 203.0.113.2 network:router_gateway`]),
  );
});

test('an instance that asks for no network never gets the external one', async () => {
  const service = await routedService();
  // Its owner's own, too: the default network is the only one that counts.
  const [port] = await service.bound({ instanceId: 'i1', requestId: 'r1', projectId: 'admin' });
  assert.equal(port?.networkId, service.defaultId);
});

test('a floating IP leads to the address of a port, and nowhere when its instance is gone', async () => {
  const service = await routedService();
  const { make, store, externalId, routerId } = service;
  const id = await make(aFloatingIp(externalId));
  assert.deepEqual(floatingIp(service, id).target, null);
  const [port] = await service.bound({ instanceId: 'i1', requestId: 'r1' });
  assert(port);
  await make({ type: 'updateFloatingIp', id, changes: { target: to(port.portId) } });
  const fixedAddress = port.fixedIps[0]?.address;
  assert.deepEqual(floatingIp(service, id).target, { portId: port.portId, fixedAddress, routerId });
  assert.deepEqual(floatingUseTable.read(store, 'main'), { ports: 1 });
  await service.release('i1');
  assert.equal(floatingIp(service, id).target, null);
  assert.deepEqual(floatingUseTable.read(store, 'main'), { ports: 0 });
});

test('after a restart a floating IP is still released with its port', async () => {
  const service = await routedService();
  const [port] = await service.bound({ instanceId: 'i1', requestId: 'r1' });
  const id = await service.make(aFloatingIp(service.externalId, to(port?.portId ?? '')));
  const again = startNetworkService(service.store, 2);
  assert.equal(await again.refused({ type: 'deleteRouter', id: service.routerId }), 'RouterInUse');
  await again.release('i1');
  assert.equal(floatingIp(service, id).target, null);
});

test('a port that outlives its instance keeps its floating IP until it is removed or loses the address', async () => {
  const service = await routedService();
  const { make, externalId, defaultId, store } = service;
  const portId = await make(aPort(defaultId));
  const id = await make(aFloatingIp(externalId, to(portId)));
  await service.bound({ instanceId: 'i1', requestId: 'r1', requests: [{ portId }] });
  await service.release('i1');
  assert.equal(floatingIp(service, id).target?.portId, portId);
  await make({ type: 'updatePort', id: portId, changes: { name: 'other' } });
  assert.equal(floatingIp(service, id).target?.portId, portId);
  await make({ type: 'updatePort', id: portId, changes: { fixedIps: [{ address: '10.0.9.9' }] } });
  assert.equal(floatingIp(service, id).target, null);
  await make({ type: 'updateFloatingIp', id, changes: { target: to(portId, '10.0.9.9') } });
  await make({ type: 'deletePort', id: portId });
  assert.equal(floatingIp(service, id).target, null);
  assert.deepEqual([...floatingIpTable.ids(store, 'port', [portId])], []);
});

test('a floating IP moves to another port, and an address has one of a network at most', async () => {
  const service = await routedService();
  const { make, refused, externalId, defaultId } = service;
  const [one, two] = [await make(aPort(defaultId)), await make(aPort(defaultId))];
  const id = await make(aFloatingIp(externalId, to(one)));
  const other = await make(aFloatingIp(externalId));
  const lead = (which: string, portId: string) =>
    ({ type: 'updateFloatingIp', id: which, changes: { target: to(portId) } }) as const;
  assert.equal(await refused(lead(other, one)), 'FloatingTargetTaken');
  await make(lead(id, two));
  await make(lead(other, one));
  assert.equal(floatingIp(service, id).target?.portId, two);
  await make({ type: 'deleteFloatingIp', id });
  await make(lead(other, two));
});

test('a floating IP is refused what it cannot lead to, and takes no address then', async () => {
  const service = await routedService();
  const { make, refused, store, externalId, defaultId } = service;
  const ports = () => [...portTable.ids(store, 'network', [externalId])].length;
  const before = ports();
  const alone = await make(aNetwork('alone'));
  await make(aSubnet(alone, '10.9.0.0/24'));
  const unreachable = await make(aPort(alone));
  const twice = await make(aPort(defaultId, { fixedIps: [{ address: '10.0.1.1' }, { address: '10.0.1.2' }] }));
  const empty = await make(aPort(defaultId, { fixedIps: [] }));
  assert.equal(await refused(aFloatingIp(externalId, to(unreachable))), 'ExternalNetworkUnreachable');
  assert.equal(await refused(aFloatingIp(externalId, to(twice))), 'FloatingTargetInvalid');
  assert.equal(await refused(aFloatingIp(externalId, to(twice, '10.0.1.3'))), 'FloatingTargetInvalid');
  assert.equal(await refused(aFloatingIp(externalId, to(empty))), 'FloatingTargetInvalid');
  assert.equal(await refused(aFloatingIp(externalId, to('none'))), 'PortNotFound');
  assert.equal(await refused(aFloatingIp(defaultId)), 'NetworkNotExternal');
  assert.equal(await refused(aFloatingIp('none')), 'NetworkNotFound');
  assert.equal(ports(), before);
  await make(aFloatingIp(externalId, to(twice, '10.0.1.2')));
});

test('an external network that is exhausted has no more floating IPs, and gets back what is deleted', async () => {
  const { make, refused } = startNetworkService();
  const network = { projectId: 'admin', name: 'tiny', description: '', shared: false, adminStateUp: true, mtu: 1500 };
  const externalId = await make({ type: 'createNetwork', network: { ...network, external: true } });
  assert.equal(await refused(aFloatingIp(externalId)), 'FloatingTargetInvalid');
  await make(aSubnet(externalId, '192.0.2.0/30'));
  const id = await make(aFloatingIp(externalId));
  assert.equal(await refused(aFloatingIp(externalId)), 'NoMoreAddresses');
  assert.equal(await refused({ type: 'deleteNetwork', id: externalId }), 'NetworkInUse');
  await make({ type: 'deleteFloatingIp', id });
  assert.equal(await refused({ type: 'deleteFloatingIp', id }), 'FloatingIpNotFound');
  await make(aFloatingIp(externalId));
});

test('a router stays where floating IPs go by it, and its ports are not for users', async () => {
  const service = await routedService();
  const { make, refused, store, externalId, defaultId, routerId } = service;
  const portId = await make(aPort(defaultId));
  const id = await make(aFloatingIp(externalId, to(portId)));
  const gatewayPort = routerTable.read(store, routerId)?.gateway?.portId ?? '';
  const own = [...portTable.ids(store, 'device', [routerId])].find((one) => one !== gatewayPort) ?? '';
  const disconnect = { type: 'removeRouterInterface', routerId, portId: own } as const;
  assert.equal(await refused({ type: 'updateRouter', id: routerId, changes: { gateway: null } }), 'RouterGatewayInUse');
  assert.equal(await refused(disconnect), 'RouterInterfaceInUse');
  assert.equal(await refused({ type: 'deleteRouter', id: routerId }), 'RouterInUse');
  for (const service_ of [own, gatewayPort, floatingIp(service, id).ownPortId]) {
    assert.equal(await refused({ type: 'deletePort', id: service_ }), 'ServicePortInUse');
    assert.equal(await refused({ type: 'updatePort', id: service_, changes: { deviceId: '' } }), 'ServicePortInUse');
  }
  assert.equal(await refused(aPort(defaultId, { deviceOwner: 'network:router_interface' })), 'InvalidInput');
  assert.equal(
    await refused({ type: 'updateNetwork', id: externalId, changes: { external: false } }),
    'ExternalNetworkInUse',
  );
  const [subnetId = ''] = subnetTable.ids(store, 'network', [defaultId]);
  assert.equal(await refused({ type: 'updateSubnet', id: subnetId, changes: { gateway: null } }), 'GatewayInUse');
  await make({ type: 'deleteFloatingIp', id });
  await make(disconnect);
  assert.equal(await refused(disconnect), 'RouterInterfaceNotFound');
  await make({ type: 'updateRouter', id: routerId, changes: { gateway: null } });
  await make({ type: 'deleteRouter', id: routerId });
  assert.equal(await refused({ type: 'deleteRouter', id: routerId }), 'RouterNotFound');
  await make({ type: 'deletePort', id: portId });
  await make({ type: 'deleteNetwork', id: externalId });
  await make({ type: 'deleteNetwork', id: defaultId });
});

test('a router is on a subnet once, on none with the same addresses, and takes a port that is offered', async () => {
  const { make, refused, store } = startNetworkService();
  const [a, b] = [await make(aNetwork('a')), await make(aNetwork('b'))];
  const [onA, onB] = [await make(aSubnet(a, '10.1.0.0/24')), await make(aSubnet(b, '10.1.0.0/25'))];
  const free = await make(aSubnet(b, '10.2.0.0/24', { gateway: null }));
  const routerId = await make(aRouter(null));
  const connect = (subnetId: string) => ({ type: 'addRouterInterface', routerId, to: { subnetId } }) as const;
  const portId = await make(connect(onA));
  assert.equal(portTable.read(store, portId)?.fixedIps[0]?.address, '10.1.0.1');
  for (const subnetId of [onA, onB, free]) assert.equal(await refused(connect(subnetId)), 'RouterSubnetInvalid');
  assert.equal(await refused(connect('none')), 'SubnetNotFound');
  const offered = await make(aPort(b, { fixedIps: [{ subnetId: free }] }));
  const take = { type: 'addRouterInterface', routerId, to: { portId: offered } } as const;
  await make(take);
  assert.equal(await refused(take), 'PortInUse');
  assert.equal(await refused(aRouter(a)), 'RouterSubnetInvalid');
  assert.equal(await refused({ type: 'deleteSubnet', id: onA }), 'SubnetInUse');
  await make({ type: 'removeRouterInterface', routerId, portId: offered });
  assert.equal(portTable.read(store, offered), undefined);
  for (let made = 1; made < NETWORK_LIMITS.routersPerProjectMax; made++) await make(aRouter(null));
  assert.equal(await refused(aRouter(null)), 'NetworkQuotaExceeded');
});

test('a network is made for a project once, behind a router, and removed when nothing is on it', async () => {
  const service = await routedService();
  const { make, refused, store } = service;
  const networkId = await make({ type: 'ensureTopology', projectId: 'p7' });
  assert.equal(await make({ type: 'ensureTopology', projectId: 'p7' }), networkId);
  assert.equal([...networkTable.ids(store, 'project', ['p7'])].length, 1);
  assert.equal([...routerTable.ids(store, 'project', ['p7'])].length, 1);
  const [port] = await service.bound({ instanceId: 'i1', requestId: 'r1', projectId: 'p7', requests: [{ networkId }] });
  const id = await make(aFloatingIp(service.externalId, to(port?.portId ?? ''), 'p7'));
  assert.equal(await refused({ type: 'deleteTopology', projectId: 'p7' }), 'NetworkInUse');
  await service.release('i1');
  await make({ type: 'deleteFloatingIp', id });
  await make({ type: 'deleteTopology', projectId: 'p7' });
  assert.deepEqual([...networkTable.ids(store, 'project', ['p7'])], []);
  assert.deepEqual([...routerTable.ids(store, 'project', ['p7'])], []);
  assert.equal(autoTopologyTable.read(store, 'p7'), undefined);
  assert.notEqual(await make({ type: 'ensureTopology', projectId: 'p7' }), networkId);
});

test('without an external network nothing is made for a project', async () => {
  const { refused, store } = startNetworkService();
  assert.equal(await refused({ type: 'ensureTopology', projectId: 'p7' }), 'TopologyImpossible');
  assert.deepEqual([...networkTable.scan(store)], []);
});
