import * as v from 'valibot';
import { storable } from '../storable.ts';
import { type Answer, badRequest } from './faults.ts';

/** A text of at most so many characters. Neutron: attributes.NAME_MAX_LEN and DESCRIPTION_MAX_LEN, 255 both. */
export const text = (maxLength = 255) =>
  v.pipe(
    v.string('a string is expected'),
    v.maxLength(maxLength, `it exceeds maximum length of ${maxLength}`),
    storable,
  );

/** A UUID or another key that names a resource. */
export const id = v.pipe(text(), v.minLength(1, 'it is empty'));

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
  ['True', true],
  ['False', false],
]);

/** A boolean in the forms that Neutron takes. */
export const flag = v.pipe(
  v.unknown(),
  v.check((value) => BOOLEANS.has(value), 'a boolean is expected'),
  v.transform((value) => BOOLEANS.get(value) === true),
);

/** A whole number between two bounds, or its digits. */
export const whole = (min: number, max: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/))], 'an integer is expected'),
    v.transform(Number),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, `it must be between ${min} and ${max}`),
  );

/** At most so many items. */
export const list = <const Item extends v.GenericSchema>(item: Item, max: number) =>
  v.pipe(v.array(item, 'a list is expected'), v.maxLength(max, `at most ${max} items are taken`));

/** A list that Neutron's clients may also clear with null. */
export const clearableList = <const Item extends v.GenericSchema>(item: Item, max: number) =>
  v.nullable(list(item, max), []);

/** A body that has been checked, or the answer that refuses it. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer };

const refusal = (issue: v.BaseIssue<unknown>): string => {
  const path = v.getDotPath(issue)?.slice(0, 200) ?? 'the body';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `Unrecognized attribute(s) '${path}'`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    return `Failed to parse request. Required attribute '${path}' not specified`;
  }
  return `Invalid input for ${path}. Reason: ${issue.message.slice(0, 300)}.`;
};

/** Checks the one object that a body holds under its resource's name; null: the body itself. */
export const checkBody = <Schema extends v.GenericSchema>(
  name: string | null,
  schema: Schema,
  body: unknown,
): Checked<v.InferOutput<Schema>> => {
  if (name === null) return checkFields(schema, body);
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name) || Object.keys(body).length !== 1) {
    return { ok: false, answer: badRequest(`Invalid input: the body must be an object with the one key '${name}'.`) };
  }
  return checkFields(schema, Object.entries(body)[0]?.[1]);
};

const checkFields = <Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): Checked<v.InferOutput<Schema>> => {
  // Names that every object knows would pass for fields of the schema.
  const strange = typeof input === 'object' && input !== null ? Object.keys(input).find((key) => key in {}) : undefined;
  if (strange !== undefined) return { ok: false, answer: badRequest(`Unrecognized attribute(s) '${strange}'`) };
  const result = v.safeParse(schema, input, { abortEarly: true });
  return result.success
    ? { ok: true, value: result.output }
    : { ok: false, answer: badRequest(refusal(result.issues[0])) };
};
