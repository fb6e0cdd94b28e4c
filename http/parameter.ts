import * as v from 'valibot';
import { described, jsonSchemaOf } from './json-schema.ts';
import { compileKeywords, type Keywords, typeCheck } from './keywords.ts';
import { pythonRepr } from './python-text.ts';

/** A valibot schema of a value from outside; on failure its first issue says what Nova would say. */
export type Schema<T = unknown> = v.GenericSchema<unknown, T>;

/** How strictly a body or query is checked: as Nova's v2.1, or as its legacy v2, which drops unknown keys. */
export type Strictness = 'strict' | 'legacy';

// Stops at the first problem, as Nova does. Valibot hands `lang` down to every part; all words here are Nova's own, so
// that it is free to carry the strictness.
const FIRST_ISSUE = {
  strict: { lang: 'strict', abortEarly: true, abortPipeEarly: true },
  legacy: { lang: 'legacy', abortEarly: true, abortPipeEarly: true },
} as const;

/** The strictness that a schema of ours is run with. */
export const strictnessOf = (config: { readonly lang?: string | undefined }): Strictness =>
  config.lang === 'legacy' ? 'legacy' : 'strict';

/** A JSON value with the given keywords, then turned into what handlers want to have. */
export const parameter = <T>(keywords: Keywords, into: (value: unknown) => T): Schema<T> => {
  const check = compileKeywords(keywords);
  const schema = v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const problem = check(dataset.value);
      if (problem === null) return into(dataset.value);
      addIssue({ message: problem });
      return NEVER;
    }),
  );
  return described(schema, () => ({ ...keywords }));
};

/** A string with the given keywords. */
export const text = (keywords: Omit<Keywords, 'type'> = {}): Schema<string> =>
  parameter({ type: 'string', ...keywords }, String);

/** A string with the given keywords, or null. */
export const textOrNull = (keywords: Omit<Keywords, 'type'> = {}): Schema<string | null> =>
  parameter({ type: ['string', 'null'], ...keywords }, (value) => (value === null ? null : String(value)));

/** A whole number, or the same written as a string; handlers get the number. */
export const integer = (keywords: Omit<Keywords, 'type'>): Schema<number> =>
  parameter({ type: ['integer', 'string'], ...keywords }, Number);

/** One of these strings. */
export const choice = <const T extends string>(values: readonly [T, ...T[]]): Schema<T> =>
  parameter({ type: 'string', enum: values }, (value) => values.find((known) => known === value) ?? values[0]);

/** Any JSON value, also null. */
export const anything: Schema = v.unknown();

// Valibot's own schemas may stand in a shape too; the common ones are worded as Nova does.
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
  array: 'array',
  object: 'object',
};

const messageOf = (issue: v.BaseIssue<unknown>): string => {
  const name = TYPE_NAMES[issue.type];
  return issue.kind === 'schema' && name !== undefined
    ? `${pythonRepr(issue.input)} is not of type '${name}'`
    : issue.message;
};

type Inner<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issue: v.BaseIssue<unknown> };

/** Runs a schema on a part of the input; the first problem, if any, is for `problemAt`. */
export const runInner = <T>(schema: Schema<T>, value: unknown, strictness: Strictness): Inner<T> => {
  const result = v.safeParse(schema, value, FIRST_ISSUE[strictness]);
  return result.success ? { ok: true, value: result.output } : { ok: false, issue: result.issues[0] };
};

/** The issue of a part, told as an issue of the whole: one more step in front of its path. */
export const problemAt = (key: string | number, whole: unknown, issue: v.BaseIssue<unknown>) => {
  const step: v.IssuePathItem = { type: 'unknown', origin: 'value', input: whole, key, value: issue.input };
  const path: [v.IssuePathItem, ...v.IssuePathItem[]] = [step, ...(issue.path ?? [])];
  return { message: messageOf(issue), input: issue.input, path };
};

const isArray = typeCheck('array');
const isObject = typeCheck('object');

/** Bounds of a list. */
export interface ListBounds {
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

/** A list whose items all match. */
export const list = <T>(item: Schema<T>, bounds: ListBounds = {}): Schema<readonly T[]> => {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems = false } = bounds;
  const schema = v.pipe(
    v.unknown(),
    v.rawTransform<unknown, readonly T[]>(({ dataset, config, addIssue, NEVER }) => {
      const input = dataset.value;
      if (!Array.isArray(input)) {
        addIssue({ message: isArray(input) ?? '' });
        return NEVER;
      }
      const refuse = (verdict: string) => {
        addIssue({ message: `${pythonRepr(input)} ${verdict}` });
        return NEVER;
      };
      if (input.length < minItems) return refuse('is too short');
      if (input.length > maxItems) return refuse('is too long');
      if (uniqueItems && new Set(input.map((one) => pythonRepr(one))).size < input.length)
        return refuse('has non-unique elements');
      const output: T[] = [];
      for (const [index, one] of input.entries()) {
        const result = runInner(item, one, strictnessOf(config));
        if (!result.ok) {
          addIssue(problemAt(index, input, result.issue));
          return NEVER;
        }
        output.push(result.value);
      }
      return output;
    }),
  );
  return described(schema, () => ({ type: 'array', items: jsonSchemaOf(item), ...bounds }));
};

/** Whether the value is a JSON object. */
export const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> => isObject(value) === null;

/** An object with free keys that match a pattern, and values that all match a schema: metadata, extra specs. */
export const map = <T>(keyPattern: string, item: Schema<T>): Schema<Readonly<Record<string, T>>> => {
  const keys = new RegExp(keyPattern, 'u');
  const schema = v.pipe(
    v.unknown(),
    v.rawTransform<unknown, Readonly<Record<string, T>>>(({ dataset, config, addIssue, NEVER }) => {
      const input = dataset.value;
      if (!isJsonObject(input)) {
        addIssue({ message: isObject(input) ?? '' });
        return NEVER;
      }
      const output: [string, T][] = [];
      for (const [key, one] of Object.entries(input)) {
        if (!keys.test(key)) continue;
        const result = runInner(item, one, strictnessOf(config));
        if (!result.ok) {
          addIssue(problemAt(key, input, result.issue));
          return NEVER;
        }
        output.push([key, result.value]);
      }
      const strangers = Object.keys(input).filter((key) => !keys.test(key));
      if (strangers.length > 0) {
        addIssue({ message: unmatchedKeys(strangers, [keyPattern]) });
        return NEVER;
      }
      return Object.fromEntries(output);
    }),
  );
  return described(schema, () => ({
    type: 'object',
    patternProperties: { [keyPattern]: jsonSchemaOf(item) },
    additionalProperties: false,
  }));
};

/** jsonschema's words for keys that no pattern takes. */
export const unmatchedKeys = (keys: readonly string[], patterns: readonly string[]): string => {
  const verb = keys.length === 1 ? 'does' : 'do';
  const shown = [...keys]
    .sort()
    .map((key) => pythonRepr(key))
    .join(', ');
  return `${shown} ${verb} not match any of the regexes: ${patterns.map((pattern) => pythonRepr(pattern)).join(', ')}`;
};

/** A value that matches one of the schemas; the first that matches gives the value. */
export const oneOf = <const S extends readonly Schema[]>(schemas: S): Schema<v.InferOutput<S[number]>> =>
  described(
    v.pipe(
      v.unknown(),
      v.rawTransform<unknown, v.InferOutput<S[number]>>(({ dataset, config, addIssue, NEVER }) => {
        for (const schema of schemas) {
          const result: Inner<v.InferOutput<S[number]>> = runInner(schema, dataset.value, strictnessOf(config));
          if (result.ok) return result.value;
        }
        addIssue({ message: `${pythonRepr(dataset.value)} is not valid under any of the given schemas` });
        return NEVER;
      }),
    ),
    () => ({ anyOf: schemas.map(jsonSchemaOf) }),
  );

/** A value that legacy v2 checks otherwise than v2.1, such as a name with spaces around it. */
export const forLegacy = <T>(strict: Schema<T>, legacy: Schema<T>): Schema<T> =>
  described(
    v.pipe(
      v.unknown(),
      v.rawTransform<unknown, T>(({ dataset, config, addIssue, NEVER }) => {
        const strictness = strictnessOf(config);
        const result = runInner(strictness === 'legacy' ? legacy : strict, dataset.value, strictness);
        if (result.ok) return result.value;
        addIssue({ message: messageOf(result.issue) });
        return NEVER;
      }),
    ),
    () => jsonSchemaOf(strict),
  );
