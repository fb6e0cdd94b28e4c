/** The value at a path of names in parsed JSON; undefined where there is none. */
export function valueAt(json: unknown, ...path: readonly (string | number)[]): unknown {
  let value = json;
  for (const name of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  return value;
}

/** The text at a path; `undefined` and `null` as such words, so that a comparison shows them. */
export const textAt = (json: unknown, ...path: readonly (string | number)[]): string => String(valueAt(json, ...path));

/** The list at a path. Throws when there is none. */
export function listAt(json: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const list = valueAt(json, ...path);
  if (!Array.isArray(list)) throw new Error(`No list at ${path.join('.')} in ${JSON.stringify(json).slice(0, 300)}`);
  return list;
}

/** One field of each row of a list, as text. */
export const column = (rows: unknown, name: string): string[] => listAt(rows).map((row) => textAt(row, name));
