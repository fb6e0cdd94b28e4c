import assert from 'node:assert/strict';
import test from 'node:test';
import { versionHolds } from '../../../../actors/scheduler/matching/version-predicate.ts';

const CASES: readonly (readonly [predicate: string, holds: boolean])[] = [
  ['>=8', true],
  ['>= 8.2', true],
  ['>=8.2.1', true],
  ['>8.2.1', false],
  ['>=6.0, <9', true],
  ['>=6.0,<8', false],
  ['==8.2.1', true],
  ['!=8.2.1', false],
  ['<=8.2', false],
  ['', false],
  ['8.2', false],
  ['>=8.2.1.1', false],
  [`>=8${' '.repeat(300)}`, false],
];

for (const [predicate, holds] of CASES)
  test(`version 8.2.1 ${holds ? 'is' : 'is not'} ${JSON.stringify(predicate.slice(0, 20))}`, () => {
    assert.equal(versionHolds(8_002_001, predicate), holds);
  });
