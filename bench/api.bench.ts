import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEnvironment } from '../storage/lmdb-environment.ts';
import { type CloudClient, connectCloud, textAt } from './cloud-client.ts';
import { type Figure, lessIsBetter, moreIsBetter, percentile } from './figure.ts';
import { requestRate } from './request-rate.ts';
import { asInstalled, benchDirectory, startServer } from './server-process.ts';
import { type Commit, type Writes, writesOfAnother, writesOfOneLife } from './writes.ts';

const INSTANCES = 1_000;
const HOSTS = 1_000;
const CLIENTS = 64;
const CREATES = 4_000;
/** Half a minute after its last work the engine gives back what a start has used; a cloud that idles does so for hours. */
const IDLE_MS = 45_000;
const PORT = 18_790;
const BARE_PORT = 18_791;

/** The API of a cloud with 1,000 simulated instances on 1,000 hosts, every answer durable (fsync on). */
export async function* run(only: string | undefined): AsyncIterable<Figure> {
  const directory = benchDirectory();
  const stateDir = join(directory.path, 'state');
  const config = join(directory.path, 'config.yaml');
  writeFileSync(config, 'logLevel: warn\nquota: { instances: -1, cores: -1, ramMib: -1 }\n');
  const program = asInstalled('dist/cli/novella.js');
  const args = [...program, 'serve', '--state-dir', stateDir, '--driver', 'sim', '--hosts', String(HOSTS)];
  const flags = ['--listen', `127.0.0.1:${PORT}`, '--config', config];
  const url = `http://127.0.0.1:${PORT}`;
  const wants = (figure: string): boolean => only === undefined || only === figure;
  const bare = async (body: string, measure: () => Promise<number>): Promise<number> => {
    const file = join(directory.path, 'body.json');
    writeFileSync(file, body);
    const server = await startServer(['--import', 'tsx', 'bench/bare-server.ts', String(BARE_PORT), file], BARE, '/');
    const value = await measure();
    await server.stop();
    return value;
  };
  // The first start makes keys, an administrator and the defaults; the second is what an appliance does every day.
  const first = await startServer([...args, ...flags], url, '/compute/');
  await first.stop();
  const server = await startServer([...args, ...flags], url, '/compute/');
  const reference = await startServer(['--import', 'tsx', 'bench/bare-server.ts', String(BARE_PORT)], BARE, '/');
  if (wants('start')) yield lessIsBetter('start', 'ms', server.startMs, 'bare Hono server', reference.startMs);
  const client = await connectCloud(url, stateDir, CLIENTS);
  try {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    if (wants('rss-idle')) {
      yield lessIsBetter('rss-idle', 'MiB', server.memoryMib(), 'bare Hono server', reference.memoryMib());
    }
    await reference.stop();
    await allHostsUp(client);
    const kept = await createAll(client, INSTANCES);
    if (wants('get-server')) {
      const path = `/servers/${kept.ids[0]}`;
      const { body } = await client.get(path);
      const value = await requestRate(`${url}/compute/v2.1${path}`, headersOf(client));
      yield moreIsBetter('get-server', '1/s', value, 'bare Hono route', await bare(body, () => requestRate(BARE, {})));
    }
    if (wants('list-detail-100')) {
      const path = '/servers/detail?limit=100';
      const { body } = await client.get(path);
      const value = await requestRate(`${url}/compute/v2.1${path}`, headersOf(client));
      const rate = await bare(body, () => requestRate(BARE, {}));
      yield moreIsBetter('list-detail-100', '1/s', value, 'bare Hono route', rate);
    }
    if (wants('create-to-active') || wants('delete-to-gone')) {
      // A round that is not measured: the compiler of the engine is done with the path by then, as it is in a cloud that runs.
      await deleteAll(client, (await createAll(client, CREATES)).ids);
      const made = await createAll(client, CREATES);
      const gone = await deleteAll(client, made.ids);
      const { create: bareCreate, delete: bareDelete } = await bareLives(join(directory.path, 'bare.mdb'));
      const loop = 'bare LMDB loop with the same writes';
      yield moreIsBetter('create-to-active', '1/s', made.rate, loop, bareCreate.rate);
      yield lessIsBetter('create-to-active-p99', 'ms', made.p99Ms, loop, bareCreate.p99Ms);
      yield moreIsBetter('delete-to-gone', '1/s', gone.rate, loop, bareDelete.rate);
      yield lessIsBetter('delete-to-gone-p99', 'ms', gone.p99Ms, loop, bareDelete.p99Ms);
    }
  } finally {
    client.close();
    await server.stop();
    directory.remove();
  }
}

const BARE = `http://127.0.0.1:${BARE_PORT}`;
const headersOf = ({ token }: CloudClient): Record<string, string> => ({
  'x-auth-token': token,
  'openstack-api-version': 'compute 2.96',
});

interface Measured {
  readonly rate: number;
  readonly p99Ms: number;
}

/** Does something `count` times from 64 clients at once: each starts the next as soon as it has done one. */
async function byClients(count: number, work: (index: number) => Promise<void>): Promise<Measured> {
  const times: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const startMs = performance.now();
      await work(index);
      times.push(performance.now() - startMs);
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return { rate: (count * 1_000) / (performance.now() - startMs), p99Ms: percentile(times, 99) };
}

async function createAll(client: CloudClient, count: number): Promise<Measured & { readonly ids: readonly string[] }> {
  const image = await imageId(client);
  const ids: string[] = [];
  const measured = await byClients(count, async (index) => {
    const server = { name: `bench-${index}`, imageRef: image, flavorRef: '42', networks: 'auto' };
    const created = await client.post('/servers', { server });
    if (created.status !== 202) throw new Error(`create: ${created.status} ${created.body}`);
    const id = textAt(created.body, 'server', 'id');
    ids.push(id);
    await until(async () => {
      const status = textAt((await client.get(`/servers/${id}`)).body, 'server', 'status');
      if (status === 'ERROR') throw new Error(`instance ${id} is in ERROR`);
      return status === 'ACTIVE';
    });
  });
  return { ...measured, ids };
}

const deleteAll = (client: CloudClient, ids: readonly string[]): Promise<Measured> =>
  byClients(ids.length, async (index) => {
    const path = `/servers/${ids[index]}`;
    const status = await client.delete(path);
    if (status !== 204) throw new Error(`delete: ${status}`);
    await until(async () => (await client.get(path)).status === 404);
  });

/** Looks every 5 ms whether it is done; the first time after 5 ms, as it was only just asked for. */
async function until(done: () => Promise<boolean>): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 5));
  while (!(await done()));
}

async function imageId(client: CloudClient): Promise<string> {
  const { body } = await client.images();
  return textAt(body, 'images', 0, 'id');
}

async function allHostsUp(client: CloudClient): Promise<void> {
  await until(async () => {
    const { body } = await client.get(`/os-hypervisors?limit=${HOSTS}`);
    return [...body.matchAll(/"state":"up"/g)].length === HOSTS;
  });
}

/**
 * The same history as commits of a bare LMDB environment, from as many writers, grouped by lmdb itself: the instances that
 * stay, a round that is not measured, then one that is. What is removed has been there.
 */
async function bareLives(file: string): Promise<{ readonly create: Measured; readonly delete: Measured }> {
  const life = await writesOfOneLife();
  const environment = openEnvironment(file, 'sync');
  const commit = async (commits: readonly Commit[]): Promise<void> => {
    for (const rows of commits) {
      await environment.batch(() => {
        for (const { key, bytes } of rows) {
          if (bytes === null) environment.remove(key);
          else environment.put(key, Buffer.alloc(bytes, 7));
        }
      });
    }
  };
  const createRows = async (count: number): Promise<Measured & { readonly lives: readonly Writes[] }> => {
    const lives = Array.from({ length: count }, () => writesOfAnother(life, HOSTS));
    return { ...(await byClients(count, async (index) => commit(lives[index]?.create ?? []))), lives };
  };
  const removeRows = (lives: readonly Writes[]): Promise<Measured> =>
    byClients(lives.length, async (index) => commit(lives[index]?.delete ?? []));
  await createRows(INSTANCES);
  await removeRows((await createRows(CREATES)).lives);
  const made = await createRows(CREATES);
  const gone = await removeRows(made.lives);
  await environment.close();
  return { create: made, delete: gone };
}
