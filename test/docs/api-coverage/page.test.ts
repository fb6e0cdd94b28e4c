import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contractAbsent } from '../../http/compute/contract.ts';
import { apiCoveragePage } from './page.ts';

test('docs/api-coverage.md says what the API does (npm run docs)', { skip: contractAbsent }, async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/api-coverage.md'), 'utf8');
  assert.equal(page, await apiCoveragePage());
});
