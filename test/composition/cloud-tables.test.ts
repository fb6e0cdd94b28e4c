import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { INDEXED_TABLES } from '../../composition/cloud-tables.ts';

const ACTORS = join(import.meta.dirname, '..', '..', 'actors');
const sources = readdirSync(ACTORS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

const isIndexed = (value: unknown): value is { readonly name: string } =>
  typeof value === 'object' && value !== null && 'name' in value && 'entryKey' in value && 'indexes' in value;

test('every table with indexes of the row modules is known to those who look after the store', async () => {
  const modules = sources.filter((path) => path.endsWith('row.ts'));
  assert.ok(modules.length > 6);
  const names: string[] = [];
  for (const path of modules) {
    const module: object = await import(pathToFileURL(join(ACTORS, path)).href);
    names.push(
      ...Object.values(module)
        .filter(isIndexed)
        .map(({ name }) => name),
    );
  }
  assert.deepEqual(INDEXED_TABLES.map(({ name }) => name).sort(), names.sort());
});

test('tables with indexes stand in row modules alone', () => {
  for (const path of sources.filter((source) => !source.endsWith('row.ts')))
    assert.doesNotMatch(readFileSync(join(ACTORS, path), 'utf8'), /\btable(<[^;]*?>)?\(\{[^;]*indexes:/, path);
});
