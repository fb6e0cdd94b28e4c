import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { SUPPORTED, supportMatrixPage } from './support-matrix.ts';

const ROOT = join(import.meta.dirname, '../..');

test('docs/support-matrix.md says what its table says', () => {
  const page = readFileSync(join(ROOT, 'docs/support-matrix.md'), 'utf8');
  assert.equal(page, supportMatrixPage(), 'write it again with: npm run docs');
});

test('every test that proves something is there', () => {
  let proofs = 0;
  for (const { operation, qemu } of SUPPORTED) {
    proofs++;
    const source = readFileSync(join(ROOT, qemu.file), 'utf8');
    assert.ok(source.includes(`'${qemu.test}'`), `${operation}: ${qemu.test}`);
  }
  assert.ok(proofs > 10);
});
