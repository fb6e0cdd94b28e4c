import inspector from 'node:inspector';
import type { Cancel, Clock } from '../clock.ts';
import type { MainHangPlan } from './main-watch.ts';

/** What a thread needs to show that it is alive, and to see that the main thread is. Plain data. */
export interface HeartbeatData {
  readonly buffer: SharedArrayBuffer;
  /** This thread's number, from 0. */
  readonly thread: number;
  /** A heartbeat that stands still for so long is a hang, in milliseconds. */
  readonly hangMs: number;
  /** What to do when the main thread hangs. Null: that is the program's own business. */
  readonly mainHang: MainHangPlan | null;
}

/** A program that is looked at with a debugger stands still, which is no hang. */
export const isDebugged = (): boolean => inspector.url() !== undefined;

/** Words of the shared memory, before those of the threads. */
const MAIN = 0;
const DEBUGGED = 1;
const CLAIMED = 2;
const FIRST_THREAD = 3;

/**
 * Counters in shared memory, one a thread: whoever's event loop turns makes its own go on; one that stands still tells
 * of a handler that does not return. Nothing is posted and nobody is woken up to look.
 */
export class Heartbeats {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Makes the counters of a main thread and so many others. */
  static of(threads: number): Heartbeats {
    return new Heartbeats(new SharedArrayBuffer((FIRST_THREAD + threads) * Int32Array.BYTES_PER_ELEMENT));
  }

  beatMain(isDebugged: boolean): void {
    Atomics.add(this.#words, MAIN, 1);
    Atomics.store(this.#words, DEBUGGED, isDebugged ? 1 : 0);
  }

  beat(thread: number): void {
    Atomics.add(this.#words, FIRST_THREAD + thread, 1);
  }

  /** A thread is about to be started: it is watched from its first beat on. */
  reset(thread: number): void {
    Atomics.store(this.#words, FIRST_THREAD + thread, 0);
  }

  get main(): number {
    return Atomics.load(this.#words, MAIN);
  }

  /** 0: not yet. */
  beatsOf(thread: number): number {
    return Atomics.load(this.#words, FIRST_THREAD + thread);
  }

  /** Whether a debugger was attached to the process at the last beat of the main thread. */
  get isDebugged(): boolean {
    return Atomics.load(this.#words, DEBUGGED) === 1;
  }

  /** True for the first caller only, on whatever thread: one of many watchers is to act. */
  claim(): boolean {
    return Atomics.compareExchange(this.#words, CLAIMED, 0, 1) === 0;
  }
}

/** How often a thread's heart beats, and how often it is looked at: often enough to tell the limit, and at most 4 times a second. */
export const beatEveryMs = (hangMs: number): number => Math.min(250, hangMs / 8);

/** Calls `run` again and again, with at least `everyMs` between. */
export function repeat(clock: Clock, everyMs: number, run: () => void): Cancel {
  let cancel: Cancel = () => {};
  const next = (): void => {
    cancel = clock.after(everyMs, () => {
      next();
      run();
    });
  };
  next();
  return () => cancel();
}

/** Beats for the thread that calls it. */
export function beatInThread({ buffer, thread, hangMs }: HeartbeatData, clock: Clock): Cancel {
  const heartbeats = new Heartbeats(buffer);
  heartbeats.beat(thread);
  return repeat(clock, beatEveryMs(hangMs), () => heartbeats.beat(thread));
}

/**
 * How long a heartbeat has stood still while its watcher was awake itself. A look that comes late counts as two looks
 * at most: when the machine was suspended, the process paused or the processor taken by others, the watcher was late, too.
 */
export class Staleness {
  readonly #everyMs: number;
  #beat = 0;
  #lookedAtMs: number;
  #staleMs = 0;

  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs;
    this.#lookedAtMs = nowMs;
  }

  /** Milliseconds for which `beat` has been what it is. 0 for a heart that has not begun to beat. */
  look(beat: number, nowMs: number): number {
    const elapsedMs = nowMs - this.#lookedAtMs;
    this.#lookedAtMs = nowMs;
    this.#staleMs = beat === 0 || beat !== this.#beat ? 0 : this.#staleMs + Math.min(elapsedMs, 2 * this.#everyMs);
    this.#beat = beat;
    return this.#staleMs;
  }

  /** Forgives what has been seen so far. */
  reset(): void {
    this.#staleMs = 0;
  }
}
