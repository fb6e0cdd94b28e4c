import assert from 'node:assert/strict';
import test from 'node:test';
import { type ActorKind, type KeyRange, ok, type Store, type Write } from '../../runtime/index.ts';
import { roughBytes } from '../../runtime/rough-bytes.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { counter, counters, shardRig } from './shard-rig.ts';

/** A million counters that nobody has ever stored: a row is made when it is read. Nothing that is written is kept. */
class MadeUpStore implements Store {
  reads = 0;
  readonly #clock: VirtualClock;
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }
  get(key: string): unknown {
    if (!key.startsWith('r/counter/')) return undefined;
    this.reads++;
    return { total: this.reads, ends: [] };
  }
  *range(_range: KeyRange): Iterable<never> {}
  *keys(_range: KeyRange): Iterable<string> {}
  renew(): void {}
  commit(_writes: readonly Write[], done: (error: Error | null) => void): void {
    this.#clock.soon(() => done(null));
  }
  async close(): Promise<void> {}
}

const ACTORS = 1_000_000;
const ACTIVE_MAX = 10_000;
const AT_ONCE = 2_000;

test('of a million actors that are told something one after the other no more than the limit stay in memory', () => {
  const clock = new VirtualClock();
  const store = new MadeUpStore(clock);
  const { shard, system } = shardRig({ clock, store, limits: { activeActorsMax: ACTIVE_MAX } });
  let most = 0;
  for (let n = 0; n < ACTORS; n += AT_ONCE) {
    for (let id = n; id < n + AT_ONCE; id++) system.tell(counter.at(String(id)), { type: 'silent' });
    clock.advanceTo(clock.now() + 1);
    most = Math.max(most, shard.stats().kinds['counter']?.active ?? 0);
  }
  assert.equal(store.reads, ACTORS, 'each was read once');
  assert.ok(most > ACTIVE_MAX / 2 && most <= ACTIVE_MAX, `${most} were in memory at once`);
});

test('an idle actor leaves memory between once and twice the idle time, and one in use stays', async () => {
  const { ask, outcomes, pass, shard } = shardRig({ limits: { idleAfterMs: 60_000 } });
  const active = () => shard.stats().kinds['counter']?.active;
  ask('idle', { type: 'add', n: 7 });
  ask('busy', { type: 'add', n: 1 });
  for (let n = 0; n < 11; n++) {
    await pass(5_000);
    ask('busy', { type: 'read' });
  }
  assert.equal(active(), 2);
  for (let n = 0; n < 14; n++) {
    await pass(5_000);
    ask('busy', { type: 'read' });
  }
  assert.equal(active(), 1);
  outcomes.length = 0;
  ask('idle', { type: 'read' });
  await pass(1);
  assert.deepEqual(outcomes.at(-1), ok(7));
  await pass(200_000);
  assert.equal(active(), 0);
  const { clock } = shardRig();
  assert.equal(clock.nextMs, undefined, 'a shard without actors in memory does not look for idle ones');
});

test('actors leave memory when their states take more than the budget', async () => {
  const filler = 'x'.repeat(10_000);
  const big: ActorKind<{ readonly total: number; readonly ends: readonly string[] }, { readonly type: string }> = {
    kind: 'counter',
    table: counters,
    activate: () => ({ total: 0, ends: [] }),
    handle: ({ total }) => ({ total: total + 1, ends: [filler] }),
  };
  const { system, pass, shard } = shardRig({ kinds: [big], limits: { memoryBudgetBytes: 1_000_000 } });
  for (let n = 0; n < 500; n++) {
    system.tell({ kind: 'counter', id: `${n}` }, { type: 'fill' });
    await pass();
  }
  const active = shard.stats().kinds['counter']?.active ?? 0;
  assert.ok(active > 50 && active < 100, `${active} of about 10,500 bytes each are in memory`);
});

test('the size of plain data is estimated within a factor of two, also of what is large', () => {
  assert.equal(roughBytes(null), 0);
  assert.equal(roughBytes('abc'), 27);
  assert.equal(roughBytes({ a: 1, b: ['x', 'y'] }), 24 + 16 + 24 + 16 + 50);
  const many = Array.from({ length: 100_000 }, (_, n) => `item ${n % 10}`);
  const exact = 24 + 100_000 * (8 + 24 + 6);
  assert.ok(Math.abs(roughBytes(many) / exact - 1) < 0.5, `${roughBytes(many)} instead of ${exact}`);
});
