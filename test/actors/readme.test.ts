import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseSync } from 'oxc-parser';

const ROOT = join(import.meta.dirname, '../..');

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
const nodes = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
const nameOf = (value: unknown): string => (isNode(value) && typeof value.name === 'string' ? value.name : '');
const fieldOf = (value: unknown, field: string): unknown => (isNode(value) ? value[field] : undefined);

/** Types and interfaces that a file declares, by name. */
function declarations(path: string): ReadonlyMap<string, Node> {
  const { program, errors } = parseSync(path, readFileSync(join(ROOT, path), 'utf8'));
  assert.deepEqual(errors, [], path);
  const found = new Map<string, Node>();
  for (const statement of program.body) {
    const declaration: unknown = 'declaration' in statement ? statement.declaration : statement;
    if (isNode(declaration) && nameOf(declaration.id) !== '') found.set(nameOf(declaration.id), declaration);
  }
  return found;
}

const kinds = readdirSync(join(ROOT, 'actors'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(join(ROOT, 'actors', name)).includes('protocol.ts'));
const byKind = new Map(kinds.map((kind) => [kind, declarations(`actors/${kind}/protocol.ts`)]));
const shared = new Map([...declarations('runtime/message.ts'), ...[...byKind.values()].flatMap((found) => [...found])]);

/** The literal of the member `type`, of an object type or interface. */
function literalOf(members: unknown): string[] {
  return nodes(members)
    .filter((member) => nameOf(member.key) === 'type')
    .map((member) => fieldOf(fieldOf(fieldOf(member.typeAnnotation, 'typeAnnotation'), 'literal'), 'value'))
    .filter((value) => typeof value === 'string');
}

/** The `type` literals of a union of messages; named members are looked up. */
function messagesOf(type: unknown): string[] {
  if (!isNode(type)) return [];
  switch (type.type) {
    case 'TSUnionType':
      return nodes(type.types).flatMap(messagesOf);
    // What a message has beside its type may be declared anywhere.
    case 'TSIntersectionType':
      return nodes(type.types).flatMap((part) => (part.type === 'TSTypeLiteral' ? messagesOf(part) : []));
    case 'TSParenthesizedType':
      return messagesOf(type.typeAnnotation);
    case 'TSTypeLiteral':
      return literalOf(type.members);
    case 'TSTypeReference': {
      const declared = shared.get(nameOf(type.typeName));
      assert.ok(declared, `${nameOf(type.typeName)} is declared nowhere`);
      return messagesOf(declared);
    }
    case 'TSInterfaceDeclaration':
      return literalOf(fieldOf(type.body, 'body'));
    case 'TSTypeAliasDeclaration':
      return messagesOf(type.typeAnnotation);
    default:
      return assert.fail(`a message is a ${type.type}`);
  }
}

const readme = readFileSync(join(ROOT, 'actors/README.md'), 'utf8');
const rows = [...readme.matchAll(/^\| ([a-z-]+) +\| ((?:`\w+` +)+)\| ([^|]+) \| ([^|]+) \|$/gm)];

test('there are kinds of actors and rows of messages', () => {
  assert.ok(kinds.length >= 8, kinds.join(', '));
  assert.ok(rows.length >= 30, `${rows.length} rows`);
});

for (const kind of kinds) {
  test(`actors/README.md tells of every message to ${kind}, and of no other`, () => {
    const union = [...(byKind.get(kind) ?? [])].filter(([name]) => name.endsWith('Message'));
    assert.ok(union.length > 0, 'there is no union of messages');
    const messages = [...new Set(union.flatMap(([, declared]) => messagesOf(declared)))];
    assert.ok(messages.length > 1, messages.join(', '));
    const told = rows
      .filter(([, to]) => to === kind)
      .flatMap(([, , names]) => [...(names ?? '').matchAll(/\w+/g)].map(([name]) => name));
    assert.deepEqual(told.sort(), messages.sort());
  });
}

test('every row of the table is to a kind of actor that there is', () => {
  assert.deepEqual(
    rows.map(([, to]) => to ?? '').filter((to) => !kinds.includes(to)),
    [],
  );
});
