import assert from 'node:assert/strict';
import test from 'node:test';
import { seededRandom } from '../../../runtime/random.ts';
import { type AzureV1Texts, readAzureV1, TraceRefused } from '../../../simulation/trace/azure-v1.ts';

const texts: AzureV1Texts = {
  flavors: '1,0.75 a\n2,3.5 g\n',
  lifetimeBins: '0 0\n300 1\n600 2\n900 2\n1200 2\n',
  arrivals: '1800000 a,a,|,g,|,\n1800300 a,|,\n1800900 g,|,\n',
  lifetimes: '1800000 U0,U1,|,U2,|,\n1800300 C2,|,\n1800900 U0,|,\n',
};

const read = (changed: Partial<AzureV1Texts> = {}) => readAzureV1({ ...texts, ...changed }, seededRandom(1));

test('machines come at the step of their line, with their batch, and outlive the step of their lifetime', () => {
  const workload = read();
  assert.equal(workload.count, 5);
  assert.equal(workload.steps, 4);
  assert.equal(workload.stepMs, 300_000);
  assert.deepEqual([...workload.starts], [0, 0, 0, 1, 3]);
  assert.deepEqual(
    [...workload.flavor].map((flavor) => workload.flavors[flavor]?.name),
    ['a', 'a', 'g', 'a', 'g'],
  );
  assert.deepEqual(workload.flavors[0], { name: 'a', vcpus: 1, memoryMib: 768 });
  assert.deepEqual([...workload.ends.slice(0, 2)], [1, 2], 'bins of one step are known exactly');
  assert.ok((workload.ends[2] ?? 0) >= 3 && (workload.ends[2] ?? 0) <= 4, 'a step of its bin is drawn');
  assert.deepEqual([...workload.ends.slice(3)], [4, 4], 'who is still there at the end stays to the end');
  assert.equal(workload.batch[0], workload.batch[1]);
  assert.equal(new Set(workload.batch).size, 4);
});

test('the same seed draws the same lifetimes', () => {
  assert.deepEqual(read().ends, read().ends);
});

const refused: readonly [string, Partial<AzureV1Texts>, RegExp][] = [
  ['a flavor that is not one', { flavors: '1,x a\n' }, /^flavors, line 1: this is no flavor/],
  [
    'a letter without a flavor',
    { arrivals: texts.arrivals.replace('g', 'z') },
    /^arrivals, line 1: there is no flavor z/,
  ],
  [
    'a line without its lifetimes',
    { lifetimes: '1800000 U0,U1,|,U2,|,\n' },
    /^arrivals, line 2: lifetimes has no such line/,
  ],
  [
    'lifetimes of another time',
    { lifetimes: texts.lifetimes.replace('1800300', '1') },
    /^lifetimes, line 2: it does not belong/,
  ],
  [
    'fewer lifetimes than machines',
    { lifetimes: texts.lifetimes.replace('U0,U1', 'U0') },
    /^lifetimes, line 1: it does not belong/,
  ],
  [
    'a lifetime that is not one',
    { lifetimes: texts.lifetimes.replace('C2', 'X2') },
    /^lifetimes, line 2: this is no lifetime: X2/,
  ],
  ['an unknown bin', { lifetimes: texts.lifetimes.replace('C2', 'U9') }, /^lifetimes, line 2: there is no bin 9/],
  [
    'a line that goes back in time',
    {
      arrivals: texts.arrivals.replace('1800900', '1800000'),
      lifetimes: texts.lifetimes.replace('1800900', '1800000'),
    },
    /^arrivals, line 3: it is earlier/,
  ],
  [
    'lifetimes that go on after the arrivals, which were cut off',
    { arrivals: texts.arrivals.split('\n').slice(0, 2).join('\n') },
    /^lifetimes, line 3: arrivals has no such line/,
  ],
  ['a trace without machines', { arrivals: '', lifetimes: '' }, /^arrivals: no machine comes/],
  [
    'two flavors of one letter',
    { flavors: `${texts.flavors}4,7 a\n` },
    /^flavors, line 3: there is a flavor a already/,
  ],
  ['a flavor without vCPUs', { flavors: '0,0.75 a\n' }, /^flavors, line 1: this is no flavor/],
  ['a flavor whose memory is nothing', { flavors: '1,0.0001 a\n' }, /^flavors, line 1: this is no flavor/],
  ['a flavor beyond all hosts', { flavors: `${'9'.repeat(400)},1 a\n` }, /^flavors, line 1: this is no flavor/],
  [
    'a line ages after the first',
    {
      arrivals: texts.arrivals.replace('1800900', '900000000000'),
      lifetimes: texts.lifetimes.replace('1800900', '900000000000'),
    },
    /^arrivals, line 3: it is more than ten years after the first/,
  ],
  ['a bin that is not one', { lifetimeBins: '0\n' }, /^lifetimeBins, line 1: this is no bin/],
];

for (const [what, changed, message] of refused) {
  test(`refuses ${what}, and says where`, () => {
    assert.throws(
      () => read(changed),
      (error) => error instanceof TraceRefused && message.test(error.message),
    );
  });
}
