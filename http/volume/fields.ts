import * as v from 'valibot';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { storable } from '../storable.ts';
import type { VolumeFault } from './faults.ts';

/** A text of at most so many characters. */
export const text = (maxLength = 255) =>
  v.pipe(v.string('a text is expected'), v.maxLength(maxLength, `it is longer than ${maxLength}`), storable);

/** The same, or null. */
export const textOrNull = (maxLength = 255) => v.nullish(text(maxLength));

/** What things are called, in the words of today and in those of Cinder's v1. */
export const describing = {
  name: textOrNull(),
  display_name: textOrNull(),
  description: textOrNull(),
  display_description: textOrNull(),
};
type Describing = { readonly [Name in keyof typeof describing]?: string | null | undefined };

/** What something new is called. */
export const describedBy = (wanted: Describing) => ({
  name: wanted.name ?? wanted.display_name ?? null,
  description: wanted.description ?? wanted.display_description ?? null,
});

/** What something is to be called from now on: undefined stays as it is, null takes it away. */
export const describedAnew = (wanted: Describing) => ({
  name: wanted.name === undefined ? wanted.display_name : wanted.name,
  description: wanted.description === undefined ? wanted.display_description : wanted.description,
});

export const uuid = v.pipe(
  v.string('a text is expected'),
  v.regex(/^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$/, 'a UUID is expected'),
  v.transform((value) => {
    const hex = value.replaceAll('-', '').toLowerCase();
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }),
);

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...[true, 'true', 'True', 'TRUE', '1', 1, 'on', 'yes'].map((value) => [value, true] as const),
  ...[false, 'false', 'False', 'FALSE', '0', 0, 'off', 'no'].map((value) => [value, false] as const),
]);

/** A boolean in the forms that Cinder takes. */
export const flag = v.pipe(
  v.unknown(),
  v.check((value) => BOOLEANS.has(value), 'a boolean is expected'),
  v.transform((value) => BOOLEANS.get(value) === true),
);

/** The boolean that a text of a query stands for. */
export const flagOfText = (value: string): boolean => BOOLEANS.get(value) ?? BOOLEANS.get(value.toLowerCase()) ?? false;

/** A whole number of at least 1 and at most so much, or its digits. */
export const size = (max: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/))], 'a whole number is expected'),
    v.transform(Number),
    v.check((value) => Number.isInteger(value) && value >= 1 && value <= max, `it must be between 1 and ${max}`),
  );

/** Names and values that a user keeps with something. */
export const metadata = (itemsMax: number) =>
  v.pipe(
    v.record(v.pipe(text(), v.minLength(1, 'it is empty')), text(), 'an object of texts is expected'),
    v.check((items) => Object.keys(items).length <= itemsMax, `at most ${itemsMax} items are taken`),
  );

/** Checks a whole body. */
export function checked<const Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): Result<v.InferOutput<Schema>, VolumeFault> {
  const strange = nameOfEveryObject(body);
  const result = strange === null ? v.safeParse(schema, body, { abortEarly: true }) : null;
  if (result?.success) return ok(result.output);
  const issue = result?.issues[0];
  const path = strange ?? (issue ? (v.getDotPath(issue)?.slice(0, 200) ?? 'body') : 'body');
  const reason = issue === undefined || issue.type === 'strict_object' ? 'it is missing or unknown' : issue.message;
  return failed({ status: 400, message: `Invalid input for field/attribute ${path}. ${reason.slice(0, 300)}` });
}

/** A name that every object knows would pass for a field of the schema. */
function nameOfEveryObject(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null;
  for (const [name, value] of Object.entries(body)) {
    const inner = name in {} ? name : nameOfEveryObject(value);
    if (inner !== null) return inner;
  }
  return null;
}
