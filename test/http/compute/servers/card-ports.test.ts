import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimPortDevice } from '../../../../actors/cell/client.ts';
import { allocations, hostResources } from '../../../../actors/cell/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { changeNetwork, type NetworkChange } from '../../../../actors/network/client.ts';
import { portTable } from '../../../../actors/network/row.ts';
import { simInside } from '../../../../drivers/sim/index.ts';
import { aPort } from '../../../actors/network/network-service.ts';
import { until } from '../../../process/until.ts';
import { type PlacementApi, placementApi, id as uuid } from '../../placement/placement-api.ts';
import { aCaller } from '../../stub-api.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

const LATEST = { version: 39 } as const;
const { projectId } = aCaller();
const EGRESS = 'NET_BW_EGR_KILOBIT_PER_SEC';

type Card = 'ens1' | 'ens2';
type HostName = 'sim-0' | 'sim-1';

/** Kilobits a second of each card: the one with more has no free function. */
const TOTALS = { ens1: 5000, ens2: 2000 } as const;
const PROVIDERS = {
  'sim-0': { ens1: uuid(30), ens2: uuid(31) },
  'sim-1': { ens1: uuid(32), ens2: uuid(33) },
} as const;

let cloud: TestCloud;
let placement: PlacementApi;

before(async () => {
  const card = { vendorId: '8086', productId: '154c', perCell: 1, physicalNetwork: 'physnet0' };
  cloud = await startTestCloud({
    hosts: 2,
    inside: simInside({
      vcpus: 16,
      memoryMib: 32_768,
      numaCells: 1,
      threadsPerCore: 1,
      dedicatedCpus: [],
      hugePages: {},
      pciCards: [
        { ...card, virtualFunctions: 1, interfaces: ['ens1'] },
        { ...card, virtualFunctions: 3, interfaces: ['ens2'] },
      ],
    }),
  });
  placement = placementApi(cloud.system, cloud.store);
  await made({
    type: 'updateNetwork',
    id: cloud.networkId,
    changes: { provider: { networkType: 'vlan', physicalNetwork: 'physnet0', segmentationId: 7 } },
  });
  for (const trait of ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_DIRECT'])
    await placement.call('PUT', `/traits/${trait}`, LATEST);
  await agent('sim-0', uuid(40));
  await agent('sim-1', uuid(41));
  // Ports without a guarantee take the only function of the first card of each host.
  for (const host of ['sim-0', 'sim-1']) {
    const server = await cloud.boot(
      {
        imageRef: anImage().id,
        flavorRef: '1',
        networks: [{ port: await port(undefined) }],
        availability_zone: `nova:${host}`,
      },
      { as: 'admin' },
    );
    await cloud.until(server, 'ACTIVE');
    assert.deepEqual(cardsOf(server), ['ens1']);
  }
});
after(() => cloud.close());

async function made(change: NetworkChange): Promise<string> {
  const outcome = await changeNetwork(cloud.system, change);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

/** What Neutron's agent of SR-IOV cards on a host makes: itself below the host, and below that its cards. */
async function agent(host: HostName, id: string): Promise<void> {
  const { body } = await placement.must(200, 'GET', `/resource_providers?name=${host}`, LATEST);
  const [root] = Object(body).resource_providers;
  const make = (providerId: string, name: string, parent: string) =>
    placement.must(200, 'POST', '/resource_providers', {
      ...LATEST,
      body: { uuid: providerId, name, parent_provider_uuid: parent },
    });
  await make(id, `${host}:NIC Switch agent`, String(root.uuid));
  for (const card of ['ens1', 'ens2'] as const) {
    const path = `/resource_providers/${PROVIDERS[host][card]}`;
    await make(PROVIDERS[host][card], `${host}:NIC Switch agent:${card}`, id);
    const inventories = { [EGRESS]: { total: TOTALS[card] } };
    await placement.must(200, 'PUT', `${path}/inventories`, {
      ...LATEST,
      body: { resource_provider_generation: 0, inventories },
    });
    const traits = ['CUSTOM_PHYSNET_PHYSNET0', 'CUSTOM_VNIC_TYPE_DIRECT'];
    await placement.must(200, 'PUT', `${path}/traits`, {
      ...LATEST,
      body: { resource_provider_generation: 1, traits },
    });
  }
}

/** A port whose card is a device of the host; undefined: it is guaranteed nothing. */
async function port(kilobits: number | undefined): Promise<string> {
  let qosPolicyId: string | null = null;
  if (kilobits !== undefined) {
    const policy = { projectId: projectId ?? '', name: 'q', description: '', shared: false, isDefault: false };
    qosPolicyId = await made({ type: 'createQosPolicy', policy });
    const rule = { direction: 'egress', minimum: kilobits } as const;
    await made({ type: 'createQosRule', policyId: qosPolicyId, ruleType: 'minimum_bandwidth', rule });
  }
  return made(aPort(cloud.networkId, { projectId: projectId ?? '', vnicType: 'direct', qosPolicyId }));
}

const boot = (...ports: readonly string[]): Promise<string> =>
  cloud.boot({ imageRef: anImage().id, flavorRef: '1', networks: ports.map((id) => ({ port: id })) });

const hostOf = (server: string): HostName =>
  allocations.read(cloud.store, server)?.host === 'sim-0' ? 'sim-0' : 'sim-1';

/** The interfaces of the cards whose functions a server has. */
function cardsOf(server: string): readonly (string | undefined)[] {
  const { host = '', pciDevices = [] } = allocations.read(cloud.store, server) ?? {};
  const devices = hostResources.read(cloud.store, host)?.inventory.pciDevices ?? [];
  return pciDevices.map((address) => devices.find((device) => device.address === address)?.parentInterface);
}

/** Providers that the network tells of a port. */
const servedBy = (portId: string): readonly string[] =>
  Object.values(portTable.read(cloud.store, portId)?.binding?.allocation ?? {});

const usedOf = async (host: HostName, card: Card): Promise<unknown> =>
  (await placement.must(200, 'GET', `/resource_providers/${PROVIDERS[host][card]}/usages`, LATEST)).at(
    'usages',
    EGRESS,
  );

const remove = async (server: string): Promise<void> => {
  assert.equal((await cloud.call('DELETE', `/servers/${server}`)).status, 204);
  await cloud.until(server, 'gone');
  const isBack = async () =>
    (await usedOf('sim-0', 'ens2')) === 0 && (await usedOf('sim-1', 'ens2')) === 0 ? true : null;
  await until('its bandwidth is given back', isBack, { limitMs: 60_000 });
  assert.deepEqual(cardsOf(server), []);
};

const detailsOf = async (server: string): Promise<string> =>
  (await cloud.call('GET', `/servers/${server}`, { as: 'admin' })).body.server.fault.details;

test('a server gets the bandwidth and the device of a port from the same card', async () => {
  const portId = await port(1000);
  const server = await boot(portId);
  await cloud.until(server, 'ACTIVE');
  const host = hostOf(server);
  assert.deepEqual(servedBy(portId), [PROVIDERS[host].ens2]);
  assert.deepEqual(cardsOf(server), ['ens2']);
  assert.deepEqual([await usedOf(host, 'ens1'), await usedOf(host, 'ens2')], [0, 1000]);
  await remove(server);
});

test('where no card with so much bandwidth has a free device there is no valid host, and administrators are told why', async () => {
  const server = await boot(await port(3000));
  await cloud.until(server, 'ERROR');
  assert.match(await detailsOf(server), /Of 2 hosts: 2 without a card that has both the bandwidth and a device/);
  assert.deepEqual([await usedOf('sim-0', 'ens1'), await usedOf('sim-1', 'ens1')], [0, 0]);
  await remove(server);
  // Together they need more than the card with devices has, although the other one has it.
  const both = await boot(await port(1500), await port(1500));
  await cloud.until(both, 'ERROR');
  assert.match(await detailsOf(both), /2 without a card that has both/);
  await remove(both);
});

test('a port that is attached gets both of the same card or nothing, and gives both back', async () => {
  const first = await port(500);
  const server = await boot(first);
  await cloud.until(server, 'ACTIVE');
  const host = hostOf(server);
  const path = `/servers/${server}/os-interface`;
  const attach = (portId: string) => cloud.call('POST', path, { body: { interfaceAttachment: { port_id: portId } } });
  const second = await port(1000);
  const attached = await attach(second);
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  assert.deepEqual(servedBy(second), [PROVIDERS[host].ens2]);
  assert.deepEqual(cardsOf(server), ['ens2', 'ens2']);
  assert.equal(await usedOf(host, 'ens2'), 1500);
  const noDevice = await attach(await port(3000));
  assert.equal(noDevice.status, 400);
  assert.equal(noDevice.body.badRequest.message, `Failed to claim PCI device for ${server} during interface attach`);
  const noBandwidth = await attach(await port(9000));
  assert.equal(noBandwidth.status, 400);
  const reason = `Failed to allocate additional resources to ${server} during interface attach`;
  assert.equal(noBandwidth.body.badRequest.message, reason);
  assert.deepEqual(cardsOf(server), ['ens2', 'ens2']);
  assert.deepEqual([await usedOf(host, 'ens1'), await usedOf(host, 'ens2')], [0, 1500]);
  assert.equal((await cloud.call('DELETE', `${path}/${second}`)).status, 202);
  const isBack = async () => ((await usedOf(host, 'ens2')) === 500 && cardsOf(server).length === 1 ? true : null);
  await until('both are given back', isBack, { limitMs: 60_000 });
  await remove(server);
});

test('a server that moves gets both of one card of its new host', async () => {
  const portId = await port(1000);
  const server = await boot(portId);
  await cloud.until(server, 'ACTIVE');
  const from = hostOf(server);
  const to = from === 'sim-0' ? 'sim-1' : 'sim-0';
  const moved = await cloud.call('POST', `/servers/${server}/action`, { as: 'admin', body: { migrate: null } });
  assert.equal(moved.status, 202, JSON.stringify(moved.body));
  await cloud.until(server, 'VERIFY_RESIZE');
  assert.deepEqual([await usedOf(from, 'ens2'), await usedOf(to, 'ens2')], [1000, 1000]);
  const confirmed = await cloud.call('POST', `/servers/${server}/action`, { body: { confirmResize: null } });
  assert.equal(confirmed.status, 204, JSON.stringify(confirmed.body));
  await cloud.until(server, 'ACTIVE');
  const isBack = async () => ((await usedOf(from, 'ens2')) === 0 ? true : null);
  await until('the old host has it back', isBack, { limitMs: 60_000 });
  assert.equal(hostOf(server), to);
  assert.deepEqual(cardsOf(server), ['ens2']);
  const isServed = async () => (servedBy(portId)[0] === PROVIDERS[to].ens2 ? true : null);
  await until('its port is there', isServed, { limitMs: 60_000 });
  await remove(server);
});

test('of two requests that attach the same port one does, and the other leaves it what it has', async () => {
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const body = { interfaceAttachment: { port_id: await port(1000) } };
  const both = await Promise.all([1, 2].map(() => cloud.call('POST', `/servers/${server}/os-interface`, { body })));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
  assert.deepEqual(cardsOf(server), ['ens2']);
  assert.equal(await usedOf(hostOf(server), 'ens2'), 1000);
  await remove(server);
});

test('a device that was claimed for the port alone is given back for one of the card that has its bandwidth, or for none', async () => {
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const row = instances.read(cloud.store, server);
  assert.ok(row);
  const attach = async (kilobits: number): Promise<number> => {
    const portId = await port(kilobits);
    const device = { portId, vnicType: 'direct', physicalNetwork: 'physnet0' } as const;
    const claimed = await claimPortDevice(cloud.system, row, device, { extraSpecs: {}, properties: {} });
    assert.ok(claimed.ok && claimed.value);
    const body = { interfaceAttachment: { port_id: portId } };
    return (await cloud.call('POST', `/servers/${server}/os-interface`, { body })).status;
  };
  assert.equal(await attach(3000), 400);
  assert.deepEqual(cardsOf(server), []);
  assert.equal(await attach(1000), 200);
  assert.deepEqual(cardsOf(server), ['ens2']);
  await remove(server);
});
