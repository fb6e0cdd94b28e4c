import type { JsonSchema } from '../../../http/json-schema.ts';
import { isJsonObject } from '../../../http/parameter.ts';
import type { Random } from '../../../runtime/random.ts';

/** One of a list. */
export const pick = <T>(random: Random, items: readonly T[]): T => {
  const found = items[Math.floor(random.fraction() * items.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};

/** Values that a field of any type may be given. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  2 ** 60,
  2_147_483_648,
  4_294_967_296,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u{1f600}',
  '\u202e',
  'a\nb',
  '../../etc/passwd',
  "'; DROP TABLE instances; --",
  '$(id)',
  '__proto__',
  'constructor',
  '-1',
  '1e9',
  '0x10',
  'NaN',
  '9'.repeat(400),
  'x'.repeat(256),
  'x'.repeat(70_000),
  [],
  {},
  [[]],
  [null],
  [{}],
  { x: 1 },
  Array(300).fill('x'),
  Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, 'v'])),
  '(a+)+$',
  '1'.repeat(64),
];

/** Keys that a body may not be confused by. */
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  'x'.repeat(300),
  '\u0000',
];

/** A value for a field that a schema does not say enough of. */
export type Known = Readonly<Record<string, unknown>>;

const TEXTS: Readonly<Record<string, string>> = {
  ipv4: '192.0.2.7',
  ipv6: '2001:db8::7',
  uuid: '8c1a5c0e-5c2b-4c8e-9d53-0c1e3a2b4d5f',
  'date-time': '2026-01-02T03:04:05Z',
  base64: 'bm92ZWxsYQ==',
  cidr: '192.0.2.0/24',
};

/**
 * A body that a schema more or less takes: required fields, and some of the others, by `share`. A body of one key has it
 * always.
 */
export const exampleOf = (schema: JsonSchema, known: Known, random: Random, share = 0.3, name = ''): unknown => {
  if (known[name] !== undefined) return known[name];
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) {
    const chosen: unknown = pick(random, choices);
    return exampleOf(isJsonObject(chosen) ? chosen : {}, known, random, share, name);
  }
  const { enum: values, type, format } = schema;
  if (Array.isArray(values)) return pick(random, values);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const required = Array.isArray(schema['required']) ? schema['required'] : [];
      const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
      const all = Object.entries(properties);
      const entries = all.filter(([key]) => required.includes(key) || all.length === 1 || random.fraction() < share);
      return Object.fromEntries(
        entries.map(([key, one]) => [key, exampleOf(isJsonObject(one) ? one : {}, known, random, share, key)]),
      );
    }
    case 'array':
      return [exampleOf(isJsonObject(schema['items']) ? schema['items'] : {}, known, random, share, name)];
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return random.fraction() < 0.5;
    case 'null':
    case undefined:
      return null;
    default:
      return TEXTS[String(format)] ?? `v${Math.floor(random.fraction() * 1000)}`;
  }
};

/** The same with one part of it changed: another value, a key too many, a key too few. */
export const mutated = (value: unknown, random: Random): unknown => {
  if (Array.isArray(value) && value.length > 0 && random.fraction() < 0.7)
    return value.map((one, index) => (index === 0 ? mutated(one, random) : one));
  if (!isJsonObject(value) || random.fraction() < 0.1) return pick(random, VALUES);
  const keys = Object.keys(value);
  const roll = random.fraction();
  if (keys.length === 0 || roll < 0.15) return withKey(value, pick(random, KEYS), pick(random, VALUES));
  const key = pick(random, keys);
  if (roll < 0.25) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  return withKey(value, key, mutated(value[key], random));
};

/** Object literals and assignments take `__proto__` for something else; `fromEntries` makes it a key. */
const withKey = (value: Readonly<Record<string, unknown>>, key: string, one: unknown): unknown =>
  Object.fromEntries([...Object.entries(value).filter(([name]) => name !== key), [key, one]]);

/** A JSON text in which every key of the outermost two levels stands twice. */
export const withDuplicates = (value: unknown): string => {
  if (!isJsonObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, one]) => {
    const inner = isJsonObject(one)
      ? `{${Object.entries(one)
          .flatMap(([name, two]) => [`${JSON.stringify(name)}:null`, `${JSON.stringify(name)}:${JSON.stringify(two)}`])
          .join(',')}}`
      : JSON.stringify(one);
    return `${JSON.stringify(key)}:1,${JSON.stringify(key)}:${inner}`;
  });
  return `{${pairs.join(',')}}`;
};
