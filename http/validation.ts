import { INVALID_NAME } from './keywords.ts';
import { runInner, type Schema, type Strictness } from './parameter.ts';
import { pythonStr } from './python-text.ts';

/** A value that has passed, or the message of the 400. */
export type Validated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** Longest value that a message repeats, in UTF-16 units: bounds what a hostile body makes us send back. */
const SHOWN_LENGTH_MAX = 4096;

const bounded = (text: string): string =>
  text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}...`;

/** Checks a body. Wording: nova/api/validation/validators.py, jsonschema 4.10. */
export const validateBody = <T>(schema: Schema<T>, body: unknown, strictness: Strictness = 'strict'): Validated<T> => {
  const result = runInner(schema, body, strictness);
  if (result.ok) return result;
  const { message, path, input } = result.issue;
  const last = path?.[path.length - 1];
  if (last === undefined || message.startsWith(INVALID_NAME)) return { ok: false, message: bounded(message) };
  const value = bounded(pythonStr(input));
  return {
    ok: false,
    message: `Invalid input for field/attribute ${bounded(String(last.key))}. Value: ${value}. ${bounded(message)}`,
  };
};

/** Checks the parameters of a query, each a list of strings. */
export const validateQuery = <T>(
  schema: Schema<T>,
  parameters: Readonly<Record<string, readonly string[]>>,
  strictness: Strictness = 'strict',
): Validated<T> => {
  const result = runInner(schema, parameters, strictness);
  if (result.ok) return result;
  const { message, path, input } = result.issue;
  const first = path?.[0];
  if (first === undefined || message.startsWith(INVALID_NAME)) return { ok: false, message: bounded(message) };
  const value = bounded(pythonStr(input));
  return {
    ok: false,
    message: `Invalid input for query parameters ${bounded(String(first.key))}. Value: ${value}. ${bounded(message)}`,
  };
};
