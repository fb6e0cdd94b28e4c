import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BareLives, CREATES, type Grouping, HOSTS, INSTANCES } from './bare-lives.ts';
import { byClients, CLIENTS, type Measured } from './clients.ts';
import { type CloudClient, connectCloud, firstText, textAt } from './cloud-client.ts';
import { type Figure, figureOfRounds, lessIsBetter, moreIsBetter } from './figure.ts';
import { requestRate } from './request-rate.ts';
import { asInstalled, benchDirectory, startServer } from './server-process.ts';

/** Half a minute after its last work the engine gives back what a start has used; a cloud that idles does so for hours. */
const IDLE_MS = 45_000;
/** Rounds of creations and removals that are measured; the figures are their medians. */
const ROUNDS = 5;
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
      const grouped = await BareLives.open(join(directory.path, 'grouped.mdb'));
      const free = await BareLives.open(join(directory.path, 'free.mdb'));
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        // In turn, since the machine is not equally fast all the time.
        const { commits, ...ours } = await oneRound(client, url);
        rounds.push({ commits, ...ours, grouped: await grouped.round(commits), free: await free.round(null) });
      }
      await grouped.close();
      await free.close();
      yield* figuresOf('create-to-active', 'create', rounds);
      yield* figuresOf('delete-to-gone', 'delete', rounds);
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

async function createAll(client: CloudClient, count: number): Promise<Measured & { readonly ids: readonly string[] }> {
  const image = await imageId(client);
  const ids: string[] = [];
  const measured = await byClients(count, async (index) => {
    const server = { name: `bench-${index}`, imageRef: image, flavorRef: '42', networks: 'auto' };
    const created = await client.post('/servers', { server });
    if (created.status !== 202) throw new Error(`create: ${created.status} ${created.body}`);
    const id = firstText(created.body, 'id');
    ids.push(id);
    await until(async () => {
      const status = firstText((await client.get(`/servers/${id}`)).body, 'status');
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

/** Instances that are created, then deleted: what is measured of ours, in how many commits, and the references. */
interface OurRound {
  readonly create: Measured;
  readonly delete: Measured;
  readonly commits: Grouping;
}
interface Round extends OurRound {
  readonly grouped: Grouping;
  readonly free: Grouping;
}

async function oneRound(client: CloudClient, url: string): Promise<OurRound> {
  const before = await commitsOf(url);
  const { ids, ...made } = await createAll(client, CREATES);
  const between = await commitsOf(url);
  const gone = await deleteAll(client, ids);
  const after = await commitsOf(url);
  return { create: made, delete: gone, commits: { create: between - before, delete: after - between } };
}

function* figuresOf(figure: string, what: keyof Grouping, rounds: readonly Round[]): Iterable<Figure> {
  const of = (value: (round: Round) => number): readonly number[] => rounds.map(value);
  const rates = of((round) => round[what].rate);
  const commits = of((round) => round.commits[what]).join(', ');
  const loop = `bare LMDB loop, the same writes in as many commits (${commits} a round)`;
  yield figureOfRounds(
    moreIsBetter,
    figure,
    '1/s',
    rates,
    loop,
    of(({ grouped }) => grouped[what]),
  );
  const writers = `bare LMDB, the same writes by ${CLIENTS} writers that wait for nothing else, grouped by lmdb`;
  yield figureOfRounds(
    moreIsBetter,
    figure,
    '1/s',
    rates,
    writers,
    of(({ free }) => free[what]),
  );
  const times = of((round) => round[what].p99Ms);
  const why = 'a loop of commits has no client who looks every 5 ms';
  yield figureOfRounds(lessIsBetter, `${figure}-p99`, 'ms', times, 'none', { why });
}

/** Commits that the shards of a server have made since they were opened. */
async function commitsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^novella_shard_commits_total{[^}]*} (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
}
