import type { Overlay } from './batch.ts';
import { isKeyLengthAllowed, keyOf, timeKeyPart } from './key.ts';
import type { Reader } from './store.ts';

/** A message that could not be handled, kept for people. */
export interface DeadLetter {
  readonly kind: string;
  readonly id: string;
  readonly message: unknown;
  /** Why the last attempt failed. */
  readonly reason: string;
  /** When it was given up. */
  readonly atMs: number;
  /** How often it was tried; 0 when there was nobody to try it. */
  readonly attempts: number;
  readonly firstAtMs: number;
  readonly firstReason: string;
}

/** A dead letter with the key by which it is retried or dropped. */
export interface StoredDeadLetter extends DeadLetter {
  readonly key: string;
}

/** Which dead letters are wanted. */
export interface DeadLetterPage {
  /** At most so many. */
  readonly limit: number;
  /** Only those after this key. */
  readonly after?: string;
}

/** Where dead letters are stored. */
const DEAD_LETTER_PREFIX = 'd/';

const NUMBER_DIGITS = 16;

function isDeadLetter(value: unknown): value is DeadLetter {
  return typeof value === 'object' && value !== null && 'reason' in value && 'message' in value && 'kind' in value;
}

/** The dead letters of a shard, oldest first. */
export function listDeadLetters(reader: Reader, { limit, after }: DeadLetterPage): StoredDeadLetter[] {
  const letters: StoredDeadLetter[] = [];
  const range = { prefix: DEAD_LETTER_PREFIX, limit, ...(after === undefined ? {} : { after }) };
  for (const { key, value } of reader.range(range)) if (isDeadLetter(value)) letters.push({ key, ...value });
  return letters;
}

/**
 * The dead letters of a running shard: how many there are, and where the next goes. Keys are by time, then by a number
 * that goes on over restarts, so that no letter takes another's place even if the clock is set back.
 */
export class DeadLetters {
  readonly #overlay: Overlay;
  readonly #max: number;
  #lastNumber = 0;
  count = 0;
  /** Those that were dropped for want of room since the start. */
  dropped = 0;

  /** `max`: dead letters that are kept. */
  constructor(overlay: Overlay, max: number) {
    this.#overlay = overlay;
    this.#max = max;
    for (const key of overlay.keys({ prefix: DEAD_LETTER_PREFIX })) {
      this.count++;
      const number = Number.parseInt(key.slice(-NUMBER_DIGITS), 10);
      if (number > this.#lastNumber) this.#lastNumber = number;
    }
  }

  /** Stores a dead letter with the running batch. When there are too many, the oldest ones are dropped. */
  add(letter: DeadLetter): void {
    if (this.count >= this.#max) this.#drop(this.count - this.#max + 1);
    const number = String(++this.#lastNumber).padStart(NUMBER_DIGITS, '0');
    this.#overlay.set(keyOf('d', timeKeyPart(letter.atMs), number), letter);
    this.count++;
  }

  #drop(count: number): void {
    for (const key of [...this.#overlay.keys({ prefix: DEAD_LETTER_PREFIX, limit: count })]) {
      this.#overlay.set(key, undefined);
      this.count--;
      this.dropped++;
    }
  }

  /** Takes a dead letter out with the running batch, between two messages. Undefined when there is none of this key. */
  take(key: string): DeadLetter | undefined {
    if (!key.startsWith(DEAD_LETTER_PREFIX) || !isKeyLengthAllowed(key)) return undefined;
    const value = this.#overlay.get(key);
    if (!isDeadLetter(value)) return undefined;
    this.#overlay.set(key, undefined);
    // It belongs to the batch, not to its first message, whose handler may throw.
    this.#overlay.keep();
    this.count--;
    return value;
  }
}
