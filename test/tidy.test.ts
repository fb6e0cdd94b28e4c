import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test from 'node:test';
import { parseSync } from 'oxc-parser';

/**
 * What no tool knows about this repository. Each rule says what is allowed where; each check fails when it finds nothing
 * to check.
 */
const ROOT = join(import.meta.dirname, '..');
const SOURCE_FOLDERS = ['runtime', 'storage', 'actors', 'drivers', 'http', 'simulation', 'composition', 'cli'];
const LINES_MAX = 400;
/** Leaves that talk to the outside world live in its time. */
const OWN_CLOCK_FOLDERS = ['drivers/', 'cli/'];

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly nodes: readonly Node[];
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;

function collect(value: unknown, into: Node[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
  } else if (isNode(value)) {
    into.push(value);
    for (const field of Object.values(value)) collect(field, into);
  }
}

function parsed(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const { program, errors } = parseSync(path, text);
  assert.deepEqual(errors, [], `${path} cannot be parsed`);
  const nodes: Node[] = [];
  collect(program, nodes);
  assert.ok(nodes.length > 0, `${path} holds no code`);
  return { path, text, nodes };
}

function paths(folder: string, ending = '.ts'): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith(ending));
}

const source = [...SOURCE_FOLDERS.flatMap((folder) => paths(folder)), 'index.ts']
  .filter((path) => existsSync(join(ROOT, path)))
  .map(parsed);
const nodeCount = source.reduce((sum, file) => sum + file.nodes.length, 0);

/** Where a rule is broken, as `path:line`. */
function findings(files: readonly SourceFile[], isBroken: (node: Node) => boolean): string[] {
  return files.flatMap(({ path, text, nodes }) =>
    nodes.filter(isBroken).map(({ start }) => `${path}:${text.slice(0, start).split('\n').length}`),
  );
}

const nameOf = (value: unknown): string => (isNode(value) && typeof value.name === 'string' ? value.name : '');
const isMember = (node: Node, object: string, property: string): boolean =>
  node.type === 'MemberExpression' && nameOf(node.object) === object && nameOf(node.property) === property;
const isCallOf = (node: Node, ...names: string[]): boolean =>
  node.type === 'CallExpression' && names.includes(nameOf(node.callee));

const readsWallClock = (node: Node): boolean =>
  isMember(node, 'Date', 'now') ||
  isMember(node, 'performance', 'now') ||
  isMember(node, 'process', 'hrtime') ||
  isCallOf(node, 'setTimeout', 'setInterval', 'Date') ||
  (node.type === 'NewExpression' &&
    nameOf(node.callee) === 'Date' &&
    Array.isArray(node.arguments) &&
    node.arguments.length === 0);

const drawsLots = (node: Node): boolean => isMember(node, 'Math', 'random');
const drawsSecrets = (node: Node): boolean => isCallOf(node, 'randomUUID', 'randomBytes', 'randomInt');

const isConstAssertion = ({ typeAnnotation }: Node): boolean =>
  isNode(typeAnnotation) && nameOf(typeAnnotation.typeName) === 'const';
const silencesCompiler = (node: Node): boolean =>
  node.type === 'TSTypeAssertion' ||
  node.type === 'TSNonNullExpression' ||
  node.type === 'TSAnyKeyword' ||
  (node.type === 'TSAsExpression' && !isConstAssertion(node));

test('there is source to check', () => {
  assert.ok(source.length >= 50, `only ${source.length} files found`);
  assert.ok(nodeCount >= 10_000, `only ${nodeCount} nodes found`);
});

test('the rules find what they forbid', () => {
  const text = [
    'Date.now(); performance.now(); setTimeout(f, 1); setInterval(f, 1); new Date();',
    'Math.random(); randomUUID(); randomBytes(4);',
    'const a = b as any; const c = d as unknown as C; e!;',
    'const fine = ["x"] as const; new Date(5); clock.now(); ctx.random(); const g = { h } satisfies H;',
  ].join('\n');
  const nodes: Node[] = [];
  collect(parseSync('sample.ts', text).program, nodes);
  const sample = [{ path: 'sample.ts', text, nodes }];
  assert.deepEqual(findings(sample, readsWallClock), Array(5).fill('sample.ts:1'));
  assert.deepEqual(findings(sample, drawsLots), ['sample.ts:2']);
  assert.deepEqual(findings(sample, drawsSecrets), Array(2).fill('sample.ts:2'));
  assert.deepEqual(findings(sample, silencesCompiler), Array(5).fill('sample.ts:3'));
});

test('only runtime/clock.ts and the leaves that talk to the outside read the wall clock or set timers', () => {
  const ruled = source.filter(
    ({ path }) => path !== 'runtime/clock.ts' && !OWN_CLOCK_FOLDERS.some((folder) => path.startsWith(folder)),
  );
  assert.ok(ruled.length > 0);
  assert.deepEqual(findings(ruled, readsWallClock), []);
});

test('randomness comes from runtime/random.ts; what a handler draws comes from its context', () => {
  const ruled = source.filter(({ path }) => path !== 'runtime/random.ts');
  const replayed = ruled.filter(({ path }) => /^(runtime|actors|simulation)\//.test(path));
  assert.ok(replayed.length > 0);
  assert.deepEqual(findings(ruled, drawsLots), []);
  assert.deepEqual(findings(replayed, drawsSecrets), []);
});

test('no source silences the compiler with any, a cast or a non-null assertion', () => {
  assert.deepEqual(findings(source, silencesCompiler), []);
});

test(`no file is longer than ${LINES_MAX} lines`, () => {
  const files = [...source, ...paths('test').map(parsed)];
  const long = files.filter(({ text }) => text.split('\n').length > LINES_MAX + 1);
  assert.deepEqual(
    long.map(({ path, text }) => `${path}: ${text.split('\n').length - 1}`),
    [],
  );
});

test('every folder of source is explained in its README or in the README of a folder above', () => {
  const folders = new Set<string>();
  for (const { path } of source) for (let f = dirname(path); f !== '.'; f = dirname(f)) folders.add(f);
  assert.ok(folders.size > SOURCE_FOLDERS.length / 2);
  const readme = (folder: string): string => {
    const file = join(ROOT, folder, 'README.md');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const isExplained = (folder: string): boolean => {
    if (readme(folder) !== '') return true;
    for (let above = dirname(folder); above !== '.'; above = dirname(above)) {
      if (readme(above).includes(`${basename(folder)}/`)) return true;
    }
    return false;
  };
  assert.deepEqual([...folders].filter((folder) => !isExplained(folder)).sort(), []);
});

test('every dependency stands with its reason in docs/dependencies.md, and nothing else does', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.ok(typeof manifest === 'object' && manifest !== null);
  assert.ok('dependencies' in manifest && 'devDependencies' in manifest);
  const wanted = Object.keys({ ...Object(manifest.dependencies), ...Object(manifest.devDependencies) });
  const page = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^`]+)` +\| +[^|\s][^|]* \| +[^|\s][^|]* \|$/gm)];
  assert.ok(wanted.length > 0);
  assert.deepEqual(rows.map(([, name]) => name).sort(), wanted.sort());
});

test('every link from one page of the documentation to a file leads somewhere', () => {
  const pages = ['README.md', ...[...SOURCE_FOLDERS, 'bench', 'docs'].flatMap((folder) => paths(folder, '.md'))];
  const links = pages.flatMap((page) =>
    [
      ...readFileSync(join(ROOT, page), 'utf8')
        .replace(/^```.*?^```/gms, '')
        .matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g),
    ].map(([, link = '']) => ({
      page,
      link,
    })),
  );
  assert.ok(links.length > 20);
  const broken = links.filter(({ page, link }) => !existsSync(join(ROOT, dirname(page), link)));
  assert.deepEqual(
    broken.map(({ page, link }) => `${page}: ${link}`),
    [],
  );
});

test('the lock file names every optional package, also those for other machines: without them npm ci refuses it', () => {
  const lock: unknown = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  assert.ok(typeof lock === 'object' && lock !== null && 'packages' in lock);
  const entries = Object.entries<object>(Object(lock.packages));
  const wanted = entries.flatMap(([, entry]) =>
    'optionalDependencies' in entry ? Object.keys(Object(entry.optionalDependencies)) : [],
  );
  const locked = new Set(
    entries.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
  );
  assert.ok(wanted.length > 20);
  assert.deepEqual([...new Set(wanted)].filter((name) => !locked.has(name)).sort(), []);
});
