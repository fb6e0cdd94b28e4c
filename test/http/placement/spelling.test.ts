import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlacementApi, startPlacement } from './placement-api.ts';

const LATEST = { version: 39 } as const;
const PROVIDER = '0a00000b-000c-4000-8000-00000000000d';
const CONSUMER = '1a00000b-000c-4000-8000-00000000000d';

/** The same digits with as many hyphens, in other places. */
const moved = (id: string): string => `----${id.replaceAll('-', '')}`;
const bare = (id: string): string => id.replaceAll('-', '').toUpperCase();

const consumer = (amount: number, provider = PROVIDER, generation: number | null = null) => ({
  allocations: { [provider]: { resources: { VCPU: amount } } },
  project_id: 'p',
  user_id: 'u',
  consumer_generation: generation,
  consumer_type: 'INSTANCE',
});

const stock = (total: number, generation: number) => ({
  resource_provider_generation: generation,
  inventories: { VCPU: { total } },
});

/** A provider with ten processors, of generation 1. */
async function withProvider(): Promise<PlacementApi> {
  const api = startPlacement();
  await api.must(200, 'POST', '/resource_providers', { ...LATEST, body: { name: 'a', uuid: moved(PROVIDER) } });
  await api.must(200, 'PUT', `/resource_providers/${PROVIDER}/inventories`, { ...LATEST, body: stock(10, 0) });
  return api;
}

async function used(api: PlacementApi): Promise<unknown> {
  const { body } = await api.must(200, 'GET', `/resource_providers/${PROVIDER}/usages`, LATEST);
  return Object(body).usages.VCPU;
}

test('a consumer and a provider that are keys in another spelling are stored in the usual one', async () => {
  const api = await withProvider();
  const body = { [moved(CONSUMER).toUpperCase()]: consumer(3, moved(PROVIDER)) };
  await api.must(204, 'POST', '/allocations', { ...LATEST, body });
  const shown = await api.must(200, 'GET', `/allocations/${CONSUMER}`, LATEST);
  assert.deepEqual(Object(shown.body).allocations[PROVIDER].resources, { VCPU: 3 });
  await api.must(204, 'DELETE', `/allocations/${CONSUMER}`, LATEST);
  assert.equal(await used(api), 0);
});

test('two keys of one UUID are refused, and nothing is given back or taken', async () => {
  const api = await withProvider();
  await api.must(204, 'POST', '/allocations', { ...LATEST, body: { [CONSUMER]: consumer(8) } });
  const twice = { [CONSUMER]: consumer(8, PROVIDER, 1), [CONSUMER.toUpperCase()]: consumer(8, PROVIDER, 1) };
  const refused = await api.must(400, 'POST', '/allocations', { ...LATEST, body: twice });
  assert.match(refused.detail, /'1A00000B-000C-4000-8000-00000000000D' is the UUID of another key in another spelling/);
  const inside = consumer(1, PROVIDER, 1);
  const providers = { ...inside.allocations, [moved(PROVIDER)]: { resources: { VCPU: 2 } } };
  const allocations = { ...inside, allocations: providers };
  await api.must(400, 'POST', '/allocations', { ...LATEST, body: { [CONSUMER]: allocations } });
  await api.must(400, 'PUT', `/allocations/${CONSUMER}`, { ...LATEST, body: allocations });
  assert.equal(await used(api), 8);
});

test('a reshape names providers and consumers in any spelling, and each once', async () => {
  const api = await withProvider();
  const reshape = (inventories: object, allocations: object) =>
    api.call('POST', '/reshaper', { ...LATEST, as: 'service', body: { inventories, allocations } });
  const twice = { [PROVIDER]: stock(20, 1), [PROVIDER.toUpperCase()]: stock(30, 1) };
  assert.match((await reshape(twice, {})).detail, /is the UUID of another key/);
  const consumers = { [CONSUMER]: consumer(1), [moved(CONSUMER)]: consumer(2) };
  assert.match((await reshape({ [PROVIDER]: stock(20, 1) }, consumers)).detail, /is the UUID of another key/);
  const done = await reshape({ [moved(PROVIDER)]: stock(20, 1) }, { [moved(CONSUMER)]: consumer(15) });
  assert.equal(done.status, 204, done.detail);
  assert.equal(await used(api), 15);
  await api.must(204, 'DELETE', `/allocations/${CONSUMER}`, LATEST);
});

test('a path names a provider and a consumer in any spelling', async () => {
  const api = await withProvider();
  await api.must(204, 'PUT', `/allocations/${bare(CONSUMER)}`, { ...LATEST, body: consumer(3) });
  const shown = await api.must(200, 'GET', `/allocations/${bare(CONSUMER)}`, LATEST);
  assert.deepEqual(Object.keys(Object(shown.body).allocations), [PROVIDER]);
  await api.must(204, 'DELETE', `/allocations/${moved(CONSUMER)}`, LATEST);
  const { body } = await api.must(200, 'GET', `/resource_providers/${bare(PROVIDER)}`, LATEST);
  assert.equal(Object(body).uuid, PROVIDER);
  await api.must(404, 'GET', `/resource_providers/${PROVIDER}0`, LATEST);
  await api.must(204, 'DELETE', `/resource_providers/${moved(PROVIDER)}`, LATEST);
});

test('a list of providers takes UUIDs with their hyphens in either case, and an empty name for none', async () => {
  const api = await withProvider();
  const found = async (query: string) => {
    const { body } = await api.must(200, 'GET', `/resource_providers?${query}`, LATEST);
    return Object(body).resource_providers.length;
  };
  for (const name of ['uuid', 'in_tree']) {
    assert.equal(await found(`${name}=${PROVIDER.toUpperCase()}`), 1, name);
    for (const spelled of [bare(PROVIDER), moved(PROVIDER), `{${PROVIDER}}`, '']) {
      const path = `/resource_providers?${name}=${encodeURIComponent(spelled)}`;
      const { detail } = await api.must(400, 'GET', path, LATEST);
      assert.ok(detail.includes(`Invalid query string parameters: '${spelled}' is not a 'uuid'`), detail);
    }
  }
  assert.deepEqual([await found('name='), await found('name=b')], [1, 0]);
});
