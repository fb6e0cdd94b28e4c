import assert from 'node:assert/strict';
import test from 'node:test';
import { realClock } from '../../runtime/clock.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { storeContract } from './store-contract.ts';

storeContract('in memory', async () => {
  const store = new MemoryStore(realClock);
  return { store, reopen: async () => store, dispose: () => store.close() };
});

test('what is deleted by table is gone from every walk, also from one that was made before', () => {
  const store = new MemoryStore(realClock);
  const write = (ids: readonly string[]): void => store.apply(ids.map((id) => [`r/t/${id}`, { id }]));
  const keys = (prefix: string): readonly string[] => [...store.keys({ prefix })];
  write(['a', 'b', 'c']);
  store.apply([['q/1', true]]);
  store.deleteRows('t', ['b', 'none']);
  assert.deepEqual(keys(''), ['q/1', 'r/t/a', 'r/t/c']);
  store.deleteRows('t', ['c']);
  assert.deepEqual(keys('r/t/'), ['r/t/a']);
  store.deleteTable('t');
  assert.deepEqual([keys('r/t/'), keys(''), store.size], [[], ['q/1'], 1]);
  write(['d']);
  assert.deepEqual(keys('r/t/'), ['r/t/d']);
  const unwalked = new MemoryStore(realClock);
  unwalked.apply([['r/t/a', 1]]);
  unwalked.deleteTable('t');
  assert.deepEqual([...unwalked.keys({ prefix: 'r/' })], []);
});
