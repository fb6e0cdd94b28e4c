import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocations } from '../../../../actors/cell/row.ts';
import { host } from '../../../../actors/host/protocol.ts';
import { hosts } from '../../../../actors/host/row.ts';
import { boundPort, changeNetwork, type NetworkChange } from '../../../../actors/network/client.ts';
import { portTable } from '../../../../actors/network/row.ts';
import { aPort } from '../../../actors/network/network-service.ts';
import { until } from '../../../process/until.ts';
import { type PlacementApi, placementApi, id as uuid } from '../../placement/placement-api.ts';
import { aCaller } from '../../stub-api.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

const LATEST = { version: 39 } as const;
const { projectId } = aCaller();

let cloud: TestCloud;
let placement: PlacementApi;
/** The policy of the ports. */
let policyId = '';

/** The devices of the hosts, each with 2000 kbit/s both ways. */
const DEVICES = [uuid(20), uuid(21)] as const;

before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
  placement = placementApi(cloud.system, cloud.store);
  await made({
    type: 'updateNetwork',
    id: cloud.networkId,
    changes: { provider: { networkType: 'vlan', physicalNetwork: 'physnet0', segmentationId: 7 } },
  });
  policyId = await made({ type: 'createQosPolicy', policy: aPolicy() });
  await made({
    type: 'createQosRule',
    policyId,
    ruleType: 'minimum_bandwidth',
    rule: { direction: 'egress', minimum: 1000 },
  });
  for (const trait of ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_NORMAL', 'CUSTOM_VNIC_TYPE_DIRECT'])
    await placement.call('PUT', `/traits/${trait}`, LATEST);
  await device('sim-0', 0);
  await device('sim-1', 1);
});
after(() => cloud.close());

const aPolicy = () => ({ projectId: projectId ?? '', name: 'q', description: '', shared: false, isDefault: false });

async function made(change: NetworkChange): Promise<string> {
  const outcome = await changeNetwork(cloud.system, change);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

/** What Neutron's agent on a host makes: itself below the host, and its bridge with an inventory of bandwidth and traits below that. */
async function device(host: string, number: 0 | 1): Promise<void> {
  const { body } = await placement.must(200, 'GET', `/resource_providers?name=${host}`, LATEST);
  const [root] = Object(body).resource_providers;
  const agent = uuid(10 + number);
  const make = (providerId: string, name: string, parent: string) => ({
    ...LATEST,
    body: { uuid: providerId, name, parent_provider_uuid: parent },
  });
  await placement.must(200, 'POST', '/resource_providers', make(agent, `${host}:agent`, String(root.uuid)));
  await placement.must(200, 'POST', '/resource_providers', make(DEVICES[number], `${host}:agent:br0`, agent));
  const inventories = {
    NET_BW_EGR_KILOBIT_PER_SEC: { total: 2000 },
    NET_BW_IGR_KILOBIT_PER_SEC: { total: 2000 },
  };
  const path = `/resource_providers/${DEVICES[number]}`;
  const stocked = { ...LATEST, body: { resource_provider_generation: 0, inventories } };
  await placement.must(200, 'PUT', `${path}/inventories`, stocked);
  const traits = ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_NORMAL'];
  await placement.must(200, 'PUT', `${path}/traits`, {
    ...LATEST,
    body: { resource_provider_generation: 1, traits },
  });
}

const port = (changes: { readonly qosPolicyId?: string | null } = {}): Promise<string> =>
  made(aPort(cloud.networkId, { projectId: projectId ?? '', qosPolicyId: policyId, ...changes }));

const boot = (...ports: readonly string[]): Promise<string> =>
  cloud.boot({ imageRef: anImage().id, flavorRef: '1', networks: ports.map((id) => ({ port: id })) });

const bandwidth = { NET_BW_EGR_KILOBIT_PER_SEC: 1000 };

/** What a server has of each device, as the Placement API tells it. */
const devicesOf = async (server: string): Promise<readonly unknown[]> => {
  const shown = await placement.must(200, 'GET', `/allocations/${server}`, LATEST);
  return DEVICES.map((providerId) => shown.at('allocations', providerId, 'resources') ?? null);
};

const usedOf = async (number: 0 | 1): Promise<unknown> =>
  (await placement.must(200, 'GET', `/resource_providers/${DEVICES[number]}/usages`, LATEST)).at(
    'usages',
    'NET_BW_EGR_KILOBIT_PER_SEC',
  );

/** Providers that the network tells of a port. */
const servedBy = (portId: string): readonly string[] =>
  Object.values(portTable.read(cloud.store, portId)?.binding?.allocation ?? {});

const numberOf = (server: string): 0 | 1 => (allocations.read(cloud.store, server)?.host === 'sim-0' ? 0 : 1);

const remove = async (...servers: readonly string[]): Promise<void> => {
  for (const id of servers) {
    assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
    await cloud.until(id, 'gone');
  }
  const isBack = async () => ((await usedOf(0)) === 0 && (await usedOf(1)) === 0 ? true : null);
  await until('what the servers had is given back', isBack, { limitMs: 60_000 });
};

/** Moves a server as an administrator. */
const act = async (server: string, body: object, status: string): Promise<void> => {
  const answer = await cloud.call('POST', `/servers/${server}/action`, { as: 'admin', body, version: '2.96' });
  assert.ok(answer.status < 300, JSON.stringify(answer.body));
  await cloud.until(server, status);
};

test('a server with a port that asks for bandwidth gets it of a device below its host, until there is none left', async () => {
  const servers: string[] = [];
  for (let count = 0; count < 4; count++) {
    const portId = await port();
    const server = await boot(portId);
    await cloud.until(server, 'ACTIVE');
    const number = numberOf(server);
    assert.deepEqual((await devicesOf(server))[number], bandwidth);
    assert.deepEqual(servedBy(portId), [DEVICES[number]]);
    servers.push(server);
  }
  assert.deepEqual([await usedOf(0), await usedOf(1)], [2000, 2000]);
  const refused = await boot(await port());
  await cloud.until(refused, 'ERROR');
  const { body } = await cloud.call('GET', `/servers/${refused}`, { as: 'admin' });
  assert.match(body.server.fault.message, /No valid host was found/);
  assert.match(body.server.fault.details, /2 without providers for groups .* 1000 NET_BW_EGR_KILOBIT_PER_SEC/);
  // Without such a port there is room enough.
  const plain = await boot(await port({ qosPolicyId: null }));
  await cloud.until(plain, 'ACTIVE');
  await remove(refused, plain, ...servers);
});

test('before 2.72 no server is made with such a port, and at no version on a network that would make one', async () => {
  const portId = await port();
  const create = (version: string, networks: unknown) =>
    cloud.call('POST', '/servers', {
      version,
      body: { server: { name: 's', imageRef: anImage().id, flavorRef: '1', networks } },
    });
  const early = await create('2.71', [{ port: portId }]);
  assert.equal(early.status, 400);
  assert.equal(
    early.body.badRequest.message,
    'Creating servers with ports having resource requests, like a port with a QoS minimum bandwidth policy, is not supported until microversion 2.72.',
  );
  const server = await boot(await port({ qosPolicyId: null }));
  await cloud.until(server, 'ACTIVE');
  const ruled = await made({ type: 'createQosPolicy', policy: aPolicy() });
  await made({ type: 'updateNetwork', id: cloud.networkId, changes: { qosPolicyId: ruled } });
  // As long as the policy has no rules it asks for nothing.
  const before = await create('2.96', [{ uuid: cloud.networkId }]);
  assert.equal(before.status, 202, JSON.stringify(before.body));
  await cloud.until(before.body.server.id, 'ACTIVE');
  await remove(before.body.server.id, server);
  const rule = { direction: 'egress', minimum: 1 } as const;
  await made({ type: 'createQosRule', policyId: ruled, ruleType: 'minimum_bandwidth', rule });
  for (const networks of [[{ uuid: cloud.networkId }], 'auto']) {
    const refused = await create('2.96', networks);
    assert.equal(refused.status, 400, JSON.stringify(refused.body));
    assert.match(refused.body.badRequest.message, /QoS policy of network .* guarantees resources/);
  }
  const own = await boot(portId);
  await cloud.until(own, 'ACTIVE');
  const attached = await cloud.call('POST', `/servers/${own}/os-interface`, {
    body: { interfaceAttachment: { net_id: cloud.networkId } },
  });
  assert.equal(attached.status, 400);
  assert.equal(
    attached.body.badRequest.message,
    `Using networks with QoS policy is not supported for instance ${own}. (Network ID is ${cloud.networkId})`,
  );
  await made({ type: 'updateNetwork', id: cloud.networkId, changes: { qosPolicyId: null } });
  await remove(own);
});

test('such a port is attached where its host can serve it, and gives back what it had when it is detached', async () => {
  const server = await boot(await port());
  await cloud.until(server, 'ACTIVE');
  const number = numberOf(server);
  const path = `/servers/${server}/os-interface`;
  const attach = (portId: string) => cloud.call('POST', path, { body: { interfaceAttachment: { port_id: portId } } });
  const [second, third] = [await port(), await port()];
  const attached = await attach(second);
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  assert.deepEqual(servedBy(second), [DEVICES[number]]);
  assert.deepEqual((await devicesOf(server))[number], { NET_BW_EGR_KILOBIT_PER_SEC: 2000 });
  const refused = await attach(third);
  assert.equal(refused.status, 400);
  assert.equal(
    refused.body.badRequest.message,
    `Failed to allocate additional resources to ${server} during interface attach`,
  );
  assert.equal((await cloud.call('DELETE', `${path}/${second}`)).status, 202);
  const isBack = async () => ((await usedOf(number)) === 1000 ? true : null);
  await until('its bandwidth is given back', isBack, { limitMs: 60_000 });
  assert.deepEqual(servedBy(second), []);
  assert.equal((await attach(third)).status, 200);
  assert.deepEqual((await devicesOf(server))[number], { NET_BW_EGR_KILOBIT_PER_SEC: 2000 });
  await remove(server);
});

test('a port that a server has keeps what it is guaranteed', async () => {
  const portId = await port();
  const server = await boot(portId);
  await cloud.until(server, 'ACTIVE');
  const rule = { direction: 'ingress', minimum: 1 } as const;
  const changes: readonly NetworkChange[] = [
    { type: 'updatePort', id: portId, changes: { qosPolicyId: null } },
    { type: 'createQosRule', policyId, ruleType: 'minimum_bandwidth', rule },
  ];
  for (const change of changes) {
    const outcome = await changeNetwork(cloud.system, change);
    assert.equal(!outcome.ok && outcome.error.code, 'QosGuaranteeBound');
  }
  await remove(server);
  await made({ type: 'updatePort', id: portId, changes: { qosPolicyId: null } });
});

test('a server that moves takes the bandwidth of its new host, and goes back to the old one', async () => {
  const server = await boot(await port({ qosPolicyId: null }));
  await cloud.until(server, 'ACTIVE');
  const portId = await port();
  const attached = await cloud.call('POST', `/servers/${server}/os-interface`, {
    body: { interfaceAttachment: { port_id: portId } },
  });
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  const from = numberOf(server);
  const to = from === 0 ? 1 : 0;
  const isServed = (number: 0 | 1) =>
    until('the port is there', async () => (servedBy(portId)[0] === DEVICES[number] ? true : null), {
      limitMs: 60_000,
    });
  await act(server, { migrate: null }, 'VERIFY_RESIZE');
  assert.deepEqual([await usedOf(from), await usedOf(to)], [1000, 1000]);
  await isServed(to);
  assert.equal(portTable.read(cloud.store, portId)?.host, `sim-${to}`);
  await act(server, { revertResize: null }, 'ACTIVE');
  await isServed(from);
  assert.equal(portTable.read(cloud.store, portId)?.host, `sim-${from}`);
  const isBack = async () => ((await usedOf(to)) === 0 ? true : null);
  await until('what it had there is given back', isBack, { limitMs: 60_000 });
  await act(server, { migrate: null }, 'VERIFY_RESIZE');
  await act(server, { confirmResize: null }, 'ACTIVE');
  await isServed(to);
  await until('the old host has it back', async () => ((await usedOf(from)) === 0 ? true : null), { limitMs: 60_000 });
  assert.equal(await usedOf(to), 1000);
  await act(server, { 'os-migrateLive': { host: null, block_migration: 'auto' } }, 'ACTIVE');
  await isServed(from);
  await until('the other host has it back', async () => ((await usedOf(to)) === 0 ? true : null), { limitMs: 60_000 });
  assert.deepEqual((await devicesOf(server))[from], bandwidth);
  await remove(server);
});

test('a server that is shelved gives its bandwidth back, and asks for it when it comes back', async () => {
  const portId = await port();
  const server = await boot(portId);
  await cloud.until(server, 'ACTIVE');
  await act(server, { shelve: null }, 'SHELVED_OFFLOADED');
  const isFree = async () => ((await usedOf(0)) === 0 && (await usedOf(1)) === 0 ? true : null);
  await until('its bandwidth is given back', isFree, { limitMs: 60_000 });
  await until('its port is nowhere', async () => (servedBy(portId).length === 0 ? true : null), { limitMs: 60_000 });
  await act(server, { unshelve: null }, 'ACTIVE');
  const number = numberOf(server);
  assert.equal(await usedOf(number), 1000);
  const isServed = async () => (servedBy(portId)[0] === DEVICES[number] ? true : null);
  await until('its port is there', isServed, { limitMs: 60_000 });
  await remove(server);
});

test('a server that is evacuated takes the bandwidth of another host', async () => {
  const portId = await port();
  const server = await boot(portId);
  await cloud.until(server, 'ACTIVE');
  const from = numberOf(server);
  const to = from === 0 ? 1 : 0;
  const setReachable = async (reachable: boolean): Promise<void> => {
    cloud.hypervisors.get(`sim-${from}`)?.setReachable(reachable);
    cloud.system.tell(host.at(`sim-${from}`), { type: 'lookAgain' });
    const isNoticed = async () =>
      (hosts.read(cloud.store, `sim-${from}`)?.state === 'up') === reachable ? true : null;
    await until('the host is noticed', isNoticed, { limitMs: 60_000 });
  };
  await setReachable(false);
  const asked = await cloud.call('POST', `/servers/${server}/action`, {
    as: 'admin',
    version: '2.94',
    body: { evacuate: {} },
  });
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  const isServed = async () => (servedBy(portId)[0] === DEVICES[to] ? true : null);
  await until('its port is there', isServed, { limitMs: 60_000 });
  await until('the dead host has it back', async () => ((await usedOf(from)) === 0 ? true : null), { limitMs: 60_000 });
  assert.equal(await usedOf(to), 1000);
  await setReachable(true);
  await remove(server);
});

test('a port that asks for bandwidth and packets is served by a device and the agent above it', async () => {
  const both = await made({ type: 'createQosPolicy', policy: aPolicy() });
  const bits = { direction: 'ingress', minimum: 100 } as const;
  await made({ type: 'createQosRule', policyId: both, ruleType: 'minimum_bandwidth', rule: bits });
  const packets = { direction: 'any', minimum: 10 } as const;
  await made({ type: 'createQosRule', policyId: both, ruleType: 'minimum_packet_rate', rule: packets });
  // Only one agent has packets to give.
  const agent = uuid(11);
  const inventories = { NET_PACKET_RATE_KILOPACKET_PER_SEC: { total: 15 } };
  const path = `/resource_providers/${agent}`;
  const generation = async () => (await placement.must(200, 'GET', path, LATEST)).at('generation');
  const stocked = { ...LATEST, body: { resource_provider_generation: await generation(), inventories } };
  await placement.must(200, 'PUT', `${path}/inventories`, stocked);
  await placement.must(200, 'PUT', `${path}/traits`, {
    ...LATEST,
    body: { resource_provider_generation: await generation(), traits: ['CUSTOM_VNIC_TYPE_NORMAL'] },
  });
  const portId = await port({ qosPolicyId: both });
  const server = await boot(portId);
  await cloud.until(server, 'ACTIVE');
  assert.equal(numberOf(server), 1);
  assert.deepEqual([...servedBy(portId)].sort(), [agent, DEVICES[1]].sort());
  const row = portTable.read(cloud.store, portId);
  assert.equal(row && boundPort(cloud.store, row).resourceGroups?.length, 2);
  const second = await boot(await port({ qosPolicyId: both }));
  await cloud.until(second, 'ERROR');
  await remove(server, second);
  const { body } = await placement.must(200, 'GET', `${path}/usages`, LATEST);
  assert.deepEqual(Object(body).usages, { NET_PACKET_RATE_KILOPACKET_PER_SEC: 0 });
});
