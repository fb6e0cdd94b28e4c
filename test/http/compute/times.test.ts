import assert from 'node:assert/strict';
import test from 'node:test';
import { isoMicroseconds, isoSeconds } from '../../../http/compute/times.ts';

test('moments are shown as their own, in whatever order they are asked for', () => {
  const moments = [
    0, 999, 1000, 1, 1_795_343_284_965, 1_795_343_285_031, 1_795_343_284_007, 951_782_400_000, -1, -1001,
  ];
  for (const ms of [...moments, ...[...moments].reverse()]) {
    const iso = new Date(ms).toISOString();
    assert.equal(isoSeconds(ms), `${iso.slice(0, 19)}Z`);
    assert.equal(isoMicroseconds(ms), `${iso.slice(0, 23)}000`);
  }
  assert.equal(isoMicroseconds(null), null);
});

test('a moment that is none is refused, and the next one is right', () => {
  assert.throws(() => isoSeconds(Number.NaN), RangeError);
  assert.equal(isoSeconds(1_000), '1970-01-01T00:00:01Z');
});
