import assert from 'node:assert/strict';
import test from 'node:test';
import { DamagedRow, ok } from '../../runtime/index.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { counters, shardRig } from './shard-rig.ts';

/** A store of which some rows are damaged. */
class DamagedStore extends MemoryStore {
  readonly damaged = new Set<string>();
  override get(key: string): unknown {
    if (this.damaged.has(key)) throw new DamagedRow(key, 'its checksum does not match');
    return super.get(key);
  }
}

test('a shard starts though a timer, an effect or what waits is damaged: it is told, and the rest goes on', async () => {
  const clock = new VirtualClock();
  const store = new DamagedStore(clock);
  const limits = { batchMessagesMax: 4 };
  const first = shardRig({ clock, store, limits, runEffect: () => new Promise(() => {}) });
  for (const id of ['a', 'b']) {
    first.ask(id, { type: 'wait', name: 'later', delayMs: 60_000, n: 1 });
    first.ask(id, { type: 'act', effectId: 'e' });
  }
  await first.pass(1);
  first.ask('spreader', { type: 'spread', count: 600 });
  while (store.keys({ prefix: 'q/', limit: 1 })[Symbol.iterator]().next().done) clock.step();
  first.shard.crash();
  const queued = [...store.keys({ prefix: 'q/' })];
  assert.equal(queued.length, 2);
  for (const key of [queued[0] ?? '', 't/counter/a/later', 'e/counter/b/e']) store.damaged.add(key);
  const acted: string[] = [];
  const runEffect = async ({ id }: { readonly id: string }) => {
    acted.push(id);
    return ok(null);
  };
  const second = shardRig({ clock, store, runEffect });
  await second.pass(120_000);
  assert.deepEqual(acted, ['a']);
  assert.deepEqual([counters.read(store, 'a')?.total, counters.read(store, 'b')?.total], [0, 1]);
  assert.ok(counters.read(store, 'spreader-599'));
  const told = second.notices.map((notice) =>
    notice.type === 'log' ? `${notice.level} ${notice.message}` : notice.type,
  );
  assert.equal(told.filter((line) => /^error The stored row [qte]\/\S+ is damaged/.test(line)).length, 3);
  assert.ok(told.includes('resumed'));
  second.ask('a', { type: 'read' });
  await second.pass(1);
  assert.equal(second.outcomes.length, 1);
});
