import { addressText } from './address.ts';
import type { Clock } from './clock.ts';
import type { SlowHandler } from './meter.ts';
import type { ShardNotice } from './notice.ts';

/** How often slow handlers of one kind and type of message are told at most: a kind that is always slow must not flood the log. */
const TOLD_EVERY_MS = 10_000;

/** Tells of handlers that held up their shard. */
export class SlowHandlers {
  readonly #clock: Clock;
  readonly #notice: (notice: ShardNotice) => void;
  /** By kind and type of message: when it was told last, and how many slow ones there were since. */
  readonly #told = new Map<string, { atMs: number; others: number }>();

  constructor(clock: Clock, notice: (notice: ShardNotice) => void) {
    this.#clock = clock;
    this.#notice = notice;
  }

  /** Tells of one, or counts it for the next time. */
  tell({ activation: { kind, id }, messageType, tookMs }: SlowHandler): void {
    const now = this.#clock.monotonic();
    const key = `${kind.kind} ${messageType}`;
    const last = this.#told.get(key);
    if (last && now - last.atMs < TOLD_EVERY_MS) {
      last.others++;
      return;
    }
    this.#told.set(key, { atMs: now, others: 0 });
    const address = addressText({ kind: kind.kind, id });
    this.#notice({ type: 'slowHandler', address, messageType, tookMs, others: last?.others ?? 0 });
  }
}
