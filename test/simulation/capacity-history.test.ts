import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { historyOf } from './capacity-history.ts';

/** The program of another version of Node.js, such as 24 beside 20. */
const otherNode = process.env['NOVELLA_OTHER_NODE'];

test('the same seed has the same history and the same result, another one has others', async () => {
  const first = await historyOf(1);
  assert.equal(new Set(Object.values(first)).size, 4, 'each policy has a history of its own');
  assert.deepEqual(await historyOf(1), first);
  const other = await historyOf(2);
  for (const [policy, digest] of Object.entries(first)) assert.notEqual(other[policy], digest, policy);
});

test('another version of Node.js has the same history and the same result', {
  skip: otherNode === undefined ? 'NOVELLA_OTHER_NODE names no other Node.js' : false,
}, async () => {
  const program = join(import.meta.dirname, 'capacity-history.ts');
  const printed = execFileSync(otherNode ?? '', ['--import', 'tsx', program, '7'], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(printed), await historyOf(7));
});
