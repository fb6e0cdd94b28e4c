import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expositionOf } from '../../../http/metrics/exposition.ts';
import { RequestMetrics } from '../../../http/metrics/requests.ts';
import { readExposition } from './exposition-parser.ts';

test('labels with quotes, backslashes and line ends are escaped and read back as they were', () => {
  const hostile = 'a"b\\c\nd{e="f"} 1';
  const text = expositionOf([
    { name: 'x_total', type: 'counter', help: 'One\nline \\ only.', samples: [{ labels: { at: hostile }, value: 1 }] },
  ]);
  assert.equal(text.split('\n').length, 4);
  assert.deepEqual(readExposition(text).get('x_total')?.samples, [
    { name: 'x_total', labels: { at: hostile }, value: 1 },
  ]);
});

test('families without samples are left out', () => {
  assert.equal(expositionOf([{ name: 'x', type: 'gauge', help: 'None.', samples: [] }]), '');
});

test('answers are counted by class of status, and their durations fall into cumulative buckets', () => {
  const requests = new RequestMetrics();
  requests.answered('/servers', 'GET', 200, 0.4);
  requests.answered('/servers', 'GET', 204, 30);
  requests.answered('/servers', 'GET', 503, 60_000);
  requests.answered(null, 'other', 404, 1);
  const text = expositionOf([
    { name: 'r_total', type: 'counter', help: 'Answers.', samples: requests.counts() },
    { name: 'd_seconds', type: 'histogram', help: 'Durations.', samples: requests.durations() },
  ]);
  const families = readExposition(text);
  assert.deepEqual(
    families
      .get('r_total')
      ?.samples.map(({ labels, value }) => [labels['route'], labels['method'], labels['status'], value]),
    [
      ['/servers', 'GET', '2xx', 2],
      ['/servers', 'GET', '5xx', 1],
      ['none', 'other', '4xx', 1],
    ],
  );
  const durations = families.get('d_seconds')?.samples.filter(({ labels }) => labels['route'] === '/servers') ?? [];
  const at = (le: string) => durations.find(({ labels }) => labels['le'] === le)?.value;
  assert.deepEqual([at('0.001'), at('0.025'), at('0.05'), at('10'), at('+Inf')], [1, 1, 2, 2, 3]);
  assert.equal(durations.find(({ name }) => name === 'd_seconds_sum')?.value, 60.0304);
});

test('the parser of these tests refuses what Prometheus would', () => {
  const head = '# HELP a_total A.\n# TYPE a_total counter\n';
  assert.throws(() => readExposition(`${head}a_total 1\na_total 2\n`), /twice/);
  assert.throws(() => readExposition(`${head}a_total{b="c"d"} 1\n`), /no label/);
  assert.throws(() => readExposition(`${head}b_total 1\n`), /in the family/);
  assert.throws(() => readExposition('# HELP a A.\n# TYPE a counter\na 1\n'), /is a counter/);
  assert.throws(() => readExposition(`${head}a_total x\n`), /no number/);
});
