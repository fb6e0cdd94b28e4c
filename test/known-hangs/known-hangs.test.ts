import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { knownHangsPage, REPORTS } from './page.ts';
import { SmallCloud } from './small-cloud.ts';

const reports = Object.values(REPORTS).flat();

for (const { bug, here, live } of reports) {
  test(`${here} (Nova ${bug})`, async () => {
    const cloud = new SmallCloud(bug);
    await cloud.start();
    await live(cloud);
    await cloud.ends();
  });
}

test('there are many reports, and each is told once', () => {
  assert.ok(reports.length >= 20, `${reports.length}`);
  assert.equal(new Set(reports.map(({ bug }) => bug)).size, reports.length);
  assert.equal(new Set(reports.map(({ here }) => here)).size, reports.length);
});

test('docs/known-hangs.md says what is lived through here', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/known-hangs.md'), 'utf8');
  assert.equal(page, knownHangsPage(), 'write it again with: npm run docs');
});
