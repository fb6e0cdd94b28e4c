import assert from 'node:assert/strict';
import test from 'node:test';
import { Aggregates } from '../../../actors/scheduler/aggregates.ts';

const rack = (hosts: readonly string[], metadata: Readonly<Record<string, string>> = { ssd: 'true' }) => ({
  number: 1,
  uuid: 'u1',
  name: 'rack',
  metadata: { ...metadata },
  hosts,
});

test('where only its hosts have changed, an aggregate names those that came or went, and the others keep what they had', () => {
  const aggregates = new Aggregates();
  assert.deepEqual(aggregates.set(rack(['a', 'b'])), ['a', 'b']);
  const before = aggregates.of('a');
  assert.deepEqual(aggregates.set(rack(['a', 'c'])), ['c', 'b']);
  assert.equal(aggregates.of('a'), before);
  assert.deepEqual(aggregates.of('c'), before);
  assert.deepEqual(aggregates.of('b'), []);
  assert.deepEqual(aggregates.set(rack(['a', 'c'])), []);
});

test('where something else has changed it names all of its hosts', () => {
  const aggregates = new Aggregates();
  aggregates.set(rack(['a', 'b']));
  assert.deepEqual(aggregates.set(rack(['a', 'b'], { ssd: 'false' })), ['a', 'b']);
  assert.equal(aggregates.of('b')[0]?.metadata['ssd'], 'false');
  aggregates.delete(1);
  assert.deepEqual(
    aggregates.set(rack(['a', 'b'], { ssd: 'false' })),
    ['a', 'b'],
    'one that is made again is new to them',
  );
});
