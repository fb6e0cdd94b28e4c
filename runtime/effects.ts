import type { Cancel, Clock } from './clock.ts';
import type { EffectRecord, EffectRunner } from './effect.ts';
import type { EffectOutcome } from './message.ts';

/** An effect that has been started, or waits for its lane. */
interface Pending {
  readonly key: string;
  readonly record: EffectRecord;
  readonly abort: AbortController;
  cancelDeadline: Cancel | null;
  state: 'waiting' | 'started' | 'ended';
}

/** Effects of one lane. */
interface Lane {
  inFlight: number;
  readonly waiting: Pending[];
}

/**
 * The effects of a shard that are stored and not yet handled. They start only after the commit that stored them, at most
 * so many of a lane at once; one that does not end in time is aborted and reported as `TimedOut`, whatever its
 * runner still does, so that a call that never returns holds nobody up.
 */
export class Effects {
  readonly #clock: Clock;
  readonly #run: EffectRunner;
  readonly #ended: (key: string, record: EffectRecord, outcome: EffectOutcome) => void;
  readonly #laneInFlightMax: number;
  readonly #pending = new Map<string, Pending>();
  readonly #lanes = new Map<string, Lane>();
  #stopped = false;

  constructor(options: {
    readonly clock: Clock;
    readonly run: EffectRunner;
    readonly laneInFlightMax: number;
    readonly ended: (key: string, record: EffectRecord, outcome: EffectOutcome) => void;
  }) {
    this.#clock = options.clock;
    this.#run = options.run;
    this.#laneInFlightMax = options.laneInFlightMax;
    this.#ended = options.ended;
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Whether the end of this very request is still awaited or being handled: neither taken back nor replaced. */
  isCurrent(key: string, record: EffectRecord): boolean {
    return this.#pending.get(key)?.record === record;
  }

  /** Forgets an effect whose end has been handled durably. */
  settle(key: string, record: EffectRecord): void {
    if (this.isCurrent(key, record)) this.#pending.delete(key);
  }

  /** The effects under way, for reports. */
  records(): EffectRecord[] {
    return [...this.#pending.values()].map((pending) => pending.record);
  }

  /** Starts an effect, or puts it into its lane's queue. A pending one of the same key is replaced. */
  start(key: string, record: EffectRecord): void {
    this.cancel(key);
    const pending: Pending = { key, record, abort: new AbortController(), cancelDeadline: null, state: 'waiting' };
    this.#pending.set(key, pending);
    const lane = this.#lane(record);
    if (lane.inFlight >= this.#laneInFlightMax) lane.waiting.push(pending);
    else this.#begin(lane, pending);
  }

  /** Takes an effect back: aborts it, and its end is not reported. */
  cancel(key: string): void {
    const pending = this.#pending.get(key);
    if (!pending) return;
    this.#pending.delete(key);
    this.#finish(pending);
    pending.abort.abort(new Error('taken back'));
  }

  /** Aborts everything without reporting; the rows remain, and a new start of the shard takes them up. */
  stop(): void {
    this.#stopped = true;
    for (const key of [...this.#pending.keys()]) this.cancel(key);
  }

  #lane(record: EffectRecord): Lane {
    const name = record.lane ?? record.name;
    let lane = this.#lanes.get(name);
    if (!lane) {
      lane = { inFlight: 0, waiting: [] };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  #begin(lane: Lane, pending: Pending): void {
    lane.inFlight++;
    pending.state = 'started';
    const { record, abort } = pending;
    pending.cancelDeadline = this.#clock.after(record.deadlineMs, () => {
      const reason = `${record.name} did not end within ${record.deadlineMs} ms`;
      this.#report(pending, { ok: false, error: { code: 'TimedOut', reason } });
      abort.abort(new Error(reason));
    });
    // A runner that throws at once is told like one that rejects.
    new Promise<EffectOutcome>((resolve) => resolve(this.#run(record, abort.signal))).then(
      (outcome) => this.#report(pending, outcome),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#report(pending, { ok: false, error: { code: 'RunnerFailed', reason } });
      },
    );
  }

  #report(pending: Pending, outcome: EffectOutcome): void {
    if (pending.state === 'ended') return;
    this.#finish(pending);
    if (!this.#stopped && this.#pending.get(pending.key) === pending) this.#ended(pending.key, pending.record, outcome);
  }

  /** Frees the lane's place and starts the next of the lane. */
  #finish(pending: Pending): void {
    const wasStarted = pending.state === 'started';
    pending.state = 'ended';
    pending.cancelDeadline?.();
    if (!wasStarted) return;
    const lane = this.#lane(pending.record);
    lane.inFlight--;
    while (!this.#stopped && lane.inFlight < this.#laneInFlightMax) {
      const next = lane.waiting.shift();
      if (!next) break;
      if (next.state === 'waiting') this.#begin(lane, next);
    }
    if (lane.inFlight === 0 && lane.waiting.length === 0) {
      this.#lanes.delete(pending.record.lane ?? pending.record.name);
    }
  }
}
