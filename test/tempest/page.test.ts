import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tempestConfiguration } from './configuration.ts';
import { outcomesOf } from './outcome.ts';
import { readReference, tempestPage, unexplained } from './page.ts';

const line = (name: string, status: string, text = ''): string => JSON.stringify({ test: name, status, text });
const LINES = [
  line('tempest.a.One.test_good[id-1,smoke]', 'success'),
  line(
    'tempest.a.One.test_bad[id-2]',
    'fail',
    'Traceback:\n  File "x"\ntempest.lib.exceptions.Conflict: no\nDetails: {a | b}\n',
  ),
  line('tempest.a.One.test_off[id-3]', 'skip', 'No volumes'),
  line('setUpClass (tempest.a.Two)', 'fail', 'ValueError: no network'),
  line('tearDownClass (tempest.a.One)', 'fail', 'KeyError: x'),
].join('\n');
const nova = readReference(
  'passed\ttempest.a.One.test_good\npassed\ttempest.a.One.test_bad\nskipped\ttempest.a.One.test_off\npassed\ttempest.a.Two.test_x\n',
);

test('a test has the outcome of its class when that could not be set up, and a tear-down that fails counts', () => {
  assert.deepEqual(
    outcomesOf(LINES, nova.keys()).map(({ test: name, verdict, reason }) => [name, verdict, reason]),
    [
      ['tempest.a.One (tearDownClass)', 'failed', 'KeyError: x'],
      ['tempest.a.One.test_bad', 'failed', 'tempest.lib.exceptions.Conflict: no Details: {a | b}'],
      ['tempest.a.One.test_good', 'passed', ''],
      ['tempest.a.One.test_off', 'skipped', 'No volumes'],
      ['tempest.a.Two.test_x', 'failed', 'ValueError: no network'],
    ],
  );
});

test('the page counts, and a failure without an explanation is told as such', () => {
  const run = { tempestVersion: '33.0.0', command: 'npm run tempest', outcomes: outcomesOf(LINES, nova.keys()), nova };
  const exceptions = [{ tests: /Two/, why: 'There is no network.' }];
  const page = tempestPage(run, exceptions, [{ reason: /^No vol/, why: 'They are not built.' }]);
  assert.match(page, /\| 1 \| No volumes \| They are not built\. \|/);
  assert.match(tempestPage(run, exceptions), /\| 1 \| No volumes \| \*\*not explained\*\* \|/);
  assert.match(page, /\| passed \| 1 \| 3 \|/);
  assert.match(page, /Of the 3 tests that pass on Nova, 1 pass here/);
  assert.match(page, /test_x \| failed \| passed \| There is no network\./);
  assert.match(page, /test_bad \| failed \| passed \| \*\*not explained:\*\* .*\{a \\\| b\}/);
  assert.deepEqual(
    unexplained(run, exceptions).map(({ test: name }) => name),
    ['tempest.a.One (tearDownClass)', 'tempest.a.One.test_bad'],
  );
});

test('the configuration names what the cloud has', () => {
  const text = tempestConfiguration(
    {
      url: 'http://127.0.0.1:1',
      password: 'secret',
      imageIds: ['i1', 'i2'],
      flavorIds: ['42', '84'],
      external: { id: 'n1', name: 'public' },
      hosts: 2,
      networkExtensions: ['security-group', 'sorting'],
    },
    '/tmp/x',
  );
  for (const expected of [
    'uri_v3 = http://127.0.0.1:1/identity/v3',
    'image_ref_alt = i2',
    'flavor_ref = 42',
    'min_compute_nodes = 2',
    'public_network_id = n1',
    'api_extensions = security-group,sorting',
    'run_validation = false',
  ]) {
    assert.ok(text.split('\n').includes(expected), expected);
  }
});
