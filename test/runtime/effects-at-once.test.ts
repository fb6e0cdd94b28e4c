import assert from 'node:assert/strict';
import test from 'node:test';
import type { ActorKind } from '../../runtime/actor.ts';
import type { EffectAtOnce } from '../../runtime/effect.ts';
import { failed, ok } from '../../runtime/index.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import type { Write } from '../../runtime/store.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { type Counter, counters, shardRig } from './shard-rig.ts';

/** A rig of which every commit is seen. */
function seenRig(effectAtOnce: EffectAtOnce) {
  const clock = new VirtualClock();
  const commits: (readonly Write[])[] = [];
  class SeenStore extends MemoryStore {
    override commit(writes: readonly Write[], done: (error: Error | null) => void): void {
      commits.push(writes);
      super.commit(writes, done);
    }
  }
  const store = new SeenStore(clock);
  const started: string[] = [];
  const runEffect = async ({ effectId }: { readonly effectId: string }) => {
    started.push(effectId);
    return ok(null);
  };
  const rig = shardRig({ clock, store, runEffect, effectAtOnce });
  return { ...rig, store, commits, started, keys: () => commits.flat().map(([key]) => key) };
}

test('an effect that can be done at once is never stored, and its end is handled in the batch that asks for it', async () => {
  const seen: unknown[] = [];
  const rig = seenRig(({ args, effectId }, rows) => {
    seen.push([effectId, args, counters.read(rows, 'a')?.total]);
    return ok(null);
  });
  rig.ask('a', { type: 'add', n: 3 });
  rig.ask('a', { type: 'act', effectId: 'e' });
  await rig.pass(10);
  assert.deepEqual(seen, [['e', { total: 3 }, 3]], 'it sees the rows as the handler has left them');
  assert.deepEqual(counters.read(rig.store, 'a')?.ends, ['e ok']);
  assert.equal(rig.commits.length, 1);
  assert.ok(!rig.keys().some((key) => key.startsWith('e/')));
  assert.deepEqual(rig.started, []);
  assert.equal(rig.shard.stats().effects['act']?.ended, 1);
});

test('its end is the next message of its actor, whatever waits', async () => {
  const rig = seenRig(() => ok(null));
  rig.ask('a', { type: 'act', effectId: 'e' });
  rig.ask('a', { type: 'add', n: 1 });
  rig.ask('a', { type: 'act', effectId: 'f' });
  rig.ask('a', { type: 'unact', effectId: 'f' });
  await rig.pass(10);
  assert.deepEqual(counters.read(rig.store, 'a'), { total: 1, ends: ['e ok', 'f ok'] });
});

test('what cannot be done at once is stored, and started after the commit', async () => {
  const rig = seenRig(({ effectId }) => (effectId === 'later' ? null : ok(null)));
  rig.ask('a', { type: 'act', effectId: 'later' });
  await rig.pass(10);
  assert.deepEqual(rig.started, ['later']);
  assert.ok(rig.keys().some((key) => key.startsWith('e/')));
  assert.deepEqual(counters.read(rig.store, 'a')?.ends, ['later ok']);
});

test('what is under way under the same id is replaced as ever, not done beside it', async () => {
  let isPrompt = false;
  const rig = seenRig(() => (isPrompt ? failed({ code: 'Twice', reason: 'done beside it' }) : null));
  const held = shardRig({ runEffect: () => new Promise(() => {}), effectAtOnce: () => (isPrompt ? ok(null) : null) });
  held.ask('a', { type: 'act', effectId: 'e' });
  await held.pass(10);
  isPrompt = true;
  held.ask('a', { type: 'act', effectId: 'e' });
  await held.pass(10);
  assert.equal(counters.read(held.store, 'a'), undefined, 'the second one waits for its end, too');
  rig.ask('a', { type: 'act', effectId: 'e' });
  await rig.pass(10);
  assert.deepEqual(counters.read(rig.store, 'a')?.ends, ['e Twice'], 'with nothing under way it is done at once');
});

test('one that fails or throws ends so; what a handler that throws has asked for is not done', async () => {
  const done: string[] = [];
  const rig = seenRig(({ effectId }) => {
    done.push(effectId);
    if (effectId === 'throws') throw new Error('a bug');
    return failed({ code: 'NoRoom', reason: 'full' });
  });
  rig.ask('a', { type: 'act', effectId: 'fails' });
  rig.ask('a', { type: 'act', effectId: 'throws' });
  rig.ask('a', { type: 'spoil' });
  await rig.pass(10);
  assert.deepEqual(counters.read(rig.store, 'a')?.ends, ['fails NoRoom', 'throws RunnerFailed']);
  assert.deepEqual(done, ['fails', 'throws']);
});

/** Asks for the next effect when one has ended, until so many have; the end of the third fails at its first attempt. */
function chainKind(length: number): ActorKind<Counter | undefined, EffectEnded | { readonly type: 'act' }> {
  let failures = 1;
  return {
    kind: 'counter',
    table: counters,
    activate: () => undefined,
    handle(state, message, ctx) {
      const ends = state?.ends ?? [];
      if (message.type === 'effectEnded' && message.effectId === '3' && failures-- > 0) throw new Error('once');
      const next = message.type === 'act' ? ends : [...ends, message.effectId];
      if (next.length < length)
        ctx.effect({ effectId: String(next.length + 1), name: 'act', args: null, deadlineMs: 1_000 });
      ctx.reply(0);
      return { total: 0, ends: next };
    },
  };
}

test('an end whose handler throws is tried again by itself: what has asked for it stands, and a long chain goes on', async () => {
  const done: string[] = [];
  const rig = shardRig({
    kinds: [chainKind(1_000)],
    effectAtOnce({ effectId }) {
      done.push(effectId);
      return ok(null);
    },
  });
  rig.ask('a', { type: 'act', effectId: '' });
  await rig.pass(60_000);
  const all = Array.from({ length: 1_000 }, (_, n) => String(n + 1));
  assert.deepEqual(counters.read(rig.store, 'a')?.ends, all);
  assert.deepEqual(done, all, 'each of them is done once');
});
