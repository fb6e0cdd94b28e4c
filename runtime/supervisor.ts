import type { Activation } from './activations.ts';
import { type Address, addressText } from './address.ts';
import type { Clock } from './clock.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { ShardLimits } from './limits.ts';
import type { Failures, Letter } from './mailbox.ts';
import { messageTypeOf } from './message.ts';
import type { ShardNotice } from './notice.ts';

/** A failure as it is remembered for reports. */
export interface FailureReport {
  readonly address: string;
  readonly messageType: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Failures that are remembered. */
const REMEMBERED_MAX = 100;
/** Longest reason that is remembered or stored, in characters. */
const REASON_LENGTH_MAX = 1_000;
const MINUTE_MS = 60_000;

/** Failures of one kind in the running minute. */
interface Minute {
  beganMs: number;
  failures: number;
  told: boolean;
}

/**
 * Counts failures of handlers and decides what becomes of a message that failed: an ask is answered with the failure;
 * anything else is tried again, later each time, and after the last attempt it becomes a dead letter, so that one bad
 * message never stops a shard. A kind that fails again and again is told.
 */
export class Supervisor {
  readonly #limits: ShardLimits;
  readonly #clock: Clock;
  readonly #notice: (notice: ShardNotice) => void;
  readonly #minutes = new Map<string, Minute>();
  readonly #remembered: FailureReport[] = [];
  failures = 0;

  constructor(limits: ShardLimits, clock: Clock, notice: (notice: ShardNotice) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#notice = notice;
  }

  /** Counts and tells a failure. Returns the failures of the letter, with this one. */
  failed(address: Address, letter: Letter, error: Error): Failures {
    this.failures++;
    const reason = error.message.slice(0, REASON_LENGTH_MAX);
    const atMs = this.#clock.now();
    const text = addressText(address);
    const messageType = messageTypeOf(letter.message);
    if (this.#remembered.length === REMEMBERED_MAX) this.#remembered.shift();
    this.#remembered.push({ address: text, messageType, reason, atMs });
    this.#notice({ type: 'handlerFailed', address: text, messageType, error });
    this.#escalate(address.kind, reason);
    const before = letter.failures;
    return before
      ? { ...before, attempts: before.attempts + 1 }
      : { attempts: 1, firstAtMs: atMs, firstReason: reason };
  }

  /**
   * Milliseconds until a message that failed is tried again. Null when it was tried often enough, or when so much waits behind it
   * that pauses would fill the shard: an actor that always fails must not shut out the others.
   */
  retryAfterMs({ attempts }: Failures, { kind, mailbox }: Activation): number | null {
    const { deliveryAttemptsMax, retryDelayMs, retryDelayMaxMs, mailboxLengthMax } = this.#limits;
    if (attempts >= deliveryAttemptsMax || mailbox.length >= (kind.mailboxLengthMax ?? mailboxLengthMax)) return null;
    return Math.min(retryDelayMaxMs, retryDelayMs * 2 ** (attempts - 1));
  }

  /** Tells that a message has become a dead letter, and how many had to be dropped so far. */
  buried({ kind, id, message, reason }: DeadLetter, dropped: number): void {
    const messageType = messageTypeOf(message);
    this.#notice({ type: 'deadLetter', address: addressText({ kind, id }), messageType, reason, dropped });
  }

  /** The last failures, oldest first. */
  get lastFailures(): readonly FailureReport[] {
    return [...this.#remembered];
  }

  #escalate(kind: string, lastReason: string): void {
    const now = this.#clock.monotonic();
    let minute = this.#minutes.get(kind);
    if (!minute || now - minute.beganMs >= MINUTE_MS) {
      minute = { beganMs: now, failures: 0, told: false };
      this.#minutes.set(kind, minute);
    }
    minute.failures++;
    if (minute.told || minute.failures <= this.#limits.failuresPerMinuteMax) return;
    minute.told = true;
    this.#notice({ type: 'kindFailing', kind, failures: minute.failures, lastReason });
  }
}
