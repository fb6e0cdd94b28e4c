import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.claude']);
const decisions = readdirSync(join(ROOT, 'docs', 'decisions')).filter((file) => file.endsWith('.md'));

function* textFiles(folder: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* textFiles(path);
    else if (/\.(md|ts)$/.test(entry.name)) yield path;
  }
}

test('decisions are numbered one by one, and each says its number in its title', () => {
  assert.ok(decisions.length > 5);
  const numbers = decisions.map((file) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]));
  assert.deepEqual(
    numbers,
    decisions.map((_, index) => index + 1),
    decisions.join('\n'),
  );
  for (const [index, file] of decisions.entries()) {
    const title = readFileSync(join(ROOT, 'docs', 'decisions', file), 'utf8').split('\n', 1)[0] ?? '';
    assert.ok(title.startsWith(`# ${index + 1}. `), `${file}: ${title}`);
  }
});

test('each decision is named where it matters, outside of its own file', () => {
  // The first one says how the others are written.
  const left = new Set(decisions.slice(1));
  for (const path of textFiles(ROOT)) {
    const text = readFileSync(path, 'utf8');
    for (const file of left) if (!path.endsWith(file) && text.includes(file)) left.delete(file);
  }
  assert.deepEqual([...left], []);
});
