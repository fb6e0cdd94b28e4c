import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareMicroversions, MICROVERSIONS, NEWEST, NEWEST_MINOR } from '../../http/microversions.ts';
import { negotiateMicroversion } from '../../http/middleware/microversion.ts';
import { always, between, derived, followedBy, mapSteps, since, stepped, until } from '../../http/stepped.ts';

test('the microversions run from 2.1 to 2.104 without a gap, each with a sentence', () => {
  assert.deepEqual(
    MICROVERSIONS.map((entry) => entry.version),
    Array.from({ length: 104 }, (_, index) => `2.${index + 1}`),
  );
  assert.equal(NEWEST, '2.104');
  assert.equal(NEWEST_MINOR, 104);
  for (const { version, change } of MICROVERSIONS) assert.match(change, /\w.*\.$/, version);
});

test('microversions are ordered as numbers, not as text', () => {
  assert.ok(compareMicroversions('2.9', '2.10') < 0);
  assert.ok(compareMicroversions('2.100', '2.99') > 0);
});

test('a stepped value changes at its microversion and stays until the next', () => {
  const status = stepped(200, ['2.2', 201], ['2.101', 202]);
  assert.deepEqual(
    [status.at('2.1'), status.at('2.2'), status.at('2.100'), status.at('2.101'), status.at('2.104')],
    [200, 201, 201, 202, 202],
  );
});

test('steps that do not ascend are refused when they are written', () => {
  assert.throws(() => stepped(1, ['2.5', 2], ['2.4', 3]), RangeError);
  assert.throws(() => stepped(1, ['2.5', 2], ['2.5', 3]), RangeError);
  assert.throws(() => stepped(1, ['2.1', 2]), RangeError);
});

test('since, until and between include the microversions that they name', () => {
  assert.deepEqual([since('2.19', 'x').at('2.18'), since('2.19', 'x').at('2.19')], [undefined, 'x']);
  assert.deepEqual([until('2.35', 'x').at('2.35'), until('2.35', 'x').at('2.36')], ['x', undefined]);
  const tag = between('2.32', '2.36', 'x');
  assert.deepEqual([tag.at('2.31'), tag.at('2.32'), tag.at('2.36'), tag.at('2.37')], [undefined, 'x', 'x', undefined]);
  assert.equal(since('2.1', 'x').at('2.1'), 'x');
  assert.equal(until('2.104', 'x').at('2.104'), 'x');
});

test('a derived value is made once for each step of its sources', () => {
  let made = 0;
  const sum = derived([stepped(1, ['2.10', 2]), stepped(1, ['2.20', 2])], (version) => {
    made += 1;
    return version;
  });
  assert.deepEqual(
    [sum.at('2.5'), sum.at('2.9'), sum.at('2.10'), sum.at('2.19'), sum.at('2.104')],
    ['2.1', '2.1', '2.10', '2.10', '2.20'],
  );
  assert.equal(made, 3);
});

test('one stepping value may be followed by another', () => {
  const optional = mapSteps(stepped('a', ['2.32', 'b']), (x) => `optional ${x}`);
  const networks = followedBy(optional, '2.37', always('c'));
  assert.deepEqual(
    [networks.at('2.1'), networks.at('2.32'), networks.at('2.36'), networks.at('2.37')],
    ['optional a', 'optional b', 'optional b', 'c'],
  );
});

const asked: readonly (readonly [string | undefined, string | undefined, string])[] = [
  [undefined, undefined, '2.1'],
  ['compute 2.53', undefined, '2.53'],
  ['compute latest', undefined, '2.104'],
  ['Compute 2.53', undefined, '2.53'],
  ['volume 3.1, compute 2.7', undefined, '2.7'],
  ['compute 2.7, compute 2.8', undefined, '2.8'],
  ['volume 3.1', undefined, '2.1'],
  ['volume 3.1', '2.9', '2.9'],
  ['2.53', undefined, '2.1'],
  ['compute 2.10', '2.7', '2.10'],
  [undefined, 'latest', '2.104'],
];
for (const [header, legacy, version] of asked)
  test(`headers ${header ?? '-'} and ${legacy ?? '-'} ask for ${version}`, () => {
    assert.deepEqual(negotiateMicroversion(header, legacy), { ok: true, version });
  });

for (const text of ['abc', '2', '2.01', '2.1.1', '-2.1', '2.', '', '2.1x'])
  test(`a version '${text}' is malformed: 400 without version headers`, () => {
    const negotiated = negotiateMicroversion(undefined, text);
    assert.deepEqual(
      [negotiated.ok, negotiated.ok || negotiated.status, negotiated.ok || negotiated.shown],
      [false, 400, null],
    );
  });

for (const text of ['2.0', '2.105', '3.1', '1.1', '99999999999999999999.1'])
  test(`a version ${text} is not spoken: 406 that shows it`, () => {
    const negotiated = negotiateMicroversion(`compute ${text}`, '2.1');
    assert.deepEqual(
      [negotiated.ok, negotiated.ok || negotiated.status, negotiated.ok || negotiated.shown],
      [false, 406, text],
    );
  });
