import assert from 'node:assert/strict';
import test from 'node:test';
import {
  compareKeys,
  keyOf,
  keyPart,
  keyPartText,
  lastKeyPart,
  rowKey,
  rowKeyParts,
  timeKeyPart,
} from '../../runtime/key.ts';
import { seededRandom } from '../../runtime/random.ts';

const random = seededRandom(11);
const LETTERS = [
  'a',
  'Z',
  '0',
  ' ',
  '/',
  '%',
  '%2F',
  '%u',
  'D800',
  '\u0000',
  '\u001f',
  '\u007f',
  '\u0085',
  'ä',
  '€',
  '\uffff',
];
const SURROGATES = ['𝄞', '\u{10ffff}', '\ud800', '\udfff'];
const text = (): string => {
  const letters = [...LETTERS, ...SURROGATES];
  return Array.from(
    { length: random.fraction() * 6 },
    () => letters[Math.floor(random.fraction() * letters.length)],
  ).join('');
};

test('any text, also with half surrogates, comes back from a key as it went in', () => {
  for (let n = 0; n < 20_000; n++) {
    const given = text();
    assert.equal(keyPartText(keyPart(given)), given);
    assert.equal(lastKeyPart(keyOf('x', text(), given)), given);
  }
});

test('a part holds no separator, no control character and nothing that UTF-8 cannot hold', () => {
  for (let n = 0; n < 20_000; n++) {
    const part = keyPart(text());
    assert.ok(!/[/\p{Cc}\p{Cs}]/u.test(part), JSON.stringify(part));
    assert.equal(Buffer.from(part, 'utf8').toString('utf8'), part);
  }
});

test('different parts make different keys', () => {
  const made = new Map<string, string>();
  for (let n = 0; n < 20_000; n++) {
    const parts = [text(), text()];
    const key = keyOf(...parts);
    const told = JSON.stringify(parts);
    assert.equal(made.get(key) ?? told, told);
    made.set(key, told);
  }
});

test('keys compare as their UTF-8 bytes do, which is how LMDB orders them', () => {
  for (let n = 0; n < 20_000; n++) {
    const [a, b] = [keyPart(text()), keyPart(text())];
    assert.equal(Math.sign(compareKeys(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))), `${a} ${b}`);
  }
});

test('moments sort as numbers do', () => {
  const moments = [0, 5, 1_000, 999_999_999_999, 1_000_000_000_000, 1_735_689_600_000.7, 9_999_999_999_999];
  assert.deepEqual(moments.map(timeKeyPart).sort(), moments.map(timeKeyPart));
});

test('the key of a row says its table and id, and no other key does', () => {
  for (let n = 0; n < 20_000; n++) {
    const [table, id] = [text(), text()];
    assert.deepEqual(rowKeyParts(rowKey(table, id)), { table, id });
  }
  for (const key of ['', 'r', 'r/t', 'r/t/a/b', 'x/t/a', 'r/t/%2f', 'r/t/\u0000'])
    assert.equal(rowKeyParts(key), null, key);
});
