import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns, printable, printableJson, shown } from '../../composition/printable.ts';

const ESC = '\u001b';

test('characters that move a cursor, retitle a window or turn the direction of writing are escaped', () => {
  assert.equal(
    printable(`a${ESC}[2Jb\u009b31mc\u202ed\r\n\te`),
    'a\\u{1b}[2Jb\\u{9b}31mc\\u{202e}d\\u{d}\\u{a}\\u{9}e',
  );
  assert.equal(printable('Größe → 10 µs 日本 🙂'), 'Größe → 10 µs 日本 🙂');
});

test('JSON for a terminal has no control characters, and still says the same', () => {
  const value = { [`k\u009b${ESC}`]: ['\u202e', '\u007f', 'ä'] };
  const text = printableJson(value);
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
  assert.deepEqual(JSON.parse(text), value);
});

test('long values are cut and say how long they were', () => {
  assert.equal(shown('x'.repeat(30), 10), `${'x'.repeat(10)}… (30 characters)`);
  assert.equal(shown({ a: 1 }), '{"a":1}');
  assert.equal(shown(undefined), '');
});

test('columns are as wide as their longest cell', () => {
  assert.equal(
    columns([
      ['A', 'B'],
      ['long', 'x'],
    ]),
    'A     B\nlong  x\n',
  );
});
