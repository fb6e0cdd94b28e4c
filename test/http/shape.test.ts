import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import * as types from '../../http/compute/parameter-types.ts';
import type { Microversion } from '../../http/microversions.ts';
import { anything, choice, list, oneOf, text } from '../../http/parameter.ts';
import {
  lastOf,
  object,
  query,
  repeated,
  type Shape,
  type ShapeOutput,
  shape,
  single,
  wrapped,
} from '../../http/shape.ts';
import { always, followedBy, mapSteps, since, stepped } from '../../http/stepped.ts';
import { validateBody, validateQuery } from '../../http/validation.ts';

const keypairName = text({ format: 'name', minLength: 1, maxLength: 255 });
const createKeypair = shape('keypair', {
  name: always(keypairName),
  type: since('2.2', v.optional(choice(['ssh', 'x509']))),
  user_id: since('2.10', v.optional(text())),
  public_key: stepped(v.optional(text()), ['2.92', text()]),
});

const message = <T>(of: Shape<T>, version: Microversion, body: unknown): string => {
  const result = validateBody(of.at(version), body);
  return result.ok ? 'accepted' : result.message;
};

test('the type of a shape follows its fields', () => {
  const body: ShapeOutput<typeof createKeypair> = { keypair: { name: 'k', type: 'ssh' } };
  const result = validateBody(createKeypair.at('2.2'), { keypair: { name: 'k', type: 'ssh' } });
  assert.deepEqual(result, { ok: true, value: body });
});

test('a field is unknown before its microversion and required from the one that says so', () => {
  const keypair = { name: 'k', type: 'ssh' };
  assert.equal(
    message(createKeypair, '2.1', { keypair }),
    "Invalid input for field/attribute keypair. Value: {'name': 'k', 'type': 'ssh'}. Additional properties are not allowed ('type' was unexpected)",
  );
  assert.equal(message(createKeypair, '2.2', { keypair }), 'accepted');
  assert.equal(
    message(createKeypair, '2.92', { keypair }),
    "Invalid input for field/attribute keypair. Value: {'name': 'k', 'type': 'ssh'}. 'public_key' is a required property",
  );
});

test('a shape is compiled once for each of its steps', () => {
  assert.equal(createKeypair.at('2.10'), createKeypair.at('2.91'));
  assert.notEqual(createKeypair.at('2.91'), createKeypair.at('2.92'));
});

const refusals: readonly (readonly [string, unknown, string])[] = [
  ['null', null, "None is not of type 'object'"],
  ['a list', [], "[] is not of type 'object'"],
  ['nothing', {}, "'keypair' is a required property"],
  [
    'two keys',
    { keypair: { name: 'k' }, a: 1, b: 2 },
    "Additional properties are not allowed ('a', 'b' were unexpected)",
  ],
  [
    'a wrong choice',
    { keypair: { name: 'k', type: 'rsa' } },
    "Invalid input for field/attribute type. Value: rsa. 'rsa' is not one of ['ssh', 'x509']",
  ],
  [
    'a wrong type',
    { keypair: { name: 'k', public_key: true } },
    "Invalid input for field/attribute public_key. Value: True. True is not of type 'string'",
  ],
  [
    'a long name',
    { keypair: { name: 'n'.repeat(256) } },
    `Invalid input for field/attribute name. Value: ${'n'.repeat(256)}. '${'n'.repeat(256)}' is too long`,
  ],
  [
    'an emoji',
    { keypair: { name: 'a\u{1f600}' } },
    "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
  ],
  [
    'a prototype',
    JSON.parse('{"keypair": {"name": "k", "__proto__": {"x": 1}}}'),
    "Invalid input for field/attribute keypair. Value: {'name': 'k', '__proto__': {'x': 1}}. Additional properties are not allowed ('__proto__' was unexpected)",
  ],
];
for (const [what, body, expected] of refusals)
  test(`${what} is refused in Nova's words`, () => assert.equal(message(createKeypair, '2.10', body), expected));

test('a huge value is repeated only in part', () => {
  const told = message(createKeypair, '2.10', { keypair: { name: 'k', public_key: ['x'.repeat(100_000)] } });
  assert.ok(told.length < 10_000);
});

const item = object({ uuid: always(v.optional(types.uuid)), tag: since('2.32', v.optional(types.tag)) });
const networks = shape('server', {
  networks: followedBy(
    mapSteps(item, (one) => v.optional(list(one))),
    '2.37',
    mapSteps(item, (one) => oneOf([list(one), choice(['none', 'auto'])])),
  ),
});

test('objects within lists step with their own fields', () => {
  const body = { server: { networks: [{ tag: 'nic' }] } };
  assert.equal(
    message(networks, '2.31', body),
    "Invalid input for field/attribute 0. Value: {'tag': 'nic'}. Additional properties are not allowed ('tag' was unexpected)",
  );
  assert.equal(message(networks, '2.32', body), 'accepted');
  assert.equal(message(networks, '2.36', { server: {} }), 'accepted');
  assert.match(message(networks, '2.37', { server: {} }), /'networks' is a required property$/);
  assert.equal(message(networks, '2.37', { server: { networks: 'auto' } }), 'accepted');
  assert.match(
    message(networks, '2.37', { server: { networks: 'all' } }),
    /'all' is not valid under any of the given schemas$/,
  );
});

test('unknown keys are dropped or kept where a shape says so', () => {
  const body = { hints: { group: 'g', other: 1 } };
  const fields = { group: always(v.optional(text())) };
  const dropped = validateBody(wrapped('hints', object(fields, { unknown: 'drop' })).at('2.1'), body);
  const kept = validateBody(wrapped('hints', object(fields, { unknown: 'keep' })).at('2.1'), body);
  assert.deepEqual(
    [dropped, kept],
    [
      { ok: true, value: { hints: { group: 'g' } } },
      { ok: true, value: body },
    ],
  );
});

test('any value passes under an action without a schema, but the key must be there', () => {
  const action = wrapped('os-start', always(anything));
  assert.equal(message(action, '2.1', { 'os-start': null }), 'accepted');
  assert.equal(message(action, '2.1', {}), "'os-start' is a required property");
});

const taken: readonly (readonly [string, v.GenericSchema, unknown, unknown])[] = [
  ['a positive number', types.positiveInteger, 5, 5],
  ['a positive number as text', types.positiveInteger, '5', 5],
  ['a boolean word', types.boolean, 'On', true],
  ['a false word', types.boolean, 'no', false],
  ['false', types.boolean, false, false],
  ['a UUID without hyphens', types.uuid, '111111112222333344445555555555AA', '11111111-2222-3333-4444-5555555555aa'],
  ['no image', types.imageIdOrEmpty, '', null],
  ['a null description', types.description, null, null],
  ['a flavor as a number', types.flavorRef, 1, '1'],
  [
    'metadata with the key __proto__',
    types.metadata,
    JSON.parse('{"__proto__": "x"}'),
    JSON.parse('{"__proto__": "x"}'),
  ],
  ['a date', types.dateTime, '2026-01-02', Date.UTC(2026, 0, 2)],
  ['a time with a zone', types.dateTime, '2026-01-02T03:04:05+02:00', Date.UTC(2026, 0, 2, 1, 4, 5)],
];
for (const [what, schema, input, output] of taken)
  test(`${what} is taken and turned into what handlers want`, () => {
    assert.deepEqual(validateBody(schema, input), { ok: true, value: output });
  });

const notTaken: readonly (readonly [string, v.GenericSchema, unknown, string])[] = [
  ['zero', types.positiveInteger, 0, '0 is less than the minimum of 1'],
  ['zero as text', types.positiveInteger, '0', '0 is less than the minimum of 1'],
  ['a fraction', types.positiveInteger, 1.5, "1.5 is not of type 'integer', 'string'"],
  ['empty text as a number', types.positiveInteger, '', "'' is too short"],
  [
    'a size over 32 bits as text',
    types.integerBetween(1),
    '2147483648',
    '2147483648 is greater than the maximum of 2147483647',
  ],
  ['true as a number', types.positiveInteger, true, "True is not of type 'integer', 'string'"],
  ['1 as a boolean', types.boolean, 1, "1 is not of type 'boolean', 'string'"],
  ['a list of two equal tags beyond fifty', types.tags, Array(51).fill('t'), 'is too long'],
  [
    'a tag with a slash',
    types.tags,
    ['a/b'],
    "Invalid input for field/attribute 0. Value: a/b. 'a/b' does not match '^[^,/]*$'",
  ],
  ['an IPv6 zone', types.ipv6, 'fe80::1%eth0', "'fe80::1%eth0' is not a 'ipv6'"],
  ['base64 of a wrong length', types.userData, 'abc', "'abc' is not a 'base64'"],
  ['a day that does not exist', types.dateTime, '2026-02-30', "'2026-02-30' is not a 'date-time'"],
  [
    'a colon in a zone',
    types.azName,
    'a:b',
    "An invalid 'name' value was provided. The name must be: printable characters except :.Can not start or end with whitespace.",
  ],
];
for (const [what, schema, input, expected] of notTaken)
  test(`${what} is refused`, () => {
    const result = validateBody(schema, input);
    assert.ok(!result.ok && result.message.endsWith(expected), result.ok ? 'accepted' : result.message);
  });

test('a hostile host name costs no more than a short one', () => {
  const started = performance.now();
  assert.equal(validateBody(types.hostname, `${'a'.repeat(100_000)}!`).ok, false);
  assert.ok(performance.now() - started < 10_000);
});

const pages = query(
  { limit: always(single(types.nonNegativeInteger)), marker: always(lastOf(text())), name: always(repeated(text())) },
  { unknown: stepped('drop', ['2.75', 'refuse']), ignore: '^_' },
);

test('query parameters become values, the last one, or lists', () => {
  const parameters = { limit: ['5'], marker: ['a', 'b'], name: ['x', 'y'], _: ['1'], zz: ['1'] };
  assert.deepEqual(validateQuery(pages.at('2.74'), parameters), {
    ok: true,
    value: { limit: 5, marker: 'b', name: ['x', 'y'] },
  });
});

test('a repeated single parameter and an unknown one are refused in the words for queries', () => {
  const twice = validateQuery(pages.at('2.1'), { limit: ['1', '2'] });
  assert.deepEqual(twice, {
    ok: false,
    message: "Invalid input for query parameters limit. Value: ['1', '2']. ['1', '2'] is too long",
  });
  const unknown = validateQuery(pages.at('2.75'), { zz: ['1'] });
  assert.deepEqual(unknown, { ok: false, message: "'zz' does not match any of the regexes: '^_'" });
});
