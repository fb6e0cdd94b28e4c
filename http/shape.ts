import * as v from 'valibot';
import { described, jsonSchemaOf } from './json-schema.ts';
import { typeCheck } from './keywords.ts';
import type { Microversion } from './microversions.ts';
import { isJsonObject, list, problemAt, runInner, type Schema, strictnessOf, unmatchedKeys } from './parameter.ts';
import { pythonRepr } from './python-text.ts';
import { always, derived, isStepped, type Stepped } from './stepped.ts';

/** What a body or a query must be at each microversion. */
export type Shape<T> = Stepped<Schema<T>>;

/** The fields of an object; a field that steps to `undefined` does not exist there. */
export type Fields = Readonly<Record<string, Stepped<Schema | undefined>>>;

type FieldOutput<F> = F extends Stepped<infer S> ? (S extends v.GenericSchema ? v.InferOutput<S> : undefined) : never;
type OptionalKeys<F> = { [K in keyof F]: undefined extends FieldOutput<F[K]> ? K : never }[keyof F];

/** What handlers get of the fields: one that is absent at some microversion, or optional, may be undefined. */
export type FieldsOutput<F> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: FieldOutput<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: FieldOutput<F[K]> };

/** What handlers get of a shape. */
export type ShapeOutput<S> =
  S extends Stepped<infer I> ? (I extends v.GenericSchema ? v.InferOutput<I> : never) : never;

/** What happens to keys that are no field: refused with 400, dropped before the handler, or kept as they are. */
export type UnknownKeys = 'refuse' | 'drop' | 'keep';

/** How an object treats keys beside its fields. */
export interface ObjectOptions {
  /** @default 'refuse' */
  readonly unknown?: UnknownKeys | Stepped<UnknownKeys>;
  /** Keys that are ignored even where unknown ones are refused; a regular expression. */
  readonly ignore?: string;
}

interface Entry {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  readonly hasDefault: boolean;
}

const OPTIONAL_TYPES: ReadonlySet<string> = new Set(['optional', 'exact_optional', 'nullish', 'undefinedable']);

const entriesAt = (fields: Fields, version: Microversion): Entry[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const schema = field.at(version);
    if (schema === undefined) return [];
    const hasDefault = 'default' in schema && schema.default !== undefined;
    return [{ name, schema, required: !OPTIONAL_TYPES.has(schema.type), hasDefault }];
  });

/** Every field has just passed its own schema; the type of the whole is computed from the same fields. */
const isFilled = <T>(_record: unknown): _record is T => true;

const additionalKeys = (strangers: readonly string[], ignore: string | undefined): string => {
  if (ignore !== undefined) return unmatchedKeys(strangers, [ignore]);
  const shown = strangers.map((key) => pythonRepr(key)).join(', ');
  return `Additional properties are not allowed (${shown} ${strangers.length === 1 ? 'was' : 'were'} unexpected)`;
};

const isObject = typeCheck('object');

const objectSchema = <T>(entries: readonly Entry[], unknown: UnknownKeys, ignore: string | undefined): Schema<T> => {
  const names = new Set(entries.map((entry) => entry.name));
  const ignored = ignore === undefined ? null : new RegExp(ignore, 'u');
  const schema = v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, config, addIssue, NEVER }) => {
      const input = dataset.value;
      const strictness = strictnessOf(config);
      if (!isJsonObject(input)) {
        addIssue({ message: isObject(input) ?? '' });
        return NEVER;
      }
      const output: [string, unknown][] = [];
      // The order of Nova's schemas: properties, then required ones, then additional ones.
      for (const { name, schema, hasDefault } of entries) {
        const present = Object.hasOwn(input, name);
        if (!present && !hasDefault) continue;
        const result = runInner(schema, present ? input[name] : undefined, strictness);
        if (!result.ok) {
          addIssue(problemAt(name, input, result.issue));
          return NEVER;
        }
        output.push([name, result.value]);
      }
      const missing = entries.find((entry) => entry.required && !Object.hasOwn(input, entry.name));
      if (missing !== undefined) {
        addIssue({ message: `${pythonRepr(missing.name)} is a required property` });
        return NEVER;
      }
      // Legacy v2 drops what v2.1 refuses, unless a pattern says which keys may stand there.
      const unchecked = unknown === 'drop' || (unknown === 'refuse' && strictness === 'legacy' && ignored === null);
      if (!unchecked) {
        const strangers = Object.keys(input).filter((key) => !names.has(key) && !ignored?.test(key));
        if (unknown === 'keep') output.push(...strangers.map((key): [string, unknown] => [key, input[key]]));
        else if (strangers.length > 0) {
          addIssue({ message: additionalKeys(strangers, ignore) });
          return NEVER;
        }
      }
      const record: unknown = Object.fromEntries(output);
      return isFilled<T>(record) ? record : NEVER;
    }),
  );
  return described(schema, () => ({
    type: 'object',
    properties: Object.fromEntries(entries.map((entry) => [entry.name, jsonSchemaOf(entry.schema)])),
    required: entries.filter(({ required }) => required).map((entry) => entry.name),
    additionalProperties: unknown !== 'refuse',
    ...(ignore === undefined ? {} : { patternProperties: { [ignore]: {} } }),
  }));
};

/**
 * An object whose fields change along the microversions. It is compiled once for each step of its fields. Nest it with
 * `mapSteps`: `networks: mapSteps(networkItem, (item) => v.optional(list(item)))`.
 */
export const object = <const F extends Fields>(fields: F, options: ObjectOptions = {}): Shape<FieldsOutput<F>> => {
  const { unknown = 'refuse', ignore } = options;
  const policy = isStepped(unknown) ? unknown : always(unknown);
  return derived([...Object.values(fields), policy], (version) =>
    objectSchema<FieldsOutput<F>>(entriesAt(fields, version), policy.at(version), ignore),
  );
};

/** A body of one object under one key, as most are: `shape('keypair', { name: always(keypairName) })`. */
export const shape = <const K extends string, const F extends Fields>(
  key: K,
  fields: F,
  options: ObjectOptions = {},
): Shape<{ readonly [P in K]: FieldsOutput<F> }> => wrapped(key, object(fields, options));

/** A body of one value under one key. */
export const wrapped = <const K extends string, T>(key: K, inner: Shape<T>): Shape<{ readonly [P in K]: T }> =>
  derived([inner], (version) => {
    const schema: Schema = inner.at(version);
    const entry: Entry = { name: key, schema, required: !OPTIONAL_TYPES.has(schema.type), hasDefault: false };
    return objectSchema<{ readonly [P in K]: T }>([entry], 'refuse', undefined);
  });

/** A query parameter that may be given once. */
export const single = <T>(item: Schema<T>): Schema<T | undefined> =>
  v.optional(
    v.pipe(
      list(item, { maxItems: 1 }),
      v.transform((values) => values[0]),
    ),
  );

/** A query parameter that may be repeated, of which only the last counts. */
export const lastOf = <T>(item: Schema<T>): Schema<T | undefined> =>
  v.optional(
    v.pipe(
      list(item),
      v.transform((values) => values[values.length - 1]),
    ),
  );

/** A query parameter that may be repeated: a list. */
export const repeated = <T>(item: Schema<T>): Schema<readonly T[] | undefined> => v.optional(list(item));

/**
 * The parameters of a query. Make each with `single`, `lastOf` or `repeated`. Nova dropped unknown parameters in old
 * microversions: `{ unknown: stepped('drop', ['2.75', 'refuse']) }`.
 */
export const query = <const F extends Fields>(fields: F, options: ObjectOptions = {}): Shape<FieldsOutput<F>> =>
  object(fields, options);
