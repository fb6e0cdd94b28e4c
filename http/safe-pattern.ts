import { type CharTest, type PatternNode, parsePattern, UnsupportedPattern } from './pattern-parser.ts';

/**
 * A regular expression from outside, matched in time that grows with the lengths of pattern and text only: never by
 * backtracking, so no pattern can stall the front end. Letters match in either case, as in Nova's usual database.
 */
export interface SafePattern {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
}

/** Longest pattern, in UTF-16 units, and largest compiled one, in steps: `(a{99}){99}` has no small automaton. */
const PATTERN_LENGTH_MAX = 255;
const STEPS_MAX = 2000;

type Step =
  | { readonly op: 'char'; readonly test: CharTest }
  | { readonly op: 'start' | 'end' | 'match' }
  /** Goes on at both. Filled in when the targets are known. */
  | { readonly op: 'fork'; first: number; second: number };

/** Steps as far as written, and how many nodes may still be written: also those that make no step, such as `()`. */
interface Program {
  readonly steps: Step[];
  left: number;
}

/**
 * Compiles a pattern: literals, `.`, classes, `\d \w \s`, anchors, groups, `|`, and repetition. Null when it is
 * malformed, longer than 255, too large when its repetitions are written out, or has look-around or back references.
 */
export const safePattern = (source: string): SafePattern | null => {
  if (source.length > PATTERN_LENGTH_MAX) return null;
  if (!/[\\^$.*+?()[\]{}|]/.test(source)) {
    const wanted = source.toLowerCase();
    return { test: (text) => text.toLowerCase().includes(wanted) };
  }
  try {
    const program: Program = { steps: [], left: STEPS_MAX };
    emit(parsePattern(source), program);
    const { steps } = program;
    steps.push({ op: 'match' });
    return { test: (text) => search(steps, text) };
  } catch (error) {
    if (error instanceof UnsupportedPattern) return null;
    throw error;
  }
};

/** Appends the steps of a node. */
const emit = (node: PatternNode, program: Program): void => {
  const { steps } = program;
  program.left -= 1;
  if (program.left < 0) throw new UnsupportedPattern('too large');
  switch (node.kind) {
    case 'char':
      steps.push({ op: 'char', test: node.test });
      return;
    case 'start':
    case 'end':
      steps.push({ op: node.kind });
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, program);
      return;
    case 'choice':
      emitChoice(node.options, program);
      return;
    case 'repeat':
      emitRepeat(node.node, node.min, node.max, program);
  }
};

const emitFork = (steps: Step[]): { first: number; second: number } => {
  const fork = { op: 'fork' as const, first: steps.length + 1, second: steps.length + 1 };
  steps.push(fork);
  return fork;
};

const emitChoice = (options: readonly PatternNode[], program: Program): void => {
  const { steps } = program;
  const ends: { first: number; second: number }[] = [];
  for (const [index, option] of options.entries()) {
    if (index === options.length - 1) {
      emit(option, program);
      break;
    }
    const fork = emitFork(steps);
    emit(option, program);
    ends.push(emitFork(steps));
    fork.second = steps.length;
  }
  for (const end of ends) end.first = end.second = steps.length;
};

const emitRepeat = (node: PatternNode, min: number, max: number, program: Program): void => {
  const { steps } = program;
  for (let count = 0; count < min; count++) emit(node, program);
  if (max === Number.POSITIVE_INFINITY) {
    const start = steps.length;
    const fork = emitFork(steps);
    emit(node, program);
    const back = emitFork(steps);
    back.first = back.second = start;
    fork.second = steps.length;
    return;
  }
  const skips: { second: number }[] = [];
  for (let count = min; count < max; count++) {
    skips.push(emitFork(steps));
    emit(node, program);
  }
  for (const skip of skips) skip.second = steps.length;
};

/** Follows all ways through the steps at once, one character after the other (Thompson's construction). */
const search = (steps: readonly Step[], text: string): boolean => {
  const chars = [...text];
  const seenAt = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  for (let at = 0; at <= chars.length; at++) {
    const pending = [...current, 0];
    const waiting: number[] = [];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const step = steps[index];
      if (step === undefined || seenAt[index] === at) continue;
      seenAt[index] = at;
      if (step.op === 'match') return true;
      if (step.op === 'fork') pending.push(step.first, step.second);
      else if (step.op === 'char') waiting.push(index);
      else if (step.op === 'start' ? at === 0 : at === chars.length) pending.push(index + 1);
    }
    const char = chars[at];
    if (char === undefined) return false;
    current = waiting.flatMap((index) => {
      const step = steps[index];
      return step?.op === 'char' && step.test(char) ? [index + 1] : [];
    });
  }
  return false;
};
