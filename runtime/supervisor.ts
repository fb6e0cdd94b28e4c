import { type Address, addressText } from './address.ts';

/** What a shard tells of itself, for logs and metrics. Plain data. */
export type ShardNotice =
  | { readonly type: 'handlerFailed'; readonly address: string; readonly messageType: string; readonly error: Error }
  | { readonly type: 'deadLetter'; readonly address: string; readonly messageType: string; readonly reason: string }
  | { readonly type: 'storeFailed'; readonly error: Error }
  /** A line for the log from what the program put into the shard's thread, such as a driver. */
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'resumed'; readonly effects: number; readonly timers: number; readonly messages: number };

/** The `type` of a message, for people; messages are plain data with such a field. */
function messageTypeOf(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('type' in message)) return 'untyped';
  return typeof message.type === 'string' ? message.type : 'untyped';
}

/**
 * Counts failures of handlers and decides what becomes of a message that failed: an ask is answered with the failure;
 * anything else is tried again in a later batch, and after the last attempt it becomes a dead letter, so that one bad
 * message never stops a shard.
 */
export class Supervisor {
  readonly #attemptsMax: number;
  readonly #notice: (notice: ShardNotice) => void;
  failures = 0;

  constructor(attemptsMax: number, notice: (notice: ShardNotice) => void) {
    this.#attemptsMax = attemptsMax;
    this.#notice = notice;
  }

  /** Judges a failed message that nobody waits for. `attempts` counts this failure. */
  judge(address: Address, message: unknown, attempts: number, error: Error): 'again' | 'deadLetter' {
    this.failures++;
    const messageType = messageTypeOf(message);
    this.#notice({ type: 'handlerFailed', address: addressText(address), messageType, error });
    if (attempts < this.#attemptsMax) return 'again';
    this.#notice({ type: 'deadLetter', address: addressText(address), messageType, reason: error.message });
    return 'deadLetter';
  }

  /** Counts a failed ask: its asker is told, nothing is tried again. */
  refused(address: Address, message: unknown, error: Error): void {
    this.failures++;
    const messageType = messageTypeOf(message);
    this.#notice({ type: 'handlerFailed', address: addressText(address), messageType, error });
  }
}
