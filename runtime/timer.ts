import type { Cancel, Clock } from './clock.ts';
import { Heap } from './heap.ts';
import { keyOf } from './key.ts';

/** A durable timer: a message to an actor at a moment. */
export interface TimerRecord {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly dueMs: number;
  readonly message: unknown;
}

/** Where timers are stored. */
export const TIMER_PREFIX = 't/';

/** The key of a timer: one a name and actor. */
export const timerKey = (kind: string, id: string, name: string): string => keyOf('t', kind, id, name);

interface Entry {
  readonly key: string;
  readonly timer: TimerRecord;
  readonly sequence: number;
}

/**
 * The timers of a shard that are stored: a heap by due time, and one timer of the clock for the earliest. Setting or
 * ending one here follows the commit that stored it.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: (key: string, timer: TimerRecord) => void;
  readonly #byKey = new Map<string, TimerRecord>();
  /** Those of one moment come in the order in which they were set. */
  readonly #heap = new Heap<Entry>(
    (a, b) => a.timer.dueMs < b.timer.dueMs || (a.timer.dueMs === b.timer.dueMs && a.sequence < b.sequence),
  );
  #sequence = 0;
  #stopped = false;
  #cancel: Cancel | null = null;
  #armedForMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, fire: (key: string, timer: TimerRecord) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  get count(): number {
    return this.#byKey.size;
  }

  set(key: string, timer: TimerRecord): void {
    this.#byKey.set(key, timer);
    this.#heap.push({ key, timer, sequence: ++this.#sequence });
    if (timer.dueMs < this.#armedForMs) this.#arm();
  }

  /** Whether this very timer is still set: neither ended nor replaced. It is until its message has been handled durably. */
  isCurrent(key: string, timer: TimerRecord): boolean {
    return this.#byKey.get(key) === timer;
  }

  /** Ends a timer; with `timer`, only when it has not been replaced. */
  end(key: string, timer?: TimerRecord): void {
    if (timer && !this.isCurrent(key, timer)) return;
    this.#byKey.delete(key);
    // Ended timers stay in the heap until they come up, or until most of it is dead.
    if (this.#heap.length <= 64 || this.#heap.length <= 2 * this.#byKey.size) return;
    this.#heap.keepOnly((entry) => this.isCurrent(entry.key, entry.timer));
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#armedForMs = Number.POSITIVE_INFINITY;
    const { first } = this.#heap;
    if (!first || this.#stopped) return;
    this.#armedForMs = first.timer.dueMs;
    this.#cancel = this.#clock.after(Math.max(0, first.timer.dueMs - this.#clock.now()), () => this.#run());
  }

  #run(): void {
    const now = this.#clock.now();
    for (let { first } = this.#heap; first && first.timer.dueMs <= now; first = this.#heap.first) {
      this.#heap.pop();
      // A replaced or ended timer is not the one that the map holds.
      if (this.#byKey.get(first.key) !== first.timer) continue;
      this.#fire(first.key, first.timer);
    }
    this.#arm();
  }
}
