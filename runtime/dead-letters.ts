import { keyOf, timeKeyPart } from './key.ts';
import type { Reader } from './store.ts';

/** A message that could not be handled, kept for people. */
export interface DeadLetter {
  readonly kind: string;
  readonly id: string;
  readonly message: unknown;
  readonly reason: string;
  readonly atMs: number;
}

/** Where dead letters are stored. */
const DEAD_LETTER_PREFIX = 'd/';

/** The key of a dead letter: by time, then by a number that is unique in the shard. */
export const deadLetterKey = (atMs: number, number: number): string =>
  keyOf('d', timeKeyPart(atMs), String(number).padStart(16, '0'));

function isDeadLetter(value: unknown): value is DeadLetter {
  return typeof value === 'object' && value !== null && 'reason' in value && 'message' in value;
}

/** The dead letters of a shard, oldest first, at most `limit`. */
export function deadLetters(reader: Reader, limit: number): DeadLetter[] {
  const letters: DeadLetter[] = [];
  for (const { value } of reader.range({ prefix: DEAD_LETTER_PREFIX, limit })) {
    if (isDeadLetter(value)) letters.push(value);
  }
  return letters;
}
