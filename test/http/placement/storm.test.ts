import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../runtime/random.ts';
import { startTestCloud } from '../compute/cloud.ts';
import { type Answer, id, type PlacementApi, placementApi, startPlacement } from './placement-api.ts';

const LATEST = { version: 39 } as const;
const CAPACITY = 20;

/** A provider with so many vCPUs. */
async function provider(api: PlacementApi, number: number, total: number): Promise<void> {
  await api.must(200, 'POST', '/resource_providers', { ...LATEST, body: { name: `p${number}`, uuid: id(number) } });
  const body = { resource_provider_generation: 0, inventories: { VCPU: { total } } };
  await api.must(200, 'PUT', `/resource_providers/${id(number)}/inventories`, { ...LATEST, body });
}

const entry = (amounts: Readonly<Record<string, number>>, generation: number | null = null) => ({
  allocations: Object.fromEntries(
    Object.entries(amounts).map(([uuid, amount]) => [uuid, { resources: { VCPU: amount } }]),
  ),
  project_id: 'p',
  user_id: 'u',
  consumer_generation: generation,
  consumer_type: 'INSTANCE',
});

const used = async (api: PlacementApi, number: number): Promise<number> =>
  Number((await api.must(200, 'GET', `/resource_providers/${id(number)}/usages`, LATEST)).at('usages', 'VCPU'));

const count = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

test('of a hundred writers at once exactly as many get something as there is room for', async () => {
  const api = startPlacement();
  await provider(api, 1, CAPACITY);
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      api.call('PUT', `/allocations/${id(100 + index)}`, { ...LATEST, body: entry({ [id(1)]: 1 }) }),
    ),
  );
  assert.deepEqual([count(answers, 204), count(answers, 409)], [CAPACITY, 80]);
  assert.equal(await used(api, 1), CAPACITY);
});

test('of many writers who have seen the same generation of a consumer one wins', async () => {
  const api = startPlacement();
  await provider(api, 1, 1_000);
  const write = (index: number, generation: number | null) =>
    api.call('PUT', `/allocations/${id(9)}`, { ...LATEST, body: entry({ [id(1)]: 1 + index }, generation) });
  for (const generation of [null, 1, 2]) {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => write(index, generation)));
    assert.deepEqual([count(answers, 204), count(answers, 409)], [1, 39]);
    const lost = answers.find(({ status }) => status === 409);
    assert.equal(lost?.code, 'placement.concurrent_update');
  }
});

test('a storm of writers over several providers leaves none with more than it has, and none with half of a change', async () => {
  const api = startPlacement();
  const random = seededRandom(11);
  const below = (end: number): number => Math.floor(random.fraction() * end);
  for (let number = 1; number <= 4; number++) await provider(api, number, CAPACITY);
  const anEntry = () => {
    const [first, second] = [1 + below(4), 1 + below(4)];
    return {
      allocations: entry({ [id(first)]: 1 + below(6), [id(second)]: 1 + below(6) }).allocations,
      project_id: 'p',
      user_id: 'u',
    };
  };
  const answers = await Promise.all(
    Array.from({ length: 600 }, () => {
      const [one, other] = [100 + below(20), 100 + below(20)];
      switch (below(4)) {
        case 0:
          return api.call('DELETE', `/allocations/${id(one)}`, LATEST);
        case 1:
          // All or nothing, over two consumers.
          return api.call('POST', '/allocations', {
            version: 13,
            body: { [id(one)]: anEntry(), [id(other)]: anEntry() },
          });
        default:
          return api.call('PUT', `/allocations/${id(one)}`, { version: 12, body: anEntry() });
      }
    }),
  );
  assert.ok(count(answers, 204) > 20 && count(answers, 409) > 20, `${count(answers, 204)} made`);
  assert.ok(answers.every(({ status }) => [204, 404, 409].includes(status)));
  const sums = new Map<string, number>();
  for (let number = 100; number < 120; number++) {
    const shown = await api.must(200, 'GET', `/allocations/${id(number)}`, LATEST);
    for (const [uuid, one] of Object.entries<{ resources: { VCPU: number } }>(Object(shown.at('allocations'))))
      sums.set(uuid, (sums.get(uuid) ?? 0) + one.resources.VCPU);
  }
  for (let number = 1; number <= 4; number++) {
    const amount = await used(api, number);
    assert.ok(amount <= CAPACITY, `${amount} of ${CAPACITY}`);
    assert.equal(sums.get(id(number)) ?? 0, amount, 'consumers and provider say the same');
  }
});

test('servers and external consumers who want the last of a host together never get more than it has', async () => {
  const cloud = await startTestCloud({ hosts: 1, quota: { instances: 100, cores: 1_000, ramMib: -1 } });
  const api = placementApi(cloud.system, cloud.store);
  const { body } = await api.must(200, 'GET', '/resource_providers', LATEST);
  const host = String(Object(body).resource_providers[0].uuid);
  // Room for ten times 512 MiB.
  const shrunk = { resource_provider_generation: 0, total: 5_120 };
  await api.must(200, 'PUT', `/resource_providers/${host}/inventories/MEMORY_MB`, { ...LATEST, body: shrunk });
  const wanted = { allocations: { [host]: { resources: { MEMORY_MB: 512 } } }, project_id: 'p', user_id: 'u' };
  const writers = Array.from({ length: 15 }, (_, index) =>
    api.call('PUT', `/allocations/${id(100 + index)}`, { version: 12, body: wanted }),
  );
  const servers = Array.from({ length: 15 }, () => cloud.boot());
  const written = count(await Promise.all(writers), 204);
  const ended = await Promise.all(
    (await Promise.all(servers)).map(async (server) => {
      for (let polls = 0; polls < 12_000; polls++) {
        const shown = await cloud.call('GET', `/servers/${server}`);
        if (shown.body.server.status !== 'BUILD') return String(shown.body.server.status);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return 'BUILD';
    }),
  );
  const active = ended.filter((status) => status === 'ACTIVE').length;
  assert.equal(written + active, 10, `${written} consumers, ${active} servers`);
  const usages = await api.must(200, 'GET', `/resource_providers/${host}/usages`, LATEST);
  assert.equal(usages.at('usages', 'MEMORY_MB'), 5_120);
  await cloud.close();
});
