import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { checkSettings, settingsSchema } from '../../composition/settings.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs/configuration.md'), 'utf8');

/** Rows of the table: setting, flag, meaning, unit, default. */
const rows = [
  ...page.matchAll(/^\| `([^`]+)` +\|(?: `(--[^`]+)`)? +\| ([^|]*\S) +\| ([^|]*\S) +\| (?:`([^`]+)`|none) +\|$/gm),
].map(([, name = '', flag, , , shown]) => ({ name, flag, shown }));

/** A schema's settings by their dotted names, each with its default as the schema has it. */
function settingsOf(schema: unknown, name: string): readonly (readonly [name: string, fallback: unknown])[] {
  assert.ok(typeof schema === 'object' && schema !== null);
  const wrapped = 'wrapped' in schema ? schema.wrapped : schema;
  assert.ok(typeof wrapped === 'object' && wrapped !== null);
  if ('entries' in wrapped && typeof wrapped.entries === 'object' && wrapped.entries !== null) {
    return Object.entries(wrapped.entries).flatMap(([key, entry]) =>
      settingsOf(entry, name === '' ? key : `${name}.${key}`),
    );
  }
  return [[name, 'default' in schema ? schema.default : undefined]];
}

const settings = settingsOf(settingsSchema, '');

test('every setting stands in docs/configuration.md, and nothing else does', () => {
  assert.ok(settings.length > 20);
  assert.deepEqual(
    rows.map(({ name }) => name),
    settings.map(([name]) => name),
  );
});

test('the defaults in docs/configuration.md are those of the program', () => {
  const shown = new Map(rows.map((row) => [row.name, row.shown]));
  for (const [name, fallback] of settings) {
    // Made from the environment at each start, so the page can only tell how.
    if (typeof fallback === 'function') continue;
    const isNone = fallback === undefined || (typeof fallback === 'object' && Object.keys(fallback ?? {}).length === 0);
    assert.equal(shown.get(name), isNone ? undefined : String(fallback), name);
  }
});

test('every flag of "novella serve" stands beside its setting in docs/configuration.md', () => {
  const usage = readFileSync(join(import.meta.dirname, '..', '..', 'cli/serve.ts'), 'utf8');
  const flags = [...usage.matchAll(/^ {2}(--[a-z-]+) /gm)]
    .map(([, flag]) => flag)
    .filter((flag) => flag !== '--config');
  assert.ok(flags.length >= 6);
  assert.deepEqual(rows.flatMap(({ flag }) => flag ?? []).sort(), flags.sort());
});

test('the example in docs/configuration.md is accepted', () => {
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const checked = checkSettings(parse(example), 'The example');
  assert.equal(checked.hosts, 100);
  assert.equal(checked.quota.cores, -1);
});
