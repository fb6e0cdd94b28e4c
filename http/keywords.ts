import { FORMATS, type Format } from './formats.ts';
import { pythonRepr } from './python-text.ts';

/** The types of JSON; a whole number is an `integer` and a `number`. */
export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'object' | 'array';

/**
 * What a JSON value must be, in the words of JSON Schema, so that a definition can be read beside Nova's. Keywords are
 * checked in the order in which they are written, and the first that fails is reported, as Nova does.
 */
export interface Keywords {
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly (string | boolean)[];
  readonly format?: Format;
  /** Searched in strings only, as in JSON Schema: anchor it. Compiled with the `u` flag. */
  readonly pattern?: string;
  /** In code points; strings only. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Bounds hold for numbers and for numeric strings too (nova/api/validation/validators.py). */
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** Null when the value passes, else why not, in jsonschema 4.10's words. */
export type Check = (value: unknown) => string | null;

const TYPE_TESTS: { readonly [T in JsonType]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
};

/** Refuses a value that is of none of the types. */
export const typeCheck = (type: JsonType | readonly JsonType[]): Check => {
  const types = typeof type === 'string' ? [type] : type;
  const tests = types.map((name) => TYPE_TESTS[name]);
  const names = types.map((name) => `'${name}'`).join(', ');
  return (value) => {
    for (const test of tests) if (test(value)) return null;
    return `${pythonRepr(value)} is not of type ${names}`;
  };
};

/** What Nova says, alone, when a `name` format fails, whatever the field is called. */
export const INVALID_NAME = "An invalid 'name' value was provided. The name must be: ";

const formatCheck = (format: Format): Check => {
  const test = FORMATS[format];
  // Only the name formats look at values that are not strings, and refuse them.
  if (format === 'name_with_leading_trailing_spaces' || format === 'az_name_with_leading_trailing_spaces') {
    const except = format === 'name_with_leading_trailing_spaces' ? '' : ' except :,';
    const message = `${INVALID_NAME}printable characters${except} with at least one non space character`;
    return (value) => (typeof value === 'string' && test(value) ? null : message);
  }
  if (format === 'name' || format === 'az_name') {
    const except = format === 'name' ? '. ' : ' except :.';
    const message = `${INVALID_NAME}printable characters${except}Can not start or end with whitespace.`;
    return (value) => (typeof value === 'string' && test(value) ? null : message);
  }
  return (value) => (typeof value !== 'string' || test(value) ? null : `${pythonRepr(value)} is not a '${format}'`);
};

const patternCheck = (pattern: string, maxLength: number): Check => {
  const regex = new RegExp(pattern, 'u');
  const shown = pythonRepr(pattern);
  return (value) => {
    // A text that is too long anyway is left to maxLength: some of Nova's patterns take cubic time on a long one.
    if (typeof value !== 'string' || value.length > 2 * maxLength || regex.test(value)) return null;
    return `${pythonRepr(value)} does not match ${shown}`;
  };
};

/** How many code points a text has. Most have no more UTF-16 units than that: then `length` says it. */
const lengthOf = (text: string): number => (SURROGATES.test(text) ? [...text].length : text.length);

const SURROGATES = /[\ud800-\udfff]/;

const lengthCheck = (fits: (codePoints: number) => boolean, verdict: string): Check => {
  return (value) => {
    if (typeof value !== 'string') return null;
    return fits(lengthOf(value)) ? null : `${pythonRepr(value)} is too ${verdict}`;
  };
};

/** The number in a JSON value: a number, or a string that Python's int() or float() would read. */
const numberIn = (value: unknown): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return null;
  return Number(value);
};

const boundCheck = (fits: (value: number) => boolean, verdict: string): Check => {
  return (value) => {
    const number = numberIn(value);
    return number === null || fits(number) ? null : `${number} is ${verdict}`;
  };
};

const enumCheck = (values: readonly (string | boolean)[]): Check => {
  const shown = pythonRepr(values);
  return (value) =>
    values.some((allowed) => allowed === value) ? null : `${pythonRepr(value)} is not one of ${shown}`;
};

const given = <T>(limit: T | undefined, make: (limit: T) => Check): Check | null =>
  limit === undefined ? null : make(limit);

const CHECKS: { readonly [K in keyof Keywords]-?: (keywords: Keywords) => Check | null } = {
  type: (k) => given(k.type, typeCheck),
  enum: (k) => given(k.enum, enumCheck),
  format: (k) => given(k.format, formatCheck),
  pattern: (k) => given(k.pattern, (pattern) => patternCheck(pattern, k.maxLength ?? Number.POSITIVE_INFINITY)),
  minLength: (k) => given(k.minLength, (min) => lengthCheck((length) => length >= min, 'short')),
  maxLength: (k) => given(k.maxLength, (max) => lengthCheck((length) => length <= max, 'long')),
  minimum: (k) => given(k.minimum, (min) => boundCheck((n) => n >= min, `less than the minimum of ${min}`)),
  exclusiveMinimum: (k) =>
    given(k.exclusiveMinimum, (min) => boundCheck((n) => n > min, `less than or equal to the minimum of ${min}`)),
  maximum: (k) => given(k.maximum, (max) => boundCheck((n) => n <= max, `greater than the maximum of ${max}`)),
};

/** One check of all keywords, in the order in which they are written. */
export const compileKeywords = (keywords: Keywords): Check => {
  const written = Object.keys(keywords);
  const checks = Object.entries(CHECKS)
    .filter(([name]) => written.includes(name))
    .sort(([a], [b]) => written.indexOf(a) - written.indexOf(b))
    .flatMap(([, make]) => make(keywords) ?? []);
  return (value) => {
    for (const check of checks) {
      const problem = check(value);
      if (problem !== null) return problem;
    }
    return null;
  };
};
