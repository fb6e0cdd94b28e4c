import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { realClock } from '../../../runtime/clock.ts';
import { ActorSystem } from '../../../runtime/system.ts';
import type { BuiltModules } from '../../process/built-modules.ts';
import { until } from '../../process/until.ts';
import { buildRig, CountingClient, tallyRig } from './tally-rig.ts';
import { shardOf, Word } from './tally-shard.ts';

const LIMIT = { limitMs: 60_000, everyMs: 5 };
const newWords = (): Int32Array => new Int32Array(new SharedArrayBuffer(16));

describe('while shards are being opened', () => {
  let built: BuiltModules;
  before(() => {
    built = buildRig();
  });
  after(() => built.remove());

  test('a thread that dies before all have been started fails the start, rather than be missed ever after', async () => {
    const [deadly, slow] = [newWords(), newWords()];
    Atomics.store(deadly, Word.deadly, 1);
    Atomics.store(slow, Word.held, 1);
    const words = { a: deadly, b: slow };
    let exits = 0;
    const watch = (worker: Worker): void => void worker.on('exit', () => exits++);
    process.on('worker', watch);
    const started = tallyRig({ built, shards: ['a', 'b'], threads: 2, folder: null, words });
    const refused = assert.rejects(started, /thrown on purpose/);
    await until('the end of the first thread is known here', () => (exits > 0 ? true : null), LIMIT);
    Atomics.store(slow, Word.held, 0);
    await refused;
    process.off('worker', watch);
  });

  test('a client that is connected meanwhile reaches the shard when it is open', async () => {
    const words = newWords();
    const rig = await tallyRig({ built, shards: ['s'], threads: 1, folder: null, words: { s: words } });
    Atomics.store(words, Word.held, 1);
    await rig.threads.call('s', 'throw');
    await until('it is being opened again', () => (Atomics.load(words, Word.waited) > 0 ? true : null), LIMIT);
    const late = new ActorSystem({ client: 'late', clock: realClock, shardOf, asksInFlightMax: 10 });
    rig.threads.connectClient('late', late);
    Atomics.store(words, Word.held, 0);
    const client = new CountingClient(late, { id: 'c@s', sink: 's@s' });
    const back = () => (rig.notices.some(({ type }) => type === 'threadRestarted') ? true : null);
    await until('the shard is back', back, LIMIT);
    let counted = false;
    void client.count().then(() => {
      counted = true;
    });
    await until('the late client is answered', () => (counted ? true : null), LIMIT);
    await rig.stop();
    late.close();
  });
});
