import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocations } from '../../../actors/cell/row.ts';
import { host as hostProtocol } from '../../../actors/host/protocol.ts';
import { hosts } from '../../../actors/host/row.ts';
import { instances } from '../../../actors/instance/row.ts';
import { startTestCloud, type TestCloud } from '../compute/cloud.ts';
import { type Answer, id, type PlacementApi, placementApi } from './placement-api.ts';

const LATEST = { version: 39 } as const;
/** Cards of one virtual graphics processor each, below the first host and the second. */
const [CARD0, CARD1] = [id(11), id(12)];
const SLOTS = 3;

let cloud: TestCloud;
let api: PlacementApi;
before(async () => {
  cloud = await startTestCloud({ hosts: 2, quota: { instances: 100, cores: 1_000, ramMib: -1 } });
  api = placementApi(cloud.system, cloud.store);
  for (const [index, uuid] of [CARD0, CARD1].entries()) {
    const parent = hosts.read(cloud.store, `sim-${index}`)?.hypervisorId;
    const body = { name: `pgpu${index}`, uuid, parent_provider_uuid: parent };
    await api.must(200, 'POST', '/resource_providers', { ...LATEST, body });
    const inventories = { VGPU: { total: SLOTS } };
    const told = { resource_provider_generation: 0, inventories };
    await api.must(200, 'PUT', `/resource_providers/${uuid}/inventories`, { ...LATEST, body: told });
  }
  for (const [number, amount] of [
    ['51', '1'],
    ['52', '2'],
  ]) {
    const flavor = { id: number, name: `gpu${number}`, vcpus: 1, ram: 512, disk: 1 };
    assert.equal((await cloud.call('POST', '/flavors', { as: 'admin', body: { flavor } })).status, 200);
    const specs = { extra_specs: { 'resources:VGPU': amount } };
    assert.equal(
      (await cloud.call('POST', `/flavors/${number}/os-extra_specs`, { as: 'admin', body: specs })).status,
      200,
    );
  }
});
after(() => cloud.close());

const used = async (uuid: string): Promise<unknown> =>
  (await api.must(200, 'GET', `/resource_providers/${uuid}/usages`, LATEST)).at('usages', 'VGPU');

/** What consumers take of cards. */
async function taken(consumer: string): Promise<Readonly<Record<string, unknown>>> {
  const shown = await api.must(200, 'GET', `/allocations/${consumer}`, LATEST);
  return Object.fromEntries(
    [CARD0, CARD1].flatMap((uuid) => {
      const amount = shown.at('allocations', uuid, 'resources', 'VGPU');
      return amount === undefined ? [] : [[uuid, amount]];
    }),
  );
}

const cardOf = (server: string): readonly [own: string, other: string] =>
  allocations.read(cloud.store, server)?.host === 'sim-0' ? [CARD0, CARD1] : [CARD1, CARD0];

const act = async (server: string, body: object, version = '2.104'): Promise<void> => {
  const { status, body: said } = await cloud.call('POST', `/servers/${server}/action`, { as: 'admin', version, body });
  assert.ok(status < 300, JSON.stringify(said));
};

async function active(): Promise<string> {
  const server = await cloud.boot({ flavorRef: '51' });
  await cloud.until(server, 'ACTIVE');
  return server;
}

async function gone(server: string): Promise<void> {
  await cloud.call('DELETE', `/servers/${server}`);
  await cloud.until(server, 'gone');
  assert.deepEqual([await used(CARD0), await used(CARD1)], [0, 0]);
  assert.deepEqual(await taken(server), {});
}

async function migrationOf(server: string): Promise<string> {
  const path = `/os-migrations?instance_uuid=${server}`;
  const { body } = await cloud.call('GET', path, { as: 'admin', version: '2.80' });
  return String(body.migrations[0].uuid);
}

test('a server takes of a card below its host, from its claim to its end', async () => {
  const server = await active();
  const [card] = cardOf(server);
  assert.deepEqual(await taken(server), { [card]: 1 });
  assert.equal(await used(card), 1);
  const listed = await api.must(200, 'GET', `/resource_providers/${card}/allocations`, LATEST);
  assert.deepEqual(listed.at('allocations'), { [server]: { resources: { VGPU: 1 }, consumer_generation: 1 } });
  const project = instances.read(cloud.store, server)?.projectId ?? '';
  const total = await api.must(200, 'GET', `/usages?project_id=${project}`, LATEST);
  assert.equal(Object(total.at('usages', 'INSTANCE'))['VGPU'], 1);
  await gone(server);
});

test("a resize claims what the new size asks of the destination, and what is at the source is the migration's", async () => {
  for (const [verb, status] of [
    ['confirmResize', 'ACTIVE'],
    ['revertResize', 'ACTIVE'],
  ] as const) {
    const server = await active();
    const [card, other] = cardOf(server);
    await act(server, { resize: { flavorRef: '52' } });
    await cloud.until(server, 'VERIFY_RESIZE');
    const migration = await migrationOf(server);
    assert.deepEqual([await taken(server), await taken(migration)], [{ [other]: 2 }, { [card]: 1 }]);
    assert.deepEqual([await used(card), await used(other)], [1, 2]);
    await act(server, { [verb]: null });
    await cloud.until(server, status);
    assert.deepEqual(await taken(server), verb === 'confirmResize' ? { [other]: 2 } : { [card]: 1 }, verb);
    assert.deepEqual(await taken(migration), {});
    await gone(server);
  }
});

test('a live migration takes the card of the destination and gives the other back', async () => {
  const server = await active();
  const [card, other] = cardOf(server);
  await act(server, { 'os-migrateLive': { host: null, block_migration: 'auto' } });
  await eventually('migrated', async () => (await used(card)) === 0 && (await used(other)) === 1);
  await cloud.until(server, 'ACTIVE');
  assert.deepEqual(await taken(server), { [other]: 1 });
  await gone(server);
});

test('a server that is shelved and offloaded has no card, and gets one when it is unshelved', async () => {
  const server = await active();
  await act(server, { shelve: null });
  await eventually('offloaded', async () => (await used(CARD0)) === 0 && (await used(CARD1)) === 0);
  await cloud.until(server, 'SHELVED_OFFLOADED');
  await act(server, { unshelve: null });
  await cloud.until(server, 'ACTIVE');
  const [card] = cardOf(server);
  assert.deepEqual(await taken(server), { [card]: 1 });
  await gone(server);
});

test('an evacuated server has the card of the host where it is now', async () => {
  const server = await active();
  const [card, other] = cardOf(server);
  const source = card === CARD0 ? 'sim-0' : 'sim-1';
  await setReachable(source, false);
  await act(server, { evacuate: {} }, '2.94');
  await eventually('evacuated', async () => (await used(card)) === 0 && (await used(other)) === 1);
  await cloud.until(server, 'ACTIVE');
  await setReachable(source, true);
  await gone(server);
});

async function setReachable(name: string, reachable: boolean): Promise<void> {
  cloud.hypervisors.get(name)?.setReachable(reachable);
  cloud.system.tell(hostProtocol.at(name), { type: 'lookAgain' });
  await eventually(`${name} is noticed`, () => (hosts.read(cloud.store, name)?.state === 'up') === reachable);
}

async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let polls = 0; polls < 12_000; polls++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(what);
}

test('servers and external consumers who want the last of the cards together never get more than there is', async () => {
  const body = (uuid: string) => ({
    allocations: { [uuid]: { resources: { VGPU: 1 } } },
    project_id: 'p',
    user_id: 'u',
  });
  const writers = Array.from({ length: 8 }, (_, index) =>
    api.call('PUT', `/allocations/${id(100 + index)}`, { version: 12, body: body(index % 2 === 0 ? CARD0 : CARD1) }),
  );
  const servers = await Promise.all(Array.from({ length: 8 }, () => cloud.boot({ flavorRef: '51' })));
  const written = (await Promise.all(writers)).filter(({ status }: Answer) => status === 204).length;
  const statuses = new Map<string, string>();
  await eventually('all have ended', async () => {
    for (const server of servers)
      statuses.set(server, String((await cloud.call('GET', `/servers/${server}`)).body.server.status));
    return ![...statuses.values()].includes('BUILD');
  });
  const running = [...statuses.values()].filter((status) => status === 'ACTIVE').length;
  assert.equal(written + running, 2 * SLOTS, `${written} consumers, ${running} servers`);
  assert.deepEqual([await used(CARD0), await used(CARD1)], [SLOTS, SLOTS]);
  const [refused] = [...statuses].find(([, status]) => status === 'ERROR') ?? [];
  const shown = await cloud.call('GET', `/servers/${refused}`, { as: 'admin' });
  assert.match(String(shown.body.server.fault.details), /without 1 VGPU/);
  for (let index = 0; index < 8; index++) await api.call('DELETE', `/allocations/${id(100 + index)}`, LATEST);
  for (const server of servers) await cloud.call('DELETE', `/servers/${server}`);
  for (const server of servers) await cloud.until(server, 'gone');
  assert.deepEqual([await used(CARD0), await used(CARD1)], [0, 0]);
});
