import assert from 'node:assert/strict';

/** What an app has answered, easy to look at. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** What stands at a path of the body. */
  at(...path: readonly (string | number)[]): unknown;
  /** The same, which must be a text. */
  text(...path: readonly (string | number)[]): string;
  /** The same, which must be a list. */
  list(...path: readonly (string | number)[]): readonly unknown[];
  /** One field of each item of a list. */
  each(list: string, field: string): readonly unknown[];
}

/** One step into a value. */
export const step = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === String(key))?.[1]
    : undefined;

/** Reads a response to its end; its body is JSON, or there is none. */
export async function answerOf(response: Response): Promise<Answer> {
  const raw = await response.text();
  const body: unknown = raw === '' ? null : JSON.parse(raw);
  const at = (...path: readonly (string | number)[]): unknown => path.reduce<unknown>(step, body);
  const list = (...path: readonly (string | number)[]): readonly unknown[] => {
    const value = at(...path);
    assert(Array.isArray(value), `${path.join('.')} in ${raw}`);
    return value;
  };
  return {
    status: response.status,
    headers: response.headers,
    body,
    at,
    text(...path) {
      const value = at(...path);
      assert(typeof value === 'string', `${path.join('.')} in ${raw}`);
      return value;
    },
    list,
    each: (name, field) => list(name).map((item) => step(item, field)),
  };
}
