import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { vmStatesPage } from './vmstates.ts';

test('docs/vmstates.md says what the table of operations says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/vmstates.md'), 'utf8');
  assert.equal(page, vmStatesPage(), 'write it again with: npm run docs');
});
