import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './door.example.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('the example in the README of the runtime does what the README says', async () => {
  const readme = readFileSync(join(ROOT, 'runtime/README.md'), 'utf8');
  const seen = await run();
  assert.deepEqual(seen, ['motor of front', 'answered: open', 'stored: open', 'five seconds later: closed']);
  assert.ok(readme.includes(seen.join('\n')), 'the README tells another outcome');
});

test('the example in the README of the runtime is the one that is tested', () => {
  const readme = readFileSync(join(ROOT, 'runtime/README.md'), 'utf8');
  const example = readFileSync(join(import.meta.dirname, 'door.example.ts'), 'utf8').replaceAll("'../../", "'../");
  const [, shown] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  assert.equal(shown, example);
});
