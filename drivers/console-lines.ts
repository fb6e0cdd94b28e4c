/** The last lines of a text; a line end at its very end begins no further line. Null: all of it. */
export function lastLines(text: string, lines: number | null): string {
  if (lines === null) return text;
  if (lines <= 0) return '';
  let from = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let left = lines; left > 0; left -= 1) {
    const before = from === 0 ? -1 : text.lastIndexOf('\n', from - 1);
    if (before === -1) return text;
    from = before;
  }
  return text.slice(from + 1);
}
