import type { Activation, Activations } from './activations.ts';
import type { Address } from './address.ts';
import type { Overlay } from './batch.ts';
import type { Clock } from './clock.ts';
import type { DeadLetter, DeadLetters } from './dead-letters.ts';
import type { EffectAtOnce, EffectRecord } from './effect.ts';
import type { Effects } from './effects.ts';
import { LeftoverRows } from './leftovers.ts';
import { type Letter, newLetter } from './mailbox.ts';
import type { EffectOutcome } from './message.ts';
import type { Meter } from './meter.ts';
import type { Recorder, Tells, Told } from './recorder.ts';
import { failed } from './result.ts';
import type { Handled, Handler, RunQueue } from './run-queue.ts';
import type { DamagedRow, Reader } from './store.ts';
import { readPending } from './stored.ts';
import type { Supervisor } from './supervisor.ts';
import type { Timers } from './timer.ts';
import type { Delivery } from './transport.ts';

/** What the handling of letters works on: the parts of one shard. */
export interface HandlingParts {
  readonly shard: string;
  readonly shardOf: (kind: string, id: string, rows: Reader) => string;
  readonly clock: Clock;
  readonly overlay: Overlay;
  readonly activations: Activations;
  readonly runQueue: RunQueue;
  readonly effects: Effects;
  /** Null: effects start after the commit. */
  readonly effectAtOnce: EffectAtOnce | null;
  readonly timers: Timers;
  readonly recorder: Recorder;
  readonly supervisor: Supervisor;
  readonly deadLetters: DeadLetters;
  readonly meter: Meter;
}

/** So many ends of effects at once are handled inside each other; what goes on beyond that has turns like all else. */
const DEPTH_MAX = 8;

/**
 * One letter after the other: puts them into mailboxes, runs their handlers, keeps what these did or takes it back, and
 * sees to it that a letter that is not handled yet is not lost.
 */
export class Handling implements Handler {
  readonly #parts: HandlingParts;
  /** Those that every message needs, at hand: a message costs so little that each step on the way to them counts. */
  readonly #activations: Activations;
  readonly #meter: Meter;
  readonly #overlay: Overlay;
  readonly #recorder: Recorder;
  readonly #runQueue: RunQueue;
  readonly #leftovers: LeftoverRows;
  /** Ends of effects that the message being handled has asked for and that were done at once. */
  #endedAtOnce: object[] = [];
  /** How many messages are being handled inside each other: each but the first is such an end. */
  #depth = 0;

  constructor(parts: HandlingParts) {
    this.#parts = parts;
    this.#activations = parts.activations;
    this.#meter = parts.meter;
    this.#overlay = parts.overlay;
    this.#recorder = parts.recorder;
    this.#runQueue = parts.runQueue;
    this.#leftovers = new LeftoverRows(parts.overlay);
  }

  /** Puts a letter into a mailbox. */
  put(activation: Activation, letter: Letter): void {
    if (this.#meter.isSampled()) this.#meter.arrival(letter);
    this.#runQueue.put(activation, letter);
  }

  /** Puts a message of a user in that nobody waits for. */
  putTold(activation: Activation, message: unknown): void {
    const isSampled = this.#meter.isSampled();
    if (!isSampled && typeof message === 'object' && message !== null) {
      this.#runQueue.putMessage(activation, message);
      return;
    }
    const letter = newLetter('tell', message);
    if (isSampled) this.#meter.arrival(letter);
    this.#runQueue.put(activation, letter);
  }

  /** Puts a message that nobody waits for into its actor's mailbox; one for an unknown kind becomes a dead letter. */
  deliver(delivery: Delivery): void {
    const { message, replyTo, isSystem } = delivery;
    this.deliverLetter(delivery, newLetter('tell', message, replyTo, null, null, isSystem === true));
  }

  /** As `deliver`, for a letter that has been made already. */
  deliverLetter({ kind, id }: Address, letter: Letter): void {
    const activation = this.#activations.find(kind, id);
    if (activation) this.put(activation, letter);
    else this.#bury({ kind, id }, letter, `There is no kind of actor ${kind}.`);
  }

  /** Handles one letter. */
  handle(activation: Activation, letter: Letter): Handled {
    if (letter.record !== null && !this.#isDue(letter)) return 'handled';
    const { proof, record, message } = letter;
    const recorder = this.#recorder;
    if (letter.arrived > 0) this.#meter.begun(activation, letter);
    try {
      const state = this.#activations.state(activation);
      recorder.open(activation, letter.asker);
      if (proof !== null) this.#overlay.set(proof, undefined);
      const next = activation.kind.handle(state, message, recorder);
      if (next !== state) this.#change(activation, next);
      if (record !== null && proof !== null) recorder.settled(proof, record);
      if (letter.leftovers !== null) this.#leftovers.handled(letter);
      this.#handled(activation, message);
    } catch (thrown) {
      return this.#threw(activation, letter, thrown);
    }
    return this.#endedAtOnce.length === 0 ? 'handled' : this.#handleEnds(activation);
  }

  /** Handles a message that a user told: that which mostly happens, so nothing is done here that only a letter needs. */
  handleMessage(activation: Activation, message: object): Handled {
    const recorder = this.#recorder;
    try {
      const state = this.#activations.state(activation);
      recorder.open(activation, null);
      const next = activation.kind.handle(state, message, recorder);
      if (next !== state) this.#change(activation, next);
      this.#handled(activation, message);
    } catch (thrown) {
      return this.#threw(activation, newLetter('tell', message), thrown);
    }
    return this.#endedAtOnce.length === 0 ? 'handled' : this.#handleEnds(activation);
  }

  /**
   * Handles the end of an effect that was done at once: the actor's next message, and its turn goes on with it while all that
   * it needs is at hand. Behind what waits already it waits, too.
   */
  #handleEnds(activation: Activation): Handled {
    const ends = this.#endedAtOnce;
    this.#endedAtOnce = [];
    const [end] = ends;
    if (end !== undefined && ends.length === 1 && activation.mailbox.length === 0 && this.#depth < DEPTH_MAX) {
      this.#depth++;
      try {
        return this.handleMessage(activation, end);
      } finally {
        this.#depth--;
      }
    }
    for (const ended of ends) {
      if (activation.mailbox.length === 0) this.putTold(activation, ended);
      else this.put(activation, newLetter('tell', ended, null, null, null, true));
    }
    return 'handled';
  }

  /** Keeps an actor's new state, and writes its row. */
  #change(activation: Activation, next: unknown): void {
    const { kind, id } = activation;
    if (kind.table) {
      if (this.#overlay.row === undefined) activation.rowKey ??= kind.table.key(id);
      this.#overlay.replaceAt(activation.rowKey, kind.table, id, activation.row ?? undefined, next ?? undefined);
    }
    activation.row = next;
    activation.state = next;
    // As if it had left memory: what becomes of its next message must not depend on whether it has.
    if (kind.table && (next === null || next === undefined)) this.#activations.invalidate(activation);
  }

  /** A handler has returned: keeps what it has done, and sends on what it told. */
  #handled(activation: Activation, message: unknown): void {
    if (this.#recorder.prompt.length > 0) this.#doAtOnce();
    const tells = this.#recorder.close();
    this.#meter.ended(activation, message);
    if (tells.count > 0) this.#dispatch(tells);
    this.#overlay.keep();
  }

  /** A handler has thrown: takes back what it has done. */
  #threw(activation: Activation, letter: Letter, thrown: unknown): Handled {
    this.#overlay.undo();
    this.#recorder.discard();
    if (this.#endedAtOnce.length > 0) this.#endedAtOnce = [];
    this.#meter.ended(activation, letter.message);
    this.#activations.invalidate(activation);
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return this.#failed(activation, { kind: activation.kind.kind, id: activation.id }, letter, error);
  }

  /** Does what can be done at once of what a handler has asked for. */
  #doAtOnce(): void {
    const { effectAtOnce, effects } = this.#parts;
    const recorder = this.#recorder;
    for (const record of recorder.prompt) {
      const outcome =
        effectAtOnce === null || recorder.isPending(record, effects.count)
          ? null
          : this.#outcomeOf(effectAtOnce, record);
      if (outcome === null) {
        recorder.store(record);
        continue;
      }
      const { effectId, name } = record;
      effects.endedAtOnce(record, outcome);
      this.#endedAtOnce.push({ type: 'effectEnded', effectId, name, outcome });
    }
  }

  #outcomeOf(effectAtOnce: EffectAtOnce, record: EffectRecord): EffectOutcome | null {
    try {
      return effectAtOnce(record, this.#overlay);
    } catch (thrown) {
      return failed({ code: 'RunnerFailed', reason: messageOf(thrown) });
    }
  }

  /** Whether an effect's end or a timer is still wanted: neither taken back nor replaced since it was put into the mailbox. */
  #isDue({ proof, record }: Letter): boolean {
    if (record === null || proof === null) return true;
    const recent = this.#parts.overlay.recent(proof);
    if (recent !== undefined) return recent === record;
    return 'effectId' in record
      ? this.#parts.effects.isCurrent(proof, record)
      : this.#parts.timers.isCurrent(proof, record);
  }

  #failed(activation: Activation, self: Address, letter: Letter, error: Error): Handled {
    const { supervisor, recorder } = this.#parts;
    activation.meter.failures++;
    letter.failures = supervisor.failed(self, letter, error);
    if (letter.source === 'ask') {
      const reason = 'The request met an internal error; nothing was changed.';
      recorder.fail(letter.asker, { code: 'HandlerFailed', reason });
      return 'handled';
    }
    const retryAfterMs = supervisor.retryAfterMs(letter.failures, activation);
    if (retryAfterMs !== null) return { letter, retryAfterMs };
    this.#bury(self, letter, error.message);
    return 'handled';
  }

  /** Stores a message as a dead letter, in place of whatever else would deliver it again. */
  #bury({ kind, id }: Address, letter: Letter, reason: string): void {
    const { clock, deadLetters, meter, overlay, recorder, supervisor } = this.#parts;
    const atMs = clock.now();
    const { attempts, firstAtMs, firstReason } = letter.failures ?? {
      attempts: 0,
      firstAtMs: atMs,
      firstReason: reason,
    };
    const { message } = letter;
    const row: DeadLetter = { kind, id, message, reason, atMs, attempts, firstAtMs, firstReason };
    deadLetters.add(row);
    if (letter.proof !== null) {
      overlay.set(letter.proof, undefined);
      if (letter.record !== null) recorder.settled(letter.proof, letter.record);
    }
    this.#leftovers.handled(letter);
    overlay.keep();
    recorder.fail(letter.asker, { code: 'HandlerFailed', reason });
    supervisor.buried(row, deadLetters.dropped);
    const kindMeter = meter.kinds.get(kind);
    if (kindMeter) kindMeter.deadLetters++;
  }

  /** Sends on what a handler told: to an actor of this shard at once, to others with the commit. */
  #dispatch(tells: Tells): void {
    let last: Told | undefined;
    let activation: Activation | null = null;
    for (let n = 0; n < tells.count; n++) {
      const to = tells.to[n];
      const message = tells.messages[n];
      // Messages to one actor mostly come several at a time.
      if (to !== last && to !== undefined) activation = this.#localOrElse(to, message);
      last = to;
      if (activation !== null) this.putTold(activation, message);
      // Each of them by itself: what cannot be sent on is no reason to keep the next one back.
      else last = undefined;
    }
    tells.count = 0;
  }

  /** The actor of this shard that a message is for. When there is none, sends it to another shard or buries it, and returns null. */
  #localOrElse(to: Told, message: unknown): Activation | null {
    const { shard, shardOf } = this.#parts;
    let owner: string;
    try {
      owner = shardOf(to.kind, to.id, this.#overlay);
    } catch (error) {
      // The sender's handler has returned, and its answer stands.
      this.#bury(to, newLetter('tell', message), messageOf(error));
      return null;
    }
    if (owner !== shard) {
      this.#recorder.remote(owner, { kind: to.kind, id: to.id, message, replyTo: null });
      return null;
    }
    const activation = this.#activations.find(to.kind, to.id);
    if (!activation) this.#bury(to, newLetter('tell', message), `There is no kind of actor ${to.kind}.`);
    return activation ?? null;
  }

  /** Ends a batch: what it could not handle is stored with it. */
  storeLeftovers(): void {
    this.#leftovers.store(this.#runQueue);
  }

  /** Takes up what was stored and not yet done: messages, timers, effects. Returns how many of each. Damaged ones are told and left. */
  resume(
    store: Reader,
    damaged: (row: DamagedRow) => void,
  ): { readonly effects: number; readonly timers: number; readonly messages: number } {
    const { queued, timers, effects } = readPending(store, damaged);
    let messages = 0;
    for (const stored of queued) {
      const leftovers = this.#leftovers.resumed(stored);
      stored.deliveries.forEach((delivery, place) => {
        const { message, replyTo, isSystem } = delivery;
        const letter = newLetter('tell', message, replyTo, null, null, isSystem === true);
        letter.leftovers = leftovers;
        letter.place = place;
        this.deliverLetter(delivery, letter);
      });
      messages += stored.deliveries.length;
    }
    for (const { key, timer } of timers) this.#parts.timers.set(key, timer);
    for (const { key, record } of effects) this.#parts.effects.start(key, record);
    return { effects: effects.length, timers: timers.length, messages };
  }
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
