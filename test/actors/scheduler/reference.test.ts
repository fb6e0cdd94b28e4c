import assert from 'node:assert/strict';
import test from 'node:test';
import { explain } from '../../../actors/scheduler/explain.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../actors/scheduler/scheduler.ts';
import { RandomCell } from './random-cell.ts';
import { rankPlainly } from './reference.ts';

/** Decisions that are compared. The whole claim: `NOVELLA_SCHEDULER_CASES=100000 npm test -- scheduler/reference`. */
const CASES = Number(process.env['NOVELLA_SCHEDULER_CASES'] ?? 4_000);
const CASES_OF_A_CELL = 50;
const ALTERNATES = 4;

/** Mostly few hosts, now and then so many that there are several nodes of leaves. */
const hostsOf = (seed: number): number => (seed % 20 === 0 ? 1_500 : ([1, 3, 30, 70, 150][seed % 5] ?? 30));

test(`hosts are filtered, weighed and ranked as a plain walk over all of them does, in ${CASES} random cases`, () => {
  let decided = 0;
  let refused = 0;
  for (let seed = 1; decided < CASES; seed++) {
    const cell = new RandomCell(seed, hostsOf(seed));
    const scheduler = new Scheduler(cell.table, rulesOf(cell.options));
    for (let count = 0; count < CASES_OF_A_CELL; count++, decided++) {
      const request = cell.request();
      const expected = rankPlainly(cell.hosts, request, cell.options.multipliers);
      const ranked = scheduler.rank(request, ALTERNATES);
      assert.deepEqual(
        ranked.map(({ row, weight }) => ({ host: cell.table.name(row), weight })),
        expected.slice(0, ALTERNATES),
        `seed ${seed}, decision ${count}: ${JSON.stringify(request)}`,
      );
      if (count % 10 === 0) {
        const explained = explain(request, scheduler.rules, cell.table, 0);
        const passing = explained.hosts.filter(({ passes }) => passes).map(({ host }) => host);
        assert.deepEqual(
          passing,
          expected.map(({ host }) => host),
          `seed ${seed}, decision ${count}, explained`,
        );
        assert.equal(explained.hosts.length, cell.hosts.length);
      }
      const best = expected[0]?.host;
      if (best === undefined) refused++;
      else cell.place(best, request);
      for (let changes = seed % 7; changes > 0; changes--) cell.change();
    }
  }
  assert.ok(refused > decided / 50 && refused < decided / 2, `${refused} of ${decided} found no host`);
});
