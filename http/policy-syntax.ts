/** The check string cannot be used; the message says what and where. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
}

/** What one check compares the right side of its colon with. */
export type CheckLeft =
  /** An attribute of the caller, by its name. */
  | { readonly kind: 'attribute'; readonly name: string }
  /** A constant: `'Member':%(role)s`, `True:%(is_public)s`. */
  | { readonly kind: 'literal'; readonly value: string };

/** A check string as a tree. `text` and `at` (an offset) are the part of the check string that a leaf stands for. */
export type CheckNode =
  | { readonly kind: 'always'; readonly allows: boolean; readonly text: string; readonly at: number }
  | { readonly kind: 'rule'; readonly name: string; readonly text: string; readonly at: number }
  | { readonly kind: 'role'; readonly match: string; readonly text: string; readonly at: number }
  | {
      readonly kind: 'compare';
      readonly left: CheckLeft;
      readonly match: string;
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'not'; readonly inner: CheckNode }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly CheckNode[] };

/** Longest check string, in characters. */
const CHECK_LENGTH_MAX = 4096;
/** Deepest nesting of parentheses and `not`: bounds the recursion of all that reads or asks a check. */
const NESTING_MAX = 32;

const TOKEN = /\s*(?:(\()|(\))|(and|or|not)(?=[\s()]|$)|((?:%\([^)\s]+\)s|'[^']*'|"[^"]*"|[^\s()])+))/iy;

interface Token {
  readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'check';
  readonly text: string;
  readonly at: number;
}

const wordKind = (word: string): 'and' | 'or' | 'not' => {
  const lower = word.toLowerCase();
  return lower === 'and' || lower === 'or' ? lower : 'not';
};

const tokensOf = (source: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = source.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw problem(source, from, 'cannot be read');
    const [whole, open, close, word, check] = match;
    const text = whole.trimStart();
    const at = from + whole.length - text.length;
    if (open !== undefined) tokens.push({ kind: 'open', text, at });
    else if (close !== undefined) tokens.push({ kind: 'close', text, at });
    else if (check !== undefined) tokens.push({ kind: 'check', text, at });
    else tokens.push({ kind: wordKind(word ?? ''), text, at });
  }
  return tokens;
};

const problem = (source: string, at: number, reason: string): PolicySyntaxError =>
  new PolicySyntaxError(`the check string '${source}' ${reason} at character ${at + 1}`);

const QUOTED = /^(?:'([^']*)'|"([^"]*)")$/;
const CONSTANT = /^(?:True|False|None|[+-]?\d+(?:\.\d+)?)$/;
/** Letters, digits and the marks that names of attributes have. */
const NAME = /^[A-Za-z_][\w.-]*$/;

/** The left side of a comparison, or why it is none. */
const leftOf = (text: string, attributes: ReadonlySet<string>): CheckLeft | string => {
  const quoted = QUOTED.exec(text);
  if (quoted) return { kind: 'literal', value: quoted[1] ?? quoted[2] ?? '' };
  if (CONSTANT.test(text)) return { kind: 'literal', value: text };
  if (NAME.test(text) && attributes.has(text)) return { kind: 'attribute', name: text };
  if (text === 'http' || text === 'https')
    return `asks a server ('${text}:'), which is not supported: decide by roles and attributes`;
  return `asks for '${text}', which no caller has,`;
};

/** One check without operators: `role:admin`, `rule:x`, `user_id:%(user_id)s`, `'a':%(b)s`, `@`, `!`. */
const leafOf = ({ text, at }: Token, source: string, attributes: ReadonlySet<string>): CheckNode => {
  if (text === '@' || text === '!') return { kind: 'always', allows: text === '@', text, at };
  const quoted = /^(?:'[^']*'|"[^"]*"):/.exec(text);
  const colon = quoted ? quoted[0].length - 1 : text.indexOf(':');
  if (colon <= 0) throw problem(source, at, `has '${text}', which is no check: it has no colon,`);
  const kind = text.slice(0, colon);
  const match = text.slice(colon + 1);
  if (kind === 'rule') return { kind: 'rule', name: match, text, at };
  if (kind === 'role') return { kind: 'role', match, text, at };
  const left = leftOf(kind, attributes);
  if (typeof left === 'string') throw problem(source, at, left);
  return { kind: 'compare', left, match, text, at };
};

/**
 * Reads a check string of oslo.policy: checks, `and`, `or`, `not` and parentheses; `and` binds tighter than `or`. The
 * empty string allows everybody. `attributes` are those of a caller that a check may ask for. Throws PolicySyntaxError
 * with the place.
 */
export const parseCheck = (source: string, attributes: ReadonlySet<string>): CheckNode => {
  if (source.length > CHECK_LENGTH_MAX)
    throw new PolicySyntaxError(`a check string is longer than ${CHECK_LENGTH_MAX} characters`);
  const tokens = tokensOf(source);
  if (tokens.length === 0) return { kind: 'always', allows: true, text: '', at: 0 };
  let position = 0;
  let depth = 0;
  const take = (kind: Token['kind']): boolean => {
    if (tokens[position]?.kind !== kind) return false;
    position += 1;
    return true;
  };
  const unexpected = (): PolicySyntaxError => {
    const found = tokens[position];
    return found
      ? problem(source, found.at, `has an unexpected '${found.text}'`)
      : problem(source, source.length, 'ends too early');
  };
  const factor = (): CheckNode => {
    if (depth > NESTING_MAX) throw problem(source, tokens[position]?.at ?? 0, `is nested deeper than ${NESTING_MAX}`);
    depth += 1;
    const read = operand();
    depth -= 1;
    return read;
  };
  const operand = (): CheckNode => {
    if (take('not')) return { kind: 'not', inner: factor() };
    if (take('open')) {
      const inner = chain('or');
      if (!take('close')) throw unexpected();
      return inner;
    }
    const found = tokens[position];
    if (!take('check') || found === undefined) throw unexpected();
    return leafOf(found, source, attributes);
  };
  const chain = (kind: 'and' | 'or'): CheckNode => {
    const next = (): CheckNode => (kind === 'or' ? chain('and') : factor());
    const first = next();
    const parts = [first];
    while (take(kind)) parts.push(next());
    return parts.length === 1 ? first : { kind, parts };
  };
  const whole = chain('or');
  if (position < tokens.length) throw unexpected();
  return whole;
};
