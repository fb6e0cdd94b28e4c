/**
 * The end of a text, cut as Nova cuts it: a line end at the very end begins one more line, which is empty and counts.
 * Null: all of it. Source: `_tail_log` (nova/compute/manager.py).
 */
export function lastLines(text: string, lines: number | null): string {
  if (lines === null) return text;
  if (lines <= 0) return '';
  let from = text.length;
  for (let left = lines; left > 0; left -= 1) {
    const before = from === 0 ? -1 : text.lastIndexOf('\n', from - 1);
    if (before === -1) return text;
    from = before;
  }
  return text.slice(from + 1);
}
