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

/**
 * The wall clock is looked at at least so often while timers are set. It may be set forward (a machine without a battery
 * begins in 1970), and stands still for nobody while the machine sleeps: a delay that was computed before means nothing then.
 */
const LOOK_EVERY_MS = 60_000;

/** The wall clock was set back when it has lost so much against durations; less is how clocks are kept right. */
const SET_BACK_MS = 1_000;

/** Where timers are stored. */
export const TIMER_PREFIX = 't/';

/** The key of a timer: one a name and actor. */
export const timerKey = (kind: string, id: string, name: string): string => keyOf('t', kind, id, name);

interface Entry {
  readonly key: string;
  readonly timer: TimerRecord;
  /** When it is due, by the timers' own time. */
  readonly dueMs: number;
  readonly sequence: number;
}

/**
 * The timers of a shard that are stored: a heap by due time, and one timer of the clock for the earliest. Setting or
 * ending one here follows the commit that stored it.
 *
 * Their time is that of the wall clock, but for one thing: when that is set back, it goes on. Otherwise what was to come in a
 * minute would come a day later. After a start nothing is left to tell by: stored timers are due when the wall clock says so.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: (key: string, timer: TimerRecord) => void;
  readonly #byKey = new Map<string, TimerRecord>();
  /** Those of one moment come in the order in which they were set. */
  readonly #heap = new Heap<Entry>((a, b) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence));
  #sequence = 0;
  #stopped = false;
  #cancel: Cancel | null = null;
  #armedForMs = Number.POSITIVE_INFINITY;
  /** By how much the wall clock was ahead of durations at the last look, and by how much it has been set back in all. */
  #aheadMs: number;
  #setBackMs = 0;

  constructor(clock: Clock, fire: (key: string, timer: TimerRecord) => void) {
    this.#clock = clock;
    this.#fire = fire;
    this.#aheadMs = clock.now() - clock.monotonic();
  }

  get count(): number {
    return this.#byKey.size;
  }

  /** The timers that are set, for reports. */
  records(): Iterable<TimerRecord> {
    return this.#byKey.values();
  }

  /** By how much the wall clock has been set back in all, as of now. */
  get setBackMs(): number {
    this.#look();
    return this.#setBackMs;
  }

  /** Sets a timer. `setBackMs`: as it was when the timer's time was reckoned, which may be a commit ago. */
  set(key: string, timer: TimerRecord, setBackMs = this.setBackMs): void {
    this.#byKey.set(key, timer);
    const dueMs = timer.dueMs + setBackMs;
    this.#heap.push({ key, timer, dueMs, sequence: ++this.#sequence });
    if (dueMs < this.#armedForMs) this.#arm();
    this.#tidy();
  }

  /** Whether this very timer is still set: neither ended nor replaced. It is until its message has been handled durably. */
  isCurrent(key: string, timer: TimerRecord): boolean {
    return this.#byKey.get(key) === timer;
  }

  /** Ends a timer; with `timer`, only when it has not been replaced. */
  end(key: string, timer?: TimerRecord): void {
    if (timer && !this.isCurrent(key, timer)) return;
    this.#byKey.delete(key);
    this.#tidy();
  }

  /** Ended and replaced timers stay in the heap until they come up, or until most of it is dead. */
  #tidy(): void {
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
    this.#armedForMs = first.dueMs;
    const delayMs = Math.min(LOOK_EVERY_MS, Math.max(0, first.dueMs - this.#look()));
    this.#cancel = this.#clock.after(delayMs, () => this.#run());
  }

  #run(): void {
    const now = this.#look();
    for (let { first } = this.#heap; first && first.dueMs <= now; first = this.#heap.first) {
      this.#heap.pop();
      // A replaced or ended timer is not the one that the map holds.
      if (this.#byKey.get(first.key) !== first.timer) continue;
      this.#fire(first.key, first.timer);
    }
    this.#arm();
  }

  /** The timers' own time: milliseconds since 1970, as if the wall clock had never been set back. */
  #look(): number {
    const now = this.#clock.now();
    const aheadMs = now - this.#clock.monotonic();
    if (aheadMs < this.#aheadMs - SET_BACK_MS) this.#setBackMs += this.#aheadMs - aheadMs;
    this.#aheadMs = aheadMs;
    return now + this.#setBackMs;
  }
}
