import assert from 'node:assert/strict';
import test from 'node:test';
import { listedWorkload } from '../../simulation/listed.ts';
import { checkPlan, type ListedWorkload, nameOf } from '../../simulation/plan.ts';
import { PlanRefused } from '../../simulation/plan-refused.ts';

const FLEET = { hosts: 2, vcpus: 4, memoryMib: 8_192 };
const FLAVORS = [
  { name: 'small', vcpus: 1, memoryMib: 1_024 },
  { name: 'large', vcpus: 2, memoryMib: 4_096 },
];
const LIST = { flavors: FLAVORS, stepSeconds: 60, forSeconds: 600, arrivals: [{ flavor: 'small' }] };

const listed = (changes: object): ListedWorkload => {
  const { workload } = checkPlan({ fleet: FLEET, workload: { ...LIST, ...changes } });
  assert.ok('arrivals' in workload);
  return workload;
};

test('a plan that says little has one run by weights, a seed, and hosts whose cores are not shared', () => {
  const plan = checkPlan({ fleet: FLEET, workload: LIST });
  assert.deepEqual(plan.runs, [{ policy: 'weights', consolidation: false }]);
  assert.deepEqual([plan.seed, plan.fleet.cpuAllocationRatio, plan.fleet.migrateMsPerGib], [1, 1, 0]);
});

test('runs are called by what they do, unless they have a name', () => {
  const { runs } = checkPlan({
    fleet: FLEET,
    workload: LIST,
    runs: [
      { policy: 'best-fit' },
      { policy: 'age-aware', consolidation: { maxMovesPerRound: 5 } },
      { name: 'as today' },
    ],
  });
  assert.deepEqual(runs.map(nameOf), ['best-fit', 'age-aware with moves', 'as today']);
});

const refused: readonly (readonly [string, object, RegExp])[] = [
  ['a fleet without hosts', { fleet: { ...FLEET, hosts: 0 } }, /fleet\.hosts/],
  ['a name that there is not', { fleet: { ...FLEET, racks: 3 } }, /fleet\.racks: there is no such name/],
  ['a policy that there is not', { runs: [{ policy: 'worst-fit' }] }, /runs\.0\.policy/],
  ['a workload that is neither', { workload: { azureV2: 'x' } }, /workload\.azureV2: there is no such name/],
  [
    'two flavors of one name',
    { workload: { ...LIST, flavors: [...FLAVORS, { name: 'small', vcpus: 2, memoryMib: 512 }] } },
    /workload\.flavors: two of them are called small/,
  ],
  [
    'two runs of one name',
    { runs: [{ consolidation: true }, { consolidation: { maxMovesAtOnce: 9 } }] },
    /runs: two of them are called weights with moves/,
  ],
  [
    'hosts that have not one vCPU to give',
    { fleet: { ...FLEET, cpuAllocationRatio: 0.2 } },
    /fleet\.cpuAllocationRatio: a host has not one vCPU to give/,
  ],
  ['no arrivals', { workload: { ...LIST, arrivals: [] } }, /arrivals/],
  ['a count below one', { workload: { ...LIST, arrivals: [{ flavor: 'small', count: 0 }] } }, /arrivals\.0\.count/],
];
for (const [what, changes, words] of refused) {
  test(`a plan with ${what} is refused, and the message says where`, () => {
    assert.throws(
      () => checkPlan({ fleet: FLEET, workload: LIST, ...changes }),
      (error) => error instanceof PlanRefused && words.test(error.message),
    );
  });
}

test('machines of a list come in their order, those of one arrival with one request, and stay as long as it says', () => {
  const workload = listedWorkload(
    listed({
      arrivals: [
        { flavor: 'large', atSeconds: 120, lastsSeconds: 90 },
        { flavor: 'small', count: 2, lastsSeconds: 60 },
        { flavor: 'small', atSeconds: 60 },
      ],
    }),
  );
  assert.deepEqual([workload.steps, workload.stepMs, workload.count], [10, 60_000, 4]);
  assert.deepEqual([...workload.starts], [0, 0, 1, 2]);
  assert.deepEqual([...workload.ends], [1, 1, 10, 3]);
  assert.deepEqual([...workload.flavor], [0, 0, 0, 1]);
  assert.deepEqual(
    [...workload.batch].map((batch, at, all) => batch === all[at - 1]),
    [false, true, false, false],
  );
});

test('what comes again and again does so until the end', () => {
  const every = { flavor: 'small', atSeconds: 60, everySeconds: 240, lastsSeconds: 1 };
  const { starts, ends } = listedWorkload(listed({ arrivals: [{ ...every, times: 100 }] }));
  assert.deepEqual([...starts], [1, 5, 9]);
  assert.deepEqual([...ends], [2, 6, 10], 'however short, a machine is there for a step');
  assert.equal(listedWorkload(listed({ arrivals: [{ ...every, times: 2 }] })).count, 2);
});

test('a list that cannot be played is refused', () => {
  const reasons: readonly (readonly [object, RegExp])[] = [
    [{ flavor: 'huge' }, /arrivals\.0: there is no flavor huge/],
    [{ flavor: 'small', times: 2 }, /arrivals\.0: times needs everySeconds/],
    [{ flavor: 'small', atSeconds: 600 }, /no machine comes before the end/],
    [{ flavor: 'small', count: 100_000, everySeconds: 1, times: 100_000 }, /more than 5000000 machines/],
  ];
  for (const [arrival, words] of reasons) {
    assert.throws(
      () => listedWorkload(listed({ arrivals: [arrival] })),
      (error) => error instanceof PlanRefused && words.test(error.message),
    );
  }
});
