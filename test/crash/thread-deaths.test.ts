import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../runtime/random.ts';
import { until } from '../process/until.ts';
import { buildRig, CountingClient, tallyRig } from '../runtime/threads/tally-rig.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

/** How many threads die. */
const DEATHS = Number(process.env['NOVELLA_THREAD_DEATHS'] ?? 10);
const SEED = Number(process.env['NOVELLA_SEED'] ?? randomInt(1_000_000));
const SHARDS = ['api', 'cell1', 'cell2', 'cell3'];
/** Nobody kills this thread; it hosts `api`. */
const SPARED = 0;
/** Node 20 outlives a thread that is out of memory. The V8 of Node 24 mostly ends the process then, which is the store's affair. */
const OUTLIVED = Number.parseInt(process.versions.node, 10) < 22;
const WAYS = ['throw', 'exit', ...(OUTLIVED ? ['memory'] : [])];
/** Enough for a shard, and soon used up. */
const HEAP_MIB = 48;

test(`after ${DEATHS} deaths of threads under load nothing acknowledged is lost, nothing is done twice, and other threads went on`, async (t) => {
  const folder = temporaryFolder();
  const built = buildRig();
  t.after(() => {
    built.remove();
    folder.remove();
  });
  const random = seededRandom(SEED);
  const rig = await tallyRig({
    built,
    shards: SHARDS,
    threads: 3,
    folder: folder.path,
    limits: { heapMibMax: HEAP_MIB },
  });
  let working = true;
  const clients = SHARDS.flatMap((shard, index) =>
    [0, 1, 2, 3].map((number) => {
      const other = SHARDS[(index + 1 + (number % 3)) % SHARDS.length] ?? '';
      return new CountingClient(rig.system, { id: `${number}@${shard}`, sink: `${number}-${shard}@${other}` });
    }),
  );
  const steady = clients.filter(({ id }) => rig.threads.threadOf(id.slice(id.indexOf('@') + 1)) === SPARED);
  assert.ok(steady.length > 0 && steady.length < clients.length);
  const work = Promise.all(clients.map((client) => client.run(() => working)));

  const died = new Map<string, number>();
  const downMs: number[] = [];
  const stats = () => rig.threads.threadStats();
  for (let deaths = 0; deaths < DEATHS; deaths++) {
    await pause(random.fraction() * 60);
    const victim = 1 + Math.floor(random.fraction() * (rig.threads.count - 1));
    const way = WAYS[deaths % WAYS.length] ?? 'throw';
    const [shard = ''] = (await stats())[victim]?.shards ?? [];
    const before = (await stats())[victim]?.restarts ?? 0;
    const steadyBefore = steady.map(({ acknowledged }) => acknowledged);
    const sinceMs = performance.now();
    await rig.threads.call(shard, way).catch(() => {});
    await until(
      `thread ${victim} is back after ${way}`,
      async () => {
        const now = (await stats())[victim];
        if (!now || now.restarts === before || now.state !== 'running') return null;
        return rig.threads.stats(shard).catch(() => null);
      },
      { limitMs: 60_000, everyMs: 5 },
    ).catch((error: unknown) => {
      throw new Error(`seed ${SEED}: ${JSON.stringify(rig.notices.slice(-3))}`, { cause: error });
    });
    downMs.push(performance.now() - sinceMs);
    died.set(way, (died.get(way) ?? 0) + 1);
    await until(
      'the other thread goes on',
      () => (steady.every(({ acknowledged }, index) => acknowledged > (steadyBefore[index] ?? 0)) ? true : null),
      { limitMs: 60_000, everyMs: 5 },
    );
  }
  working = false;
  await work;

  const violations = (await Promise.all(clients.map((client) => client.violations()))).flat();
  assert.deepEqual(violations, [], `seed ${SEED}`);
  for (const client of steady) assert.deepEqual([...client.refusals], [], 'a client of the spared thread was refused');
  const refused = clients.flatMap(({ refusals }) => [...refusals.keys()]);
  assert.deepEqual(
    [...new Set(refused)].filter((code) => code !== 'ShardStopped'),
    [],
  );
  const restarts = (await stats()).reduce((sum, thread) => sum + thread.restarts, 0);
  assert.equal(restarts, DEATHS);
  await rig.stop();
  const counted = clients.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const sorted = downMs.sort((a, b) => a - b);
  t.diagnostic(`seed ${SEED}; deaths ${JSON.stringify(Object.fromEntries(died))}; ${counted} numbers acknowledged`);
  t.diagnostic(
    `back after ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms (at most ${Math.round(sorted.at(-1) ?? 0)}); ` +
      `longest answer of the spared thread ${Math.round(Math.max(...steady.map(({ longestMs }) => longestMs)))} ms`,
  );
});
