import { type Activation, Activations } from './activations.ts';
import type { Address } from './address.ts';
import { Overlay } from './batch.ts';
import { type DeadLetter, deadLetterKey } from './dead-letters.ts';
import type { EffectRecord } from './effect.ts';
import { Effects } from './effects.ts';
import { type Letter, newLetter } from './mailbox.ts';
import type { AskError, EffectOutcome, ReplyTo } from './message.ts';
import { type Outgoing, Peers } from './peers.ts';
import { askersIn, Recorder, type Recording } from './recorder.ts';
import { failed } from './result.ts';
import { RunQueue } from './run-queue.ts';
import type { ShardOptions, ShardStats } from './shard-options.ts';
import { queueKey, queueSequence, readPending } from './stored.ts';
import { Supervisor } from './supervisor.ts';
import { type TimerRecord, Timers } from './timer.ts';
import type { Delivery, Link, ToClient, ToShard } from './transport.ts';

export type { ShardOptions, ShardStats } from './shard-options.ts';

/** A batch that has been computed, until its commit is durable. */
interface Sealed {
  readonly recording: Recording;
  readonly outgoing: Outgoing;
}

/**
 * A set of actors and their store: a deterministic state machine that works in batches. It takes what has arrived, runs
 * handlers until it is quiet or the batch is full, commits everything in one transaction, and only then lets replies,
 * messages and effects out. So what was acknowledged is stored, and what was not acknowledged never happened.
 */
export class Shard {
  readonly name: string;
  readonly #options: ShardOptions;
  readonly #overlay: Overlay;
  readonly #activations: Activations;
  readonly #effects: Effects;
  readonly #timers: Timers;
  readonly #supervisor: Supervisor;
  readonly #recorder: Recorder;
  readonly #clients = new Map<string, Link<ToClient, ToShard>>();
  readonly #peers: Peers;

  readonly #runQueue = new RunQueue();
  #queueSequence = 0;
  #deadLetterNumber = 0;
  #batch = 0;
  #scheduled = false;
  /** Batches whose commits are under way, oldest first. */
  readonly #sealed: Sealed[] = [];
  #state: 'running' | 'stopping' | 'stopped' = 'running';
  #onQuiet: (() => void) | null = null;
  #stopped: Promise<void> | null = null;
  #messages = 0;
  #commits = 0;

  constructor(options: ShardOptions) {
    this.#options = options;
    this.name = options.name;
    const { name: self, clock, limits, store } = options;
    this.#overlay = new Overlay(store);
    this.#activations = new Activations(options.kinds, this.#overlay);
    this.#effects = new Effects({
      clock,
      run: options.runEffect,
      laneInFlightMax: limits.laneInFlightMax,
      ended: (key, record, outcome) => this.#effectEnded(key, record, outcome),
    });
    this.#timers = new Timers(clock, (key, timer) => this.#deliverEnd('timer', key, timer, timer.message));
    this.#supervisor = new Supervisor(limits.deliveryAttemptsMax, options.notice);
    this.#recorder = new Recorder(this.#overlay, options.random);
    this.#peers = new Peers({ self, store, overlay: this.#overlay, clock, resendAfterMs: limits.resendAfterMs });
    this.#resume();
  }

  /** Serves a client: its messages are taken, its asks answered. */
  connectClient(client: string, link: Link<ToClient, ToShard>): void {
    this.#clients.set(client, link);
    link.onReceive((incoming) => this.#receive(incoming));
  }

  /** Links another shard: outgoing messages that it has not taken are sent again. */
  connectPeer(name: string, link: Link<ToShard, ToShard>): void {
    link.onReceive((incoming) => this.#receive(incoming));
    this.#peers.connect(name, link);
  }

  stats(): ShardStats {
    return {
      name: this.name,
      batches: this.#batch,
      messages: this.#messages,
      commits: this.#commits,
      failures: this.#supervisor.failures,
      queued: this.#runQueue.letters,
      active: this.#activations.counts(),
      effectsInFlight: this.#effects.count,
      timers: this.#timers.count,
    };
  }

  /** Finishes what has arrived, commits it, lets go of effects (a new start takes them up) and closes the store. */
  stop(): Promise<void> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  async #finish(): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'stopping';
      this.#effects.stop();
      this.#timers.stop();
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
        if (!this.#scheduled) this.#checkQuiet();
      });
      this.#halt();
    }
    await this.#options.store.close();
  }

  /** Stops dead, as a crash would: nothing more is computed, sent or started. For simulations of faults. */
  crash(): void {
    this.#clients.clear();
    this.#halt();
  }

  #halt(): void {
    this.#state = 'stopped';
    this.#effects.stop();
    this.#timers.stop();
    this.#peers.stop();
  }

  // --- arrivals -------------------------------------------------------------------------------------------------

  #receive(incoming: ToShard): void {
    if (this.#state === 'stopped' && incoming.type !== 'deliver') return;
    switch (incoming.type) {
      case 'deliver':
        for (const delivery of incoming.deliveries) this.#deliverFromClient(delivery);
        break;
      case 'numbered':
        // A shard that stops takes nothing more: the sender keeps it, and what follows it.
        if (this.#state !== 'running') return;
        for (const delivery of this.#peers.take(incoming.from, incoming.messages)) this.#deliverTell(delivery);
        break;
      case 'acknowledge':
        this.#peers.acknowledged(incoming.from, incoming.sequence);
        break;
    }
    // Numbers taken here belong to the batch, not to a message whose handler may throw.
    this.#overlay.keep();
    this.#schedule();
  }

  #deliverFromClient({ kind, id, message, replyTo }: Delivery): void {
    const activation = this.#activations.find(kind, id);
    const refusal = this.#refusal(kind, activation);
    // A refusal says nothing about stored state, so it need not wait for a commit.
    if (refusal) this.#answer(replyTo, refusal);
    else if (activation)
      this.#runQueue.put(activation, newLetter(replyTo ? 'ask' : 'tell', message, { asker: replyTo }));
  }

  #refusal(kind: string, activation: Activation | undefined): AskError | null {
    if (this.#state !== 'running') return { code: 'ShardStopped' };
    if (!activation) return { code: 'HandlerFailed', reason: `There is no kind of actor ${kind}.` };
    const { limits } = this.#options;
    return this.#runQueue.isFull(activation, limits)
      ? { code: 'MailboxFull', retryAfterMs: limits.retryAfterMs }
      : null;
  }

  #answer(asker: ReplyTo | null, error: AskError): void {
    if (asker) this.#clients.get(asker.client)?.send({ replies: [{ call: asker.call, reply: failed(error) }] });
  }

  #deliverTell(delivery: Delivery): void {
    const { kind, id, message, replyTo } = delivery;
    const activation = this.#activations.find(kind, id);
    const letter = newLetter('tell', message, { asker: replyTo });
    if (activation) this.#runQueue.put(activation, letter);
    else this.#bury({ kind, id }, letter, `There is no kind of actor ${kind}.`);
  }

  #effectEnded(key: string, record: EffectRecord, outcome: EffectOutcome): void {
    const { effectId, name } = record;
    this.#deliverEnd('effect', key, record, { type: 'effectEnded', effectId, name, outcome });
  }

  /** The end of an effect or timer; one that comes while the shard stops will come again after its next start. */
  #deliverEnd(source: 'effect' | 'timer', key: string, record: EffectRecord | TimerRecord, message: unknown): void {
    const activation = this.#state === 'running' ? this.#activations.find(record.kind, record.id) : undefined;
    if (!activation) return;
    this.#runQueue.put(activation, newLetter(source, message, { proof: key, record }));
    this.#schedule();
  }

  // --- batches --------------------------------------------------------------------------------------------------

  #schedule(): void {
    if (this.#scheduled || this.#state === 'stopped') return;
    if (this.#sealed.length >= this.#options.limits.commitsInFlightMax) return;
    this.#scheduled = true;
    this.#options.clock.soon(() => {
      this.#scheduled = false;
      if (this.#state !== 'stopped') this.#runBatch();
    });
  }

  #runBatch(): void {
    this.#batch++;
    const { limits, clock } = this.#options;
    this.#recorder.begin(clock.now());
    this.#runQueue.run(this.#batch, limits.batchMessagesMax, (activation, letter) => this.#handle(activation, letter));
    this.#storeLeftovers();
    this.#seal();
    this.#activations.passivate(limits.activeActorsMax, this.#batch);
    if (!this.#runQueue.isEmpty) this.#schedule();
    this.#checkQuiet();
  }

  /** Handles one letter. False: its handler threw, and it is to be tried again in a later batch. */
  #handle(activation: Activation, letter: Letter): boolean {
    if (!this.#isDue(letter)) return true;
    const { kind, id } = activation;
    const self: Address = { kind: kind.kind, id };
    this.#messages++;
    try {
      const state = this.#activations.state(activation);
      this.#recorder.open(self, letter.asker);
      if (letter.proof !== null) this.#overlay.set(letter.proof, undefined);
      const next = kind.handle(state, letter.message, this.#recorder);
      if (next !== state) {
        if (kind.table) this.#overlay.replace(kind.table, id, activation.row ?? undefined, next ?? undefined);
        activation.row = next;
        activation.state = next;
      }
      if (letter.record !== null && letter.proof !== null) this.#recorder.settled(letter.proof, letter.record);
      for (const local of this.#recorder.close()) this.#dispatch(local);
      this.#overlay.keep();
      return true;
    } catch (thrown) {
      this.#overlay.undo();
      this.#recorder.discard();
      this.#activations.invalidate(activation);
      return this.#handlerFailed(self, letter, thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  /** Whether an effect's end or a timer is still wanted: neither taken back nor replaced since it was put into the mailbox. */
  #isDue(letter: Letter): boolean {
    if (letter.record === null || letter.proof === null) return true;
    const recent = this.#overlay.recent(letter.proof);
    if (recent !== undefined) return recent === letter.record;
    const { record } = letter;
    return 'effectId' in record
      ? this.#effects.isCurrent(letter.proof, record)
      : this.#timers.isCurrent(letter.proof, record);
  }

  #handlerFailed(self: Address, letter: Letter, error: Error): boolean {
    letter.attempts++;
    if (letter.source === 'ask') {
      this.#supervisor.refused(self, letter.message, error);
      const reason = 'The request met an internal error; nothing was changed.';
      this.#recorder.fail(letter.asker, { code: 'HandlerFailed', reason });
      return true;
    }
    if (this.#supervisor.judge(self, letter.message, letter.attempts, error) === 'again') return false;
    this.#bury(self, letter, error.message);
    return true;
  }

  /** Stores a message as a dead letter, in place of whatever else would deliver it again. */
  #bury(address: Address, letter: Letter, reason: string): void {
    const atMs = this.#options.clock.now();
    const row: DeadLetter = { ...address, message: letter.message, reason, atMs };
    this.#overlay.set(deadLetterKey(atMs, ++this.#deadLetterNumber), row);
    if (letter.proof !== null) {
      this.#overlay.set(letter.proof, undefined);
      if (letter.record !== null) this.#recorder.settled(letter.proof, letter.record);
    }
    this.#overlay.keep();
    this.#recorder.fail(letter.asker, { code: 'HandlerFailed', reason });
  }

  /** Sends on what a handler told: to an actor of this shard at once, to others with the commit. */
  #dispatch(delivery: Delivery): void {
    const owner = this.#options.shardOf(delivery.kind, delivery.id);
    if (owner === this.name) this.#deliverTell(delivery);
    else this.#recorder.remote(owner, delivery);
  }

  /** What could not be handled in this batch must outlive a crash, unless its sender would repeat it or is gone, too. */
  #storeLeftovers(): void {
    for (const { activation, letter } of this.#runQueue) {
      if (letter.source !== 'tell' || letter.proof !== null) continue;
      letter.proof = queueKey(++this.#queueSequence);
      const { kind, id } = activation;
      this.#overlay.set(letter.proof, { kind: kind.kind, id, message: letter.message, replyTo: letter.asker });
    }
    this.#overlay.keep();
  }

  #seal(): void {
    const recording = this.#recorder.end();
    const outgoing = this.#peers.enclose(recording.remote);
    this.#overlay.keep();
    const sealed: Sealed = { recording, outgoing };
    if (!this.#overlay.changed && this.#sealed.length === 0) {
      this.#release(sealed);
      return;
    }
    // A batch without changes still waits for those before it: its replies may tell what they changed.
    const writes = this.#overlay.seal();
    this.#sealed.push(sealed);
    this.#commits++;
    this.#options.store.commit(writes, (error) => this.#committed(error));
  }

  /** Commits end in the order of their calls. */
  #committed(error: Error | null): void {
    if (this.#state === 'stopped') return;
    if (error) {
      this.#storeFailed(error);
      return;
    }
    const sealed = this.#sealed.shift();
    this.#overlay.settle();
    if (sealed) this.#release(sealed);
    if (this.#hasWork) this.#schedule();
    this.#checkQuiet();
  }

  /** Whether there is something for another batch. */
  get #hasWork(): boolean {
    return !this.#runQueue.isEmpty || this.#overlay.changed || this.#peers.owesAcknowledgements;
  }

  /** Lets out what a durable batch has recorded. Ends come before starts, since a start may replace an ended one. */
  #release({ recording, outgoing }: Sealed): void {
    for (const { key, record } of recording.settled) {
      if ('effectId' in record) this.#effects.settle(key, record);
      else this.#timers.end(key, record);
    }
    for (const key of recording.ended) {
      this.#effects.cancel(key);
      this.#timers.end(key);
    }
    this.#peers.release(outgoing);
    for (const [client, replies] of recording.replies) this.#clients.get(client)?.send({ replies });
    if (this.#state !== 'running') return;
    for (const { key, record } of recording.timers) this.#timers.set(key, record);
    for (const { key, record } of recording.effects) this.#effects.start(key, record);
  }

  /**
   * Nothing after a failed commit may be kept or told: the shard stops, and a new one starts from what is stored. Askers
   * that would have been answered hear that nothing was kept.
   */
  #storeFailed(error: Error): void {
    this.#halt();
    const refusal: AskError = { code: 'StoreFailed', reason: error.message };
    for (const { recording } of this.#sealed) for (const asker of askersIn(recording)) this.#answer(asker, refusal);
    for (const { letter } of this.#runQueue) if (letter.source === 'ask') this.#answer(letter.asker, refusal);
    this.#options.notice({ type: 'storeFailed', error });
    this.#onQuiet?.();
  }

  #checkQuiet(): void {
    if (!this.#onQuiet || this.#sealed.length > 0 || this.#scheduled) return;
    if (this.#hasWork) {
      this.#schedule();
      return;
    }
    this.#onQuiet();
    this.#onQuiet = null;
  }

  /** Takes up what was stored and not yet done: messages, timers, effects. */
  #resume(): void {
    const { queued, timers, effects } = readPending(this.#options.store);
    for (const { key, delivery } of queued) {
      const { kind, id, message, replyTo: asker } = delivery;
      this.#queueSequence = Math.max(this.#queueSequence, queueSequence(key));
      const activation = this.#activations.find(kind, id);
      const letter = newLetter('tell', message, { asker, proof: key });
      if (activation) this.#runQueue.put(activation, letter);
      else this.#bury({ kind, id }, letter, `There is no kind of actor ${kind}.`);
    }
    for (const { key, timer } of timers) this.#timers.set(key, timer);
    for (const { key, record } of effects) this.#effects.start(key, record);
    const counts = { effects: effects.length, timers: timers.length, messages: queued.length };
    this.#options.notice({ type: 'resumed', ...counts });
    if (queued.length > 0) this.#schedule();
  }
}
