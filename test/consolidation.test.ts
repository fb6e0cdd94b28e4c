import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startCloud } from '../index.ts';
import { connectApi } from './process/api.ts';
import { until } from './process/until.ts';
import { temporaryFolder } from './storage/temporary-folder.ts';

/** Far longer than it takes. */
const SOON = { limitMs: 120_000, everyMs: 100 };

test('a cloud that is configured so empties a host by a live migration that the API tells of', async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const stateDir = join(folder.path, 'state');
  const cloud = await startCloud({
    stateDir,
    listen: '127.0.0.1:0',
    driver: 'sim',
    hosts: 2,
    logLevel: 'silent',
    consolidation: { hosts: 'all', everyMs: 1_000 },
  });
  t.after(() => cloud.stop());
  const api = await connectApi(cloud.url, stateDir);
  const listOf = async (path: string, name: string): Promise<readonly Record<string, unknown>[]> => {
    const { body } = await api.request('GET', `/compute/v2.1${path}`);
    const list: unknown = Object(body)[name];
    return Array.isArray(list) ? list : [];
  };
  const hostsUp = async () =>
    (await listOf('/os-services?binary=nova-compute', 'services')).filter(({ state }) => state === 'up').length;
  await until('both hosts are up', async () => (await hostsUp()) === 2 || null, SOON);
  const { body: images } = await api.request('GET', '/image/v2/images');
  const imageRef = Object(images).images[0].id;
  for (const name of ['a', 'b']) {
    const server = { name, imageRef, flavorRef: '1', networks: 'none' };
    assert.equal((await api.request('POST', '/compute/v2.1/servers', { server })).status, 202);
  }
  const migrations = () => listOf('/os-migrations', 'migrations');
  // By their weights they are on two hosts; each of them may be the one that is moved.
  const completed = async () => (await migrations()).find(({ status }) => status === 'completed') ?? null;
  const migration = await until('a move has ended', completed, SOON);
  assert.deepEqual([migration['migration_type'], migration['user_id']], ['live-migration', 'consolidation']);
  const servers = await listOf('/servers/detail', 'servers');
  const [first, second] = servers.map((server) => server['OS-EXT-SRV-ATTR:host']);
  assert.equal(first, second);
  assert.deepEqual(
    servers.map(({ status }) => status),
    ['ACTIVE', 'ACTIVE'],
  );
});
