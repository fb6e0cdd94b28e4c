import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestCloud, type TestCloud } from '../compute/cloud.ts';
import { id, type PlacementApi, placementApi } from './placement-api.ts';

let cloud: TestCloud;
let api: PlacementApi;
before(async () => {
  cloud = await startTestCloud({ hosts: 2 });
  api = placementApi(cloud.system, cloud.store);
});
after(() => cloud.close());

const LATEST = { version: 39 } as const;

/** The provider of a host. */
async function hostProvider(host: string): Promise<{ readonly uuid: string; readonly generation: number }> {
  const { body } = await api.must(200, 'GET', `/resource_providers?name=${host}`, LATEST);
  const [provider] = Object(body).resource_providers;
  return { uuid: String(provider.uuid), generation: Number(provider.generation) };
}

/** Everything that a server has, given to an external consumer instead. */
const consumer = (allocations: object, generation: number | null = null) => ({
  ...LATEST,
  body: {
    allocations,
    project_id: 'outside',
    user_id: 'outside',
    consumer_generation: generation,
    consumer_type: 'BLAZAR',
  },
});

test('hosts are root providers by themselves: UUID of the hypervisor, inventories with the ratios of Nova', async () => {
  const { body } = await api.must(200, 'GET', '/resource_providers', LATEST);
  const shown = Object(body).resource_providers.map((provider: Record<string, unknown>) => provider['name']);
  assert.deepEqual(shown, ['sim-0', 'sim-1']);
  const hypervisors = await cloud.call('GET', '/os-hypervisors', { as: 'admin', version: '2.104' });
  const { uuid } = await hostProvider('sim-0');
  assert.ok(hypervisors.body.hypervisors.some((hypervisor: { id: string }) => hypervisor.id === uuid));
  const inventories = await api.must(200, 'GET', `/resource_providers/${uuid}/inventories`, LATEST);
  const inventory = { reserved: 0, min_unit: 1, step_size: 1, allocation_ratio: 1 };
  assert.deepEqual(inventories.at('inventories'), {
    VCPU: { ...inventory, total: 16, max_unit: 16, allocation_ratio: 4 },
    MEMORY_MB: { ...inventory, total: 32_768, max_unit: 32_768 },
    DISK_GB: { ...inventory, total: 1_000, max_unit: 1_000 },
  });
});

test('a server is a consumer from its claim to its end', async () => {
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const shown = await api.must(200, 'GET', `/allocations/${server}`, LATEST);
  const [provider = ''] = Object.keys(Object(shown.at('allocations')));
  assert.deepEqual(shown.at('allocations', provider, 'resources'), { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 });
  assert.deepEqual([shown.at('consumer_type'), shown.at('consumer_generation')], ['INSTANCE', 1]);
  const project = String(shown.at('project_id'));
  const usages = await api.must(200, 'GET', `/resource_providers/${provider}/usages`, LATEST);
  assert.deepEqual(usages.at('usages'), { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 });
  const listed = await api.must(200, 'GET', `/resource_providers/${provider}/allocations`, LATEST);
  assert.deepEqual(Object.keys(Object(listed.at('allocations'))), [server]);
  const total = await api.must(200, 'GET', `/usages?project_id=${project}`, LATEST);
  assert.deepEqual(total.at('usages'), { INSTANCE: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1, consumer_count: 1 } });
  await cloud.call('DELETE', `/servers/${server}`);
  await cloud.until(server, 'gone');
  assert.deepEqual((await api.must(200, 'GET', `/allocations/${server}`, LATEST)).body, { allocations: {} });
});

test('during a resize the migration is the consumer of what is at the source', async () => {
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const before = await api.must(200, 'GET', `/allocations/${server}`, LATEST);
  const asked = await cloud.call('POST', `/servers/${server}/action`, { body: { resize: { flavorRef: '2' } } });
  assert.equal(asked.status, 202);
  await cloud.until(server, 'VERIFY_RESIZE');
  const listed = await cloud.call('GET', `/os-migrations?instance_uuid=${server}`, { as: 'admin', version: '2.80' });
  const migration = String(listed.body.migrations[0].uuid);
  const atSource = await api.must(200, 'GET', `/allocations/${migration}`, LATEST);
  assert.equal(atSource.at('consumer_type'), 'MIGRATION');
  const resources = (allocations: unknown) => Object.values(Object(allocations)).map((one) => Object(one).resources);
  assert.deepEqual(resources(atSource.at('allocations')), resources(before.at('allocations')));
  const atTarget = await api.must(200, 'GET', `/allocations/${server}`, LATEST);
  assert.notDeepEqual(resources(atTarget.at('allocations')), resources(before.at('allocations')));
  await cloud.call('POST', `/servers/${server}/action`, { body: { confirmResize: null } });
  await cloud.until(server, 'ACTIVE');
  assert.deepEqual((await api.must(200, 'GET', `/allocations/${migration}`, LATEST)).body, { allocations: {} });
  await cloud.call('DELETE', `/servers/${server}`);
  await cloud.until(server, 'gone');
});

test('what external consumers take of hosts is not there for servers, until they give it back', async () => {
  const hosts = [await hostProvider('sim-0'), await hostProvider('sim-1')];
  const taken = Object.fromEntries(hosts.map(({ uuid }) => [uuid, { resources: { MEMORY_MB: 32_700 } }]));
  await api.must(204, 'PUT', `/allocations/${id(1)}`, consumer(taken));
  const asked = '/allocation_candidates?resources=VCPU:1,MEMORY_MB:512,DISK_GB:1';
  assert.deepEqual((await api.must(200, 'GET', asked, LATEST)).at('allocation_requests'), []);
  const refused = await cloud.boot();
  await cloud.until(refused, 'ERROR');
  await api.must(204, 'DELETE', `/allocations/${id(1)}`, LATEST);
  assert.equal(Object(await api.must(200, 'GET', asked, LATEST)).at('allocation_requests').length, 2);
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  for (const one of [refused, server]) {
    await cloud.call('DELETE', `/servers/${one}`);
    await cloud.until(one, 'gone');
  }
});

test('inventories that users change are what the scheduler goes by', async () => {
  for (const name of ['sim-0', 'sim-1']) {
    const { uuid, generation } = await hostProvider(name);
    const body = { resource_provider_generation: generation, total: 32_768, reserved: 32_767 };
    await api.must(200, 'PUT', `/resource_providers/${uuid}/inventories/MEMORY_MB`, { ...LATEST, body });
  }
  const refused = await cloud.boot();
  await cloud.until(refused, 'ERROR');
  // Deleting the provider of a host forgets what was changed of it.
  for (const name of ['sim-0', 'sim-1'])
    await api.must(204, 'DELETE', `/resource_providers/${(await hostProvider(name)).uuid}`, LATEST);
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  for (const one of [refused, server]) {
    await cloud.call('DELETE', `/servers/${one}`);
    await cloud.until(one, 'gone');
  }
});

test('aggregates of Nova are those of the provider of each of their hosts', async () => {
  const made = await cloud.call('POST', '/os-aggregates', {
    as: 'admin',
    version: '2.41',
    body: { aggregate: { name: 'racks' } },
  });
  const { id: number, uuid } = made.body.aggregate;
  await cloud.call('POST', `/os-aggregates/${number}/action`, { as: 'admin', body: { add_host: { host: 'sim-1' } } });
  const { body } = await api.must(200, 'GET', `/resource_providers?member_of=${uuid}`, LATEST);
  assert.deepEqual(
    Object(body).resource_providers.map((provider: { name: string }) => provider.name),
    ['sim-1'],
  );
  const found = await api.must(200, 'GET', `/allocation_candidates?resources=VCPU:1&member_of=!${uuid}`, LATEST);
  assert.deepEqual(Object.keys(Object(found.at('provider_summaries'))), [(await hostProvider('sim-0')).uuid]);
});
