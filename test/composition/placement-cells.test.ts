import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCloud } from '../../index.ts';
import { connectApi } from '../process/api.ts';
import { column, listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const CONSUMER = '11111111-2222-4333-8444-555555555555';
const START_LIMIT_MS = 60_000;

test('the Placement API is one over the hosts of all cells, and each change is made in one of them', async (t) => {
  const folder = temporaryFolder();
  const stateDir = join(folder.path, 'state');
  const cloud = await startCloud({
    stateDir,
    listen: '127.0.0.1:0',
    driver: 'sim',
    logLevel: 'silent',
    durability: 'relaxed',
    cells: 2,
    hosts: 2,
  });
  t.after(async () => {
    await cloud.stop();
    folder.remove();
  });
  // One header names the versions of both services.
  const api = await connectApi(cloud.url, stateDir, '2.96, placement 1.39');
  const call = (method: 'GET' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    api.request(method, `/placement${path}`, body);
  const listed = await until(
    'both hosts are providers',
    async () => {
      const { body } = await call('GET', '/resource_providers');
      return listAt(body, 'resource_providers').length === 2 ? listAt(body, 'resource_providers') : null;
    },
    { limitMs: START_LIMIT_MS },
  );
  const hosts = column(listed, 'uuid');
  assert.equal((await call('PUT', '/traits/CUSTOM_MINE')).status, 201);
  for (const uuid of hosts) {
    const { body } = await call('GET', `/resource_providers/${uuid}`);
    const generation = Number(valueAt(body, 'generation'));
    const traits = { resource_provider_generation: generation, traits: ['CUSTOM_MINE'] };
    assert.equal((await call('PUT', `/resource_providers/${uuid}/traits`, traits)).status, 200);
  }
  assert.equal((await call('DELETE', '/traits/CUSTOM_MINE')).status, 409);
  const { body: found } = await call('GET', '/allocation_candidates?resources=VCPU:1&required=CUSTOM_MINE');
  assert.equal(listAt(found, 'allocation_requests').length, 2);
  const consumer = (uuids: readonly string[]) => ({
    allocations: Object.fromEntries(uuids.map((uuid) => [uuid, { resources: { VCPU: 1 } }])),
    project_id: 'p',
    user_id: 'u',
    consumer_generation: null,
    consumer_type: 'TEST',
  });
  const across = await call('PUT', `/allocations/${CONSUMER}`, consumer(hosts));
  assert.equal(across.status, 409, textAt(across.body, 'errors', 0, 'detail'));
  for (const [index, uuid] of hosts.entries()) {
    const id = `${CONSUMER.slice(0, -1)}${index}`;
    assert.equal((await call('PUT', `/allocations/${id}`, consumer([uuid]))).status, 204);
    const { body } = await call('GET', `/resource_providers/${uuid}/usages`);
    assert.equal(valueAt(body, 'usages', 'VCPU'), 1);
    assert.equal((await call('DELETE', `/allocations/${id}`)).status, 204);
  }
  // Of a trait that nobody has any more nothing is left, in whichever cell it was used.
  for (const uuid of hosts) assert.equal((await call('DELETE', `/resource_providers/${uuid}/traits`)).status, 204);
  assert.equal((await call('DELETE', '/traits/CUSTOM_MINE')).status, 204);
  assert.equal((await call('GET', '/traits/CUSTOM_MINE')).status, 404);
});
