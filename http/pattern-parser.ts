/** The pattern uses something that an automaton cannot do, is malformed, or too large. */
export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern';
}

/** Whether one character (a code point) fits. */
export type CharTest = (char: string) => boolean;
/** A part of a pattern. */
export type PatternNode =
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly min: number; readonly max: number };

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /\p{Nd}/u,
  D: /\P{Nd}/u,
  w: /[\p{L}\p{N}_]/u,
  W: /[^\p{L}\p{N}_]/u,
  s: /\s/u,
  S: /\S/u,
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' };

const eitherCase =
  (test: CharTest): CharTest =>
  (char) =>
    test(char.toLowerCase()) || test(char.toUpperCase());

/** Reads a pattern. Throws UnsupportedPattern. */
export const parsePattern = (source: string): PatternNode => new PatternParser(source).parse();

class PatternParser {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#chars = [...source];
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#chars.length) throw new UnsupportedPattern('an unopened parenthesis');
    return node;
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (;;) {
      const next = this.#chars[this.#at];
      if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', parts };
      parts.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(node: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === null) return node;
    this.#take('?');
    if (this.#bounds() !== null) throw new UnsupportedPattern('a repetition of a repetition');
    return { kind: 'repeat', node, ...bounds };
  }

  #bounds(): { readonly min: number; readonly max: number } | null {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { min: 0, max: 1 };
    const match = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#chars.slice(this.#at, this.#at + 9).join(''));
    if (match === null) return null;
    const [whole, least = '0', range, most = ''] = match;
    const min = Number(least);
    const max = range === undefined ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    if (max < min) throw new UnsupportedPattern('a repetition with its bounds reversed');
    this.#at += whole.length;
    return { min, max };
  }

  #atom(): PatternNode {
    const char = this.#chars[this.#at] ?? '';
    this.#at += 1;
    switch (char) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'char', test: (one) => one !== '\n' };
      case '(':
        return this.#group();
      case '[':
        return { kind: 'char', test: this.#class() };
      case '\\':
        return { kind: 'char', test: this.#escape() };
      case '*':
      case '+':
      case '?':
        throw new UnsupportedPattern('nothing to repeat');
      default:
        return { kind: 'char', test: eitherCase((one) => one === char) };
    }
  }

  #group(): PatternNode {
    if (this.#take('?') && !this.#take(':')) throw new UnsupportedPattern('look-around, flags or names');
    this.#depth += 1;
    if (this.#depth > 50) throw new UnsupportedPattern('too many groups');
    const node = this.#choice();
    if (!this.#take(')')) throw new UnsupportedPattern('an open group');
    this.#depth -= 1;
    return node;
  }

  /** What follows a backslash. */
  #escape(): CharTest {
    const char = this.#chars[this.#at];
    if (char === undefined) throw new UnsupportedPattern('a backslash at the end');
    this.#at += 1;
    const known = Object.hasOwn(CLASSES, char) ? CLASSES[char] : undefined;
    if (known !== undefined) return (one) => known.test(one);
    const control = Object.hasOwn(CONTROLS, char) ? CONTROLS[char] : undefined;
    if (control !== undefined) return (one) => one === control;
    if (/[a-zA-Z0-9]/.test(char)) throw new UnsupportedPattern('a back reference or boundary');
    return (one) => one === char;
  }

  #class(): CharTest {
    const isNegated = this.#take('^');
    const tests: CharTest[] = [];
    for (let isFirst = true; isFirst || this.#chars[this.#at] !== ']'; isFirst = false) {
      const low = this.#chars[this.#at];
      if (low === undefined) throw new UnsupportedPattern('an open class');
      this.#at += 1;
      if (low === '\\') {
        tests.push(this.#escape());
        continue;
      }
      const high = this.#chars[this.#at + 1];
      if (this.#chars[this.#at] === '-' && high !== undefined && high !== ']') {
        if (high === '\\' || high < low) throw new UnsupportedPattern('a bad range');
        this.#at += 2;
        tests.push(eitherCase((one) => low <= one && one <= high));
      } else tests.push(eitherCase((one) => one === low));
    }
    this.#at += 1;
    return (one) => tests.some((test) => test(one)) !== isNegated;
  }
}
