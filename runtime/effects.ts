import type { Cancel, Clock } from './clock.ts';
import type { EffectRecord, EffectRunner } from './effect.ts';
import { Histogram } from './histogram.ts';
import type { EffectOutcome } from './message.ts';
import { Places } from './places.ts';
import type { EffectStats } from './stats.ts';

/** An effect that has been started, or waits: first for its lane, then for its name. */
interface Pending {
  readonly key: string;
  readonly record: EffectRecord;
  readonly figures: NameFigures;
  readonly sinceMs: number;
  /** Made at the start: one that waits costs little more than its record. */
  abort: AbortController | null;
  cancelDeadline: Cancel | null;
  hasLane: boolean;
  state: 'waiting' | 'started' | 'ended';
}

/** An effect that has not been handled yet, for reports. */
export interface EffectReport {
  readonly record: EffectRecord;
  readonly state: 'waiting' | 'started' | 'ended';
  /** Milliseconds since it was stored, or taken up after a start. */
  readonly ageMs: number;
}

/** Figures of one name. */
interface NameFigures {
  inFlight: number;
  waiting: number;
  ended: number;
  failed: number;
  timedOut: number;
  readonly durationMs: Histogram;
}

/** What the effects of a shard are made of. */
export interface EffectsOptions {
  readonly clock: Clock;
  readonly run: EffectRunner;
  readonly laneInFlightMax: number;
  /** Effects under way at once, by the beginning of their names; the longest that fits counts. @default no such limit */
  readonly effectLimits?: Readonly<Record<string, number>>;
  readonly ended: (key: string, record: EffectRecord, outcome: EffectOutcome) => void;
}

/** Starts an effect. A runner that throws at once is told like one that rejects. */
function ranOrRejected(run: EffectRunner, record: EffectRecord, signal: AbortSignal): Promise<EffectOutcome> {
  try {
    return run(record, signal);
  } catch (error) {
    return Promise.reject(error);
  }
}

const laneOf = ({ lane, name }: EffectRecord): string => lane ?? name;

/**
 * The effects of a shard that are stored and not yet handled. They start only after the commit that stored them, at most
 * so many of a lane and of a name at once; one that does not end in time is aborted and reported as `TimedOut`, whatever
 * its runner still does, so that a call that never returns holds nobody up.
 *
 * An effect keeps its place in its lane while it waits for its name: so at most a lane's worth of effects of each lane
 * wait there, and a slow host cannot take all places of a name.
 */
export class Effects {
  readonly #options: EffectsOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #lanes: Places<Pending>;
  readonly #names: Places<Pending>;
  readonly #figures = new Map<string, NameFigures>();
  /** Which limit holds for a name, as far as looked up. */
  readonly #limitOf = new Map<string, string | null>();
  #stopped = false;

  constructor(options: EffectsOptions) {
    this.#options = options;
    const { laneInFlightMax, effectLimits = {} } = options;
    const isWaiting = ({ state }: Pending): boolean => !this.#stopped && state === 'waiting';
    this.#lanes = new Places({ max: () => laneInFlightMax, enter: (pending) => this.#enterLane(pending), isWaiting });
    this.#names = new Places({
      max: (limit) => effectLimits[limit] ?? Number.POSITIVE_INFINITY,
      enter: (pending) => this.#begin(pending),
      isWaiting,
    });
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

  /** The effects that have not been handled yet, oldest first. */
  *reports(): Iterable<EffectReport> {
    const now = this.#options.clock.monotonic();
    for (const { record, state, sinceMs } of this.#pending.values()) yield { record, state, ageMs: now - sinceMs };
  }

  /** Figures by name of effect. */
  stats(): Readonly<Record<string, EffectStats>> {
    const stats: Record<string, EffectStats> = {};
    for (const [name, { durationMs, ...figures }] of this.#figures) {
      stats[name] = { ...figures, durationMs: durationMs.distribution() };
    }
    return stats;
  }

  /** Starts an effect, or puts it into its lane's queue. A pending one of the same key is replaced. */
  start(key: string, record: EffectRecord): void {
    this.cancel(key);
    const sinceMs = this.#options.clock.monotonic();
    const figures = this.#figuresOf(record);
    const pending: Pending = {
      key,
      record,
      figures,
      sinceMs,
      abort: null,
      cancelDeadline: null,
      hasLane: false,
      state: 'waiting',
    };
    this.#pending.set(key, pending);
    figures.waiting++;
    if (this.#lanes.take(laneOf(record), pending)) this.#enterLane(pending);
  }

  /** Counts an effect that was done at once, which is never pending. */
  endedAtOnce(record: EffectRecord, outcome: EffectOutcome): void {
    const figures = this.#figuresOf(record);
    figures.ended++;
    if (!outcome.ok) figures.failed++;
  }

  /** Takes an effect back: aborts it, and its end is not reported. */
  cancel(key: string): void {
    const pending = this.#pending.get(key);
    if (!pending) return;
    this.#pending.delete(key);
    this.#finish(pending);
    pending.abort?.abort(new Error('taken back'));
  }

  /** Aborts everything without reporting; the rows remain, and a new start of the shard takes them up. */
  stop(): void {
    this.#stopped = true;
    for (const key of [...this.#pending.keys()]) this.cancel(key);
  }

  /** It has a place in its lane, and now needs one of its name. */
  #enterLane(pending: Pending): void {
    pending.hasLane = true;
    const limit = this.#limitFor(pending.record.name);
    if (limit === null || this.#names.take(limit, pending)) this.#begin(pending);
  }

  #begin(pending: Pending): void {
    pending.state = 'started';
    const abort = new AbortController();
    pending.abort = abort;
    const { record, figures } = pending;
    figures.waiting--;
    figures.inFlight++;
    const { clock, run } = this.#options;
    const beganMs = clock.monotonic();
    const end = (outcome: EffectOutcome): void => this.#report(pending, outcome, clock.monotonic() - beganMs);
    pending.cancelDeadline = clock.after(record.deadlineMs, () => {
      const reason = `${record.name} did not end within ${record.deadlineMs} ms`;
      end({ ok: false, error: { code: 'TimedOut', reason } });
      abort.abort(new Error(reason));
    });
    const failed = (error: unknown): void => {
      const reason = error instanceof Error ? error.message : String(error);
      end({ ok: false, error: { code: 'RunnerFailed', reason } });
    };
    ranOrRejected(run, record, abort.signal).then(end, failed);
  }

  #report(pending: Pending, outcome: EffectOutcome, tookMs: number): void {
    if (pending.state === 'ended') return;
    const { key, record, figures } = pending;
    figures.ended++;
    if (!outcome.ok) figures.failed++;
    if (!outcome.ok && outcome.error.code === 'TimedOut') figures.timedOut++;
    figures.durationMs.record(tookMs);
    this.#finish(pending);
    if (!this.#stopped && this.#pending.get(key) === pending) this.#options.ended(key, record, outcome);
  }

  /** Frees the places; those who waited for them go on. */
  #finish(pending: Pending): void {
    const { record, figures, state, hasLane } = pending;
    if (state === 'ended') return;
    pending.state = 'ended';
    pending.cancelDeadline?.();
    const limit = this.#limitFor(record.name);
    if (state === 'started') {
      figures.inFlight--;
      if (limit !== null) this.#names.free(limit);
    } else {
      figures.waiting--;
      if (!hasLane) this.#lanes.left(laneOf(record));
      else if (limit !== null) this.#names.left(limit);
    }
    if (hasLane) this.#lanes.free(laneOf(record));
  }

  #limitFor(name: string): string | null {
    let limit = this.#limitOf.get(name);
    if (limit === undefined) {
      limit = null;
      for (const prefix of Object.keys(this.#options.effectLimits ?? {})) {
        if (name.startsWith(prefix) && prefix.length > (limit?.length ?? -1)) limit = prefix;
      }
      this.#limitOf.set(name, limit);
    }
    return limit;
  }

  #figuresOf({ name }: EffectRecord): NameFigures {
    let figures = this.#figures.get(name);
    if (!figures) {
      figures = { inFlight: 0, waiting: 0, ended: 0, failed: 0, timedOut: 0, durationMs: new Histogram() };
      this.#figures.set(name, figures);
    }
    return figures;
  }
}
