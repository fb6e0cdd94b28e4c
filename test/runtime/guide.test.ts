import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './guide.example.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runtime.md'), 'utf8');

/** The code blocks of a language, as they stand in the page. */
const blocks = (language: string): string[] =>
  [...PAGE.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text]) => (name === language ? [text ?? ''] : []));

test('the program of the page that teaches the runtime does what the page says', async () => {
  const [outcome] = blocks('text');
  assert.equal(`${(await run()).join('\n')}\n`, outcome);
});

test('the code blocks of the page that teaches the runtime are the program that is tested', () => {
  const example = readFileSync(join(import.meta.dirname, 'guide.example.ts'), 'utf8');
  assert.ok(blocks('ts').length > 3);
  assert.equal(blocks('ts').join('\n'), example.replaceAll("'../../", "'../"));
});
