import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { counters, HeldStore, shardRig } from './shard-rig.ts';

const DAY_MS = 86_400_000;

/** A clock that people set. */
class SetClock extends VirtualClock {
  #setMs = 0;
  set(byMs: number): void {
    this.#setMs += byMs;
  }
  override now(): number {
    return super.now() + this.#setMs;
  }
  /** Lets everything happen that is due within so many milliseconds, whatever people set. */
  pass(ms: number): Promise<number> {
    return this.advanceSettled(super.now() + ms);
  }
}

test('a timer comes after its delay though the clock is set back before it is stored', async () => {
  for (const setMs of [-DAY_MS, 0]) {
    const clock = new SetClock();
    const rows = new MemoryStore(clock);
    const store = new HeldStore(rows);
    const { ask } = shardRig({ clock, store });
    ask('a', { type: 'wait', name: 'w', delayMs: 5_000, n: 1 });
    await clock.pass(1);
    clock.set(setMs);
    store.release();
    await clock.pass(4_990);
    assert.equal(store.waiting.length, 0);
    await clock.pass(10);
    assert.equal(store.waiting.length, 1, `set by ${setMs} ms`);
    store.release();
    assert.equal(counters.read(rows, 'a')?.total, 1);
  }
});
