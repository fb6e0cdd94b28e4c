import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safePattern } from '../../http/safe-pattern.ts';

const TEXTS = ['', 'web', 'Web-1', 'db-10', 'a.b', 'aaaa', 'x y', 'web\n', '10.0.0.12', '{1}', 'a-b]c', '\\'];
const PATTERNS = [
  'web',
  'WEB',
  '^web$',
  '^web-[0-9]+$',
  '.',
  '^.{3}$',
  'a{2,3}',
  '^a{4}$',
  'a{5,}',
  '(web|db)-\\d',
  '^(?:web|db)?-?1?0?$',
  '[^a-z]',
  '[a-c.]+b',
  '\\.',
  '10\\.0\\.0\\.1',
  '^\\w+$',
  '\\s',
  '\\S\\s\\S',
  '|x',
  '(a*)b',
  'a*?b',
  '[]a]',
  '[a\\]]c',
  '{1}',
  '^$',
  'x|$',
  '(a|b)+(\\.b)?$',
  '^[^.]*$',
];

for (const pattern of PATTERNS) {
  test(`the pattern ${pattern} finds what a regular expression finds`, () => {
    const safe = safePattern(pattern);
    assert.ok(safe !== null);
    // Python, and so Nova, takes `]` at the start of a class and `{` for themselves.
    const usual = new RegExp(pattern === '[]a]' ? '[\\]a]' : pattern === '{1}' ? '\\{1\\}' : pattern, 'i');
    for (const text of TEXTS) assert.equal(safe.test(text), usual.test(text), JSON.stringify(text));
  });
}

test('letters of every script are letters, in either case', () => {
  assert.equal(safePattern('^\\w+$')?.test('täst'), true);
  assert.equal(safePattern('^TÄ.T$')?.test('täst'), true);
});

test('a pattern that makes backtracking engines hang takes no time', () => {
  const text = 'a'.repeat(255);
  const started = performance.now();
  for (const pattern of ['(a+)+$x', '(a|a)*b', '(a*)*b', '.*.*.*.*.*.*.*.*=', '(.*a){12}b']) {
    assert.equal(safePattern(pattern)?.test(text), false, pattern);
  }
  assert.ok(performance.now() - started < 10_000);
});

test('a pattern that cannot be matched safely, is malformed or too large is refused', () => {
  for (const pattern of [
    '(',
    ')',
    '[a',
    'a**',
    '*a',
    'a{3,2}',
    '(?=a)',
    '(?<n>a)',
    '(a)\\1',
    '\\b',
    '\\',
    '[b-a]',
    '(a{99}){99}',
    '((()){99}){99}',
    `${'('.repeat(100)}a${')'.repeat(100)}`,
    'a'.repeat(256),
  ]) {
    assert.equal(safePattern(pattern), null, pattern);
  }
});
