/** How deep a value is shown; deeper parts become `...`. Bounds the recursion on hostile nesting. */
const DEPTH_MAX = 32;

// Characters that Python's repr() escapes: controls, separators other than a space, and unassigned ones.
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (character: string): string => {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
};

const quoted = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replaceAll('\\', '\\\\').replace(UNPRINTABLE, escaped);
  return `${quote}${quote === "'" ? inner.replaceAll("'", "\\'") : inner}${quote}`;
};

/**
 * A JSON value as Python's `repr()` writes it: `None`, `True`, `'text'`, `{'a': [1]}`. Nova's validation messages show
 * values so, and clients and tests compare them.
 */
export const pythonRepr = (value: unknown, depth = 0): string => {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (depth >= DEPTH_MAX) return '...';
  if (Array.isArray(value)) return `[${value.map((item) => pythonRepr(item, depth + 1)).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonRepr(item, depth + 1)}`);
  return `{${entries.join(', ')}}`;
};

/** A JSON value as Python's `str()` writes it: as `repr()`, but a string stands bare. */
export const pythonStr = (value: unknown): string => (typeof value === 'string' ? value : pythonRepr(value));
