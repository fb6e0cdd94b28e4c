/**
 * Keys of the store: strings of parts joined by `/`, in an order that makes ranges by prefix meaningful.
 * The first part says what a key is: `r` row, `x` index entry, `e` effect, `t` timer, `q` queued messages (many a row),
 * `o` outbox, `i` inbox, `d` dead letter, `m` meta.
 */
const UNSAFE = /[%/\p{Cc}\p{Cs}]/u;
const UNSAFE_ALL = /[%/\p{Cc}\p{Cs}]/gu;

/** Longest key in bytes that every store must take (LMDB's limit is 1,978 with its default page size). */
export const KEY_BYTES_MAX = 1900;

/** Escapes a part, so that text from outside can never reach into a neighbouring key. */
export function keyPart(part: string): string {
  if (!UNSAFE.test(part)) return part;
  return part.replace(UNSAFE_ALL, (c) => {
    const code = c.charCodeAt(0).toString(16).toUpperCase();
    // Half of a surrogate pair has no form in UTF-8: two keys that differ there would be one on disk.
    return code.length > 2 ? `%u${code}` : `%${code.padStart(2, '0')}`;
  });
}

/** Reverses `keyPart`. */
export function keyPartText(part: string): string {
  if (!part.includes('%')) return part;
  return part.replace(/%u[0-9A-F]{4}|%[0-9A-F]{2}/g, (code) =>
    String.fromCharCode(Number.parseInt(code.replace(/^%u?/, ''), 16)),
  );
}

/** Whether every store takes a key. No row stands under a longer one. */
export const isKeyLengthAllowed = (key: string): boolean =>
  key.length * 3 <= KEY_BYTES_MAX || Buffer.byteLength(key) <= KEY_BYTES_MAX;

/** Joins parts into a key. */
export function keyOf(...parts: readonly string[]): string {
  let key = '';
  for (let i = 0; i < parts.length; i++) key += i === 0 ? keyPart(parts[i] ?? '') : `/${keyPart(parts[i] ?? '')}`;
  return key;
}

/** The last part of a key, as it was given. */
export const lastKeyPart = (key: string): string => keyPartText(key.slice(key.lastIndexOf('/') + 1));

/** The key of a table's row. */
export const rowKey = (table: string, id: string): string => `r/${keyPart(table)}/${keyPart(id)}`;

/** The table and the id of a row's key; null: it is another key. */
export function rowKeyParts(key: string): { readonly table: string; readonly id: string } | null {
  if (!key.startsWith('r/')) return null;
  const end = key.indexOf('/', 2);
  if (end < 0 || key.indexOf('/', end + 1) >= 0) return null;
  const [table, id] = [keyPartText(key.slice(2, end)), keyPartText(key.slice(end + 1))];
  // What was not made by `rowKey` could not be found again.
  return rowKey(table, id) === key ? { table, id } : null;
}

/** A moment as a part that sorts by time. Milliseconds since 1970, 0 to 9,999,999,999,999 (the year 2286). */
export function timeKeyPart(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, part: String(Math.trunc(ms)).padStart(13, '0') };
  return lastTime.part;
}

/** Most parts are of the same moment as the one before. */
let lastTime = { ms: 0, part: '0000000000000' };

/** Compares keys by code point, as stores order them. (JavaScript's `<` compares UTF-16 units.) */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for code points above all others.
    if (x >= 0xd800 && y >= 0xd800 && x < 0xe000 !== y < 0xe000) return x < 0xe000 ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
