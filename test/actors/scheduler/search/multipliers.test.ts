import assert from 'node:assert/strict';
import test from 'node:test';
import { MIXED } from '../../../../actors/scheduler/search/boxes.ts';
import { Multipliers } from '../../../../actors/scheduler/search/multipliers.ts';
import type { Weigher } from '../../../../actors/scheduler/weigher.ts';
import { someHosts } from '../some-hosts.ts';

const weigher: Weigher = {
  name: 'RAMWeigher',
  compile: () => undefined,
  multiplier: (hosts, row) => Number(hosts.facts(row).aggregates[0]?.metadata['factor']),
};
const factor = (value: string) => ({ aggregates: [{ factor: value }] });

test('multipliers are uniform as long as all profiles have the same', () => {
  const table = someHosts({ a: factor('2'), b: { ...factor('2'), zone: 'west' }, c: factor('3') });
  const multipliers = new Multipliers(table, [weigher]);
  for (const row of [0, 1]) multipliers.learn(row);
  assert.deepEqual([multipliers.areUniform, multipliers.of(MIXED, 0)], [true, 2]);
  multipliers.learn(2);
  assert.deepEqual([multipliers.areUniform, multipliers.of(table.profile(2), 0)], [false, 3]);
});

test('they are no longer uniform when the number of the first profile becomes that of other facts', () => {
  const table = someHosts({ a: factor('2'), b: { ...factor('2'), zone: 'west' } });
  const multipliers = new Multipliers(table, [weigher]);
  for (const row of [0, 1]) multipliers.learn(row);
  const first = table.profile(0);
  const changed = someHosts({ a: factor('5') }).facts(0);
  const host = table.host(0);
  assert.ok(host);
  table.remove('a');
  const row = table.set({ ...host, facts: changed });
  assert.equal(table.profile(row), first, 'the number is used again');
  multipliers.learn(row);
  assert.equal(multipliers.areUniform, false);
});
