/**
 * Text from outside for a terminal or a report: control characters, which may move the cursor, hide lines or retitle a
 * window, and those that turn the direction of writing stand there as `\u{1b}`. Line ends and tabs count as control
 * characters, too.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );

/** A cell of a table, or a value of a report: plain data as JSON, text as it is. At most `lengthMax` characters. */
export function shown(value: unknown, lengthMax = 2_000): string {
  const text = printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}… (${text.length} characters)`;
}

/** Rows in aligned columns, a line each. Cells must be printable. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

const CONTROL_IN_JSON = /(?!\n)[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Plain data as indented JSON that a terminal can be shown: JSON itself escapes only some of the control characters. */
export const printableJson = (value: unknown): string =>
  (JSON.stringify(value, null, 2) ?? 'null').replace(
    CONTROL_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
