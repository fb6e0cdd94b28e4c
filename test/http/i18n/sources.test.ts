import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSync } from 'oxc-parser';
import { MESSAGES } from '../../../http/i18n/messages/index.ts';
import { templateOf } from '../../../http/i18n/template.ts';
import { translate } from '../../../http/i18n/translate.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Calls whose texts a client is told. */
const TELLING = new Set([
  'refuseWith',
  'refuse',
  'fault',
  'badRequest',
  'busy',
  'conflict',
  'invalid',
  'notFound',
  'duplicate',
]);
/** Properties whose texts a client is told. */
const TOLD = new Set(['message', 'reason']);
/** Where texts are of the log, of the schema's wording (Nova does not translate it), or of no fault. */
const NOT_TOLD = /^http\/(i18n|metrics|policy|compute\/(openapi|schemas)|keywords|parameter|shape)/;

/** Texts that look like messages in the sources but are none of a fault in English, each with its reason. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  // Put together from parts; the catalogues have what comes of it.
  'Quota limit 0 for 0 must be 0 0.',
  'Application Credential',
  'role assignment with role',
  '0, user or group: 0, project, domain, or system: 0',
  // Goes to the log.
  'An upload without an id.',
]);

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const children = (node: Node): Node[] =>
  Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));

const nameOf = (value: unknown): string => {
  if (!isNode(value)) return '';
  if (value.type === 'MemberExpression') return nameOf(value['property']);
  return typeof value['name'] === 'string' ? value['name'] : '';
};

/** The text of a literal; each expression in it stands as 0, which is a value like any other. */
const textOf = (node: Node): string | null => {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node['quasis'])) return null;
  const pieces = node['quasis'].map((quasi: unknown): string => {
    const value = isNode(quasi) ? quasi['value'] : null;
    return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : '';
  });
  return pieces.join('0');
};

/** The texts that an expression may be: a literal, or what a condition or a function chooses among. */
const textsOf = (node: Node): string[] => {
  const text = textOf(node);
  if (text !== null) return [text];
  switch (node.type) {
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']].filter(isNode).flatMap(textsOf);
    case 'ArrowFunctionExpression':
    case 'ReturnStatement':
    case 'BlockStatement':
    case 'LogicalExpression':
      return children(node).flatMap(textsOf);
    default:
      return [];
  }
};

const walk = (node: Node, visit: (node: Node) => void): void => {
  visit(node);
  for (const child of children(node)) walk(child, visit);
};

const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));

const parse = (path: string): Node[] => {
  const { program } = parseSync(path, readFileSync(join(ROOT, path), 'utf8'));
  return isNode(program) ? [program] : [];
};

/** What the faults of a source file may say. */
const toldBy = (path: string): string[] => {
  const told: string[] = [];
  for (const root of parse(path))
    walk(root, (node) => {
      if (node.type === 'CallExpression' && TELLING.has(nameOf(node['callee'])) && Array.isArray(node['arguments']))
        told.push(...node['arguments'].filter(isNode).flatMap(textsOf));
      if (node.type === 'Property' && TOLD.has(nameOf(node['key'])) && isNode(node['value']))
        told.push(...textsOf(node['value']));
    });
  // One word is a name or a code, not a sentence.
  return told.filter((text) => /[A-Za-z]{2,} [A-Za-z0'[({]/.test(text));
};

const sources = files('http').filter((path) => !NOT_TOLD.test(path));

test('every message that a fault in http/ tells stands in the catalogues', () => {
  const told = sources.flatMap((path) => toldBy(path).map((text) => ({ path, text })));
  assert.ok(told.length > 250, `${told.length} messages found`);
  const missing = told.filter(({ text }) => !EXCEPTIONS.has(text) && translate(text, 'de') === null);
  assert.deepEqual(
    missing.map(({ path, text }) => `${path}: ${text}`),
    [],
    'add these to http/i18n/messages and every catalogue (docs/i18n.md)',
  );
});

test('every message of the catalogues is made somewhere', () => {
  const texts: string[] = [];
  for (const path of ['http', 'actors', 'drivers'].flatMap(files).filter((file) => !file.startsWith('http/i18n/')))
    for (const root of parse(path))
      walk(root, (node) => {
        const text = textOf(node);
        if (text !== null) texts.push(text);
      });
  const all = texts.join('\n');
  const dead = MESSAGES.filter((message) => !templateOf(message).texts.every((text) => isMade(text, all)));
  assert.deepEqual(dead, []);
});

const PIECES_MAX = 3;

/** Whether a fixed text occurs in the sources, whole or in the few pieces that the message is put together from. */
const isMade = (text: string, all: string): boolean => {
  let rest = text;
  for (let piece = 0; piece < PIECES_MAX && rest !== ''; piece += 1) {
    let length = rest.length;
    while (length > 0 && !all.includes(rest.slice(0, length))) length -= 1;
    rest = rest.slice(length);
  }
  return rest === '';
};
