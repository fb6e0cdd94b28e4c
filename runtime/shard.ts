import { Activations } from './activations.ts';
import type { Address } from './address.ts';
import { Overlay } from './batch.ts';
import type { Cancel } from './clock.ts';
import { Commits, type OpenBatch, type Sealed } from './commits.ts';
import { DeadLetters } from './dead-letters.ts';
import type { EffectRecord } from './effect.ts';
import { Effects } from './effects.ts';
import { Handling, type HandlingParts } from './handling.ts';
import { newLetter } from './mailbox.ts';
import type { AskError, EffectOutcome, ReplyTo } from './message.ts';
import { Meter } from './meter.ts';
import { Operations } from './operations.ts';
import { Peers } from './peers.ts';
import { askersIn, Recorder } from './recorder.ts';
import { failed } from './result.ts';
import { RunQueue } from './run-queue.ts';
import type { ShardOptions } from './shard-options.ts';
import { type ActorReport, inspectActor, reportOf, type ShardReport } from './shard-report.ts';
import { statsOf } from './shard-stats.ts';
import { SlowHandlers } from './slow-handlers.ts';
import type { ShardStats } from './stats.ts';
import { type DamagedRow, UnsafeStoreError } from './store.ts';
import { Supervisor } from './supervisor.ts';
import { type TimerRecord, Timers } from './timer.ts';
import type { Delivery, Link, ToClient, ToShard } from './transport.ts';

export type { ShardOptions } from './shard-options.ts';
export type { ShardStats } from './stats.ts';

/**
 * A set of actors and their store: a deterministic state machine that works in batches. It takes what has arrived, runs
 * handlers until it is quiet or the batch is full, commits everything in one transaction, and only then lets replies,
 * messages and effects out. So what was acknowledged is stored, and what was not acknowledged never happened.
 */
export class Shard {
  readonly name: string;
  readonly #options: ShardOptions;
  readonly #parts: HandlingParts;
  readonly #handling: Handling;
  readonly #commits: Commits;
  readonly #peers: Peers;
  readonly #operations: Operations;
  readonly #clients = new Map<string, Link<ToClient, ToShard>>();

  #batch = 0;
  #open: OpenBatch | null = null;
  #scheduled = false;
  #state: 'running' | 'stopping' | 'stopped' = 'running';
  #onQuiet: (() => void) | null = null;
  #stopped: Promise<void> | null = null;
  #cancelSweep: Cancel | null = null;
  /** The number of the last batch before the last look for idle actors. */
  #sweptBatch = 0;

  constructor(options: ShardOptions) {
    this.#options = options;
    this.name = options.name;
    const { name: self, clock, limits, store, random, notice, kinds, shardOf } = options;
    const overlay = new Overlay(store);
    const slow = new SlowHandlers(clock, notice);
    const meter = new Meter(kinds, clock, limits.slowHandlerMs, (handler) => slow.tell(handler));
    this.#parts = {
      shard: self,
      shardOf,
      clock,
      overlay,
      meter,
      activations: new Activations(kinds, overlay, meter.kinds),
      runQueue: new RunQueue((activation, forMs) => this.#wakeAfter(forMs, activation)),
      effects: new Effects({
        clock,
        run: options.runEffect,
        laneInFlightMax: limits.laneInFlightMax,
        ...(options.effectLimits ? { effectLimits: options.effectLimits } : {}),
        ended: (key, record, outcome) => this.#effectEnded(key, record, outcome),
      }),
      effectAtOnce: options.effectAtOnce ?? null,
      timers: new Timers(clock, (key, timer) => this.#deliverEnd('timer', key, timer, timer.message)),
      recorder: new Recorder(overlay, random, options.effectAtOnce !== undefined),
      supervisor: new Supervisor(limits, clock, notice),
      deadLetters: new DeadLetters(overlay, limits.deadLettersMax),
    };
    this.#handling = new Handling(this.#parts);
    this.#operations = new Operations(this.#parts.deadLetters, this.#handling);
    this.#commits = new Commits({
      store,
      overlay,
      clock,
      durationMs: meter.commitMs,
      durable: (sealed) => this.#durable(sealed),
      failed: (error, lost) => this.#storeFailed(error, lost),
    });
    this.#peers = new Peers({ self, store, overlay, clock, random, limits, notice });
    const damaged = ({ message, key }: DamagedRow) => notice({ type: 'log', level: 'error', message, fields: { key } });
    notice({ type: 'resumed', ...this.#handling.resume(store, damaged) });
    if (this.#hasWork) this.#schedule();
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

  /** Figures since the start, for metrics. */
  stats(): ShardStats {
    const own = { name: this.name, state: this.#state, batches: this.#batch, commits: this.#commits.count };
    return { ...own, outbox: this.#peers.lengths(), ...statsOf(this.#parts) };
  }

  /** What is before the shard now, for people. */
  report(): ShardReport {
    const { inFlight: batchesInFlight, oldestMs: oldestCommitMs } = this.#commits;
    const own = {
      name: this.name,
      state: this.#state,
      atMs: this.#options.clock.now(),
      batchesInFlight,
      oldestCommitMs,
    };
    return { ...own, outbox: this.#peers.lengths(), ...reportOf(this.#parts) };
  }

  /** What one actor has, ahead of whatever waits in its mailbox; undefined when there is no such kind. */
  inspect(address: Pick<Address, 'kind' | 'id'>): ActorReport | undefined {
    return inspectActor(this.#parts, this.#options.store, address);
  }

  /**
   * Sends a dead letter to its actor again, as a message that has never failed. Resolves after the commit that deletes
   * the letter and handles the message, or stores it as still to be handled: whether there was such a letter. Rejects
   * when the shard stops first.
   */
  retryDeadLetter(key: string): Promise<boolean> {
    return this.#operate('retry', key);
  }

  /** Deletes a dead letter. Resolves after the commit: whether there was one. Rejects when the shard stops first. */
  dropDeadLetter(key: string): Promise<boolean> {
    return this.#operate('drop', key);
  }

  #operate(what: 'retry' | 'drop', key: string): Promise<boolean> {
    if (this.#state !== 'running') return Promise.reject(new Error('The shard has stopped.'));
    const answer = this.#operations.add(what, key);
    this.#schedule();
    return answer;
  }

  /** Finishes what has arrived, commits it, lets go of effects (a new start takes them up) and closes the store. */
  stop(): Promise<void> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  async #finish(): Promise<void> {
    if (this.#state === 'running') {
      this.#state = 'stopping';
      this.#parts.effects.stop();
      this.#parts.timers.stop();
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
        if (!this.#scheduled) this.#checkQuiet();
      });
      // Behind a message that is tried again later: that one is stored, but who asked must hear something.
      this.#refuseWaiting({ code: 'ShardStopped' });
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
    this.#parts.effects.stop();
    this.#parts.timers.stop();
    this.#peers.stop();
    this.#cancelSweep?.();
    const lost = new Error('The shard has stopped.');
    for (const { answers } of this.#commits.stop()) for (const answer of answers) answer.lost(lost);
    for (const answer of this.#open?.answers ?? []) answer.lost(lost);
    this.#open = null;
    this.#operations.stop(lost);
  }

  // --- arrivals -------------------------------------------------------------------------------------------------

  #receive(incoming: ToShard): void {
    if (incoming.type === 'deliver') {
      const isLaden = this.#isLaden;
      for (const delivery of incoming.deliveries) this.#admit(delivery, isLaden);
    } else {
      // A shard that stops takes nothing more: the sender keeps it, and what follows it.
      if (this.#state === 'stopped' || (this.#state === 'stopping' && incoming.type === 'numbered')) return;
      const { shardQueueMax, peerQueueReserve } = this.#options.limits;
      const room = shardQueueMax + peerQueueReserve - this.#parts.runQueue.letters;
      for (const delivery of this.#peers.take(incoming, room)) this.#handling.deliver(delivery);
    }
    // Numbers taken here belong to the batch, not to a message whose handler may throw.
    this.#parts.overlay.keep();
    this.#schedule();
  }

  /** Whether so much is stored and not yet done that callers may not add to it. */
  get #isLaden(): boolean {
    const { outboxLengthMax, effectsPendingMax } = this.#options.limits;
    return this.#parts.effects.count >= effectsPendingMax || this.#peers.unacknowledged >= outboxLengthMax;
  }

  /** Takes a client's message, or refuses it: an ask is answered, a tell dropped. */
  #admit({ kind, id, message, replyTo, isSystem }: Delivery, isLaden: boolean): void {
    const { limits } = this.#options;
    const { runQueue, activations, meter } = this.#parts;
    if (this.#state !== 'running') {
      this.#answer(replyTo, { code: 'ShardStopped' });
      return;
    }
    const isFull = !isSystem && (isLaden || runQueue.letters >= limits.shardQueueMax);
    // A full shard makes no activation for a message that it does not take.
    const activation = isFull ? undefined : activations.find(kind, id);
    if (activation) {
      const { mailbox } = activation;
      const length = isSystem ? mailbox.systemLength : mailbox.length;
      if (length < (activation.kind.mailboxLengthMax ?? limits.mailboxLengthMax)) {
        if (replyTo !== null || isSystem === true) {
          const source = replyTo ? 'ask' : 'tell';
          this.#handling.put(activation, newLetter(source, message, replyTo, null, null, isSystem === true));
        } else this.#handling.putTold(activation, message);
        return;
      }
    } else if (!isFull) {
      this.#answer(replyTo, { code: 'HandlerFailed', reason: `There is no kind of actor ${kind}.` });
      return;
    }
    const kindMeter = meter.kinds.get(kind);
    if (kindMeter) kindMeter.refused++;
    // A refusal says nothing about stored state, so it need not wait for a commit.
    this.#answer(replyTo, { code: 'MailboxFull', retryAfterMs: limits.retryAfterMs });
  }

  #answer(asker: ReplyTo | null, error: AskError): void {
    if (asker) this.#clients.get(asker.client)?.send({ replies: [{ call: asker.call, reply: failed(error) }] });
  }

  #effectEnded(key: string, record: EffectRecord, outcome: EffectOutcome): void {
    const { effectId, name } = record;
    this.#deliverEnd('effect', key, record, { type: 'effectEnded', effectId, name, outcome });
  }

  /** The end of an effect or timer; one that comes while the shard stops will come again after its next start. */
  #deliverEnd(source: 'effect' | 'timer', key: string, record: EffectRecord | TimerRecord, message: unknown): void {
    if (this.#state !== 'running') return;
    this.#handling.deliverLetter(record, newLetter(source, message, null, key, record, true));
    this.#schedule();
  }

  #wakeAfter(forMs: number, activation: Parameters<RunQueue['wake']>[0]): void {
    this.#options.clock.after(forMs, () => {
      if (this.#state !== 'running') return;
      this.#parts.runQueue.wake(activation);
      this.#schedule();
    });
  }

  // --- batches --------------------------------------------------------------------------------------------------

  #schedule(): void {
    if (this.#scheduled || this.#state === 'stopped') return;
    if (this.#commits.inFlight >= this.#options.limits.commitsInFlightMax) return;
    this.#scheduled = true;
    this.#options.clock.soon(() => {
      this.#scheduled = false;
      if (this.#state !== 'stopped') this.#runBatch();
    });
  }

  #runBatch(): void {
    const { limits, clock } = this.#options;
    const { recorder, runQueue, meter, activations, timers } = this.#parts;
    if (this.#open === null) this.#batch++;
    const open = this.#open ?? { messages: 0, answers: [] };
    this.#open = open;
    meter.beginRun();
    recorder.begin(clock.now(), timers.setBackMs);
    open.answers.push(...this.#operations.run());
    open.messages += runQueue.run(this.#batch, limits.batchMessagesMax - open.messages, this.#handling);
    meter.endRun();
    const isFull = !runQueue.isEmpty || open.messages >= limits.batchMessagesMax;
    // Its commit would wait for the one under way: so it waits itself, and becomes larger.
    if (isFull || this.#commits.inFlight === 0) this.#seal(open);
    activations.passivate(limits.activeActorsMax, limits.memoryBudgetBytes, this.#batch);
    this.#sweepLater();
    if (this.#hasWork) this.#schedule();
    this.#checkQuiet();
  }

  /** Ends the running batch and hands it to the store. */
  #seal({ messages, answers }: OpenBatch): void {
    const { recorder, runQueue, overlay, meter } = this.#parts;
    this.#open = null;
    meter.endBatch(messages);
    this.#handling.storeLeftovers();
    const recording = recorder.end();
    const outgoing = this.#peers.enclose(recording.remote, runQueue.letters < this.#options.limits.shardQueueMax);
    overlay.keep();
    this.#commits.add({ recording, outgoing, answers });
  }

  /** Looks for idle actors from time to time, as long as there are actors in memory. */
  #sweepLater(): void {
    const { clock, limits } = this.#options;
    if (this.#cancelSweep || !Number.isFinite(limits.idleAfterMs) || !this.#parts.activations.hasPassivable) return;
    this.#cancelSweep = clock.after(limits.idleAfterMs, () => {
      this.#cancelSweep = null;
      if (this.#state === 'stopped') return;
      this.#parts.activations.passivateIdle(this.#sweptBatch);
      this.#sweptBatch = this.#batch;
      this.#sweepLater();
    });
  }

  /** Whether there is something for another batch. */
  get #hasWork(): boolean {
    const { runQueue, overlay } = this.#parts;
    if (!runQueue.isEmpty || this.#operations.isWaiting) return true;
    // What is only to be stored can wait for the commit under way.
    return this.#commits.inFlight === 0 && (this.#open !== null || overlay.changed || this.#peers.hasWork);
  }

  #durable(sealed: Sealed): void {
    this.#release(sealed);
    if (this.#hasWork) this.#schedule();
    this.#checkQuiet();
  }

  /** Lets out what a durable batch has recorded. Ends come before starts, since a start may replace an ended one. */
  #release({ recording, outgoing, answers }: Sealed): void {
    const { effects, timers } = this.#parts;
    for (const { key, record } of recording.settled) {
      if ('effectId' in record) effects.settle(key, record);
      else timers.end(key, record);
    }
    for (const key of recording.ended) {
      effects.cancel(key);
      timers.end(key);
    }
    this.#peers.release(outgoing);
    for (const [client, replies] of recording.replies) this.#clients.get(client)?.send({ replies });
    for (const answer of answers) answer.kept();
    if (this.#state !== 'running') return;
    for (const { key, record, setBackMs } of recording.timers) timers.set(key, record, setBackMs);
    for (const { key, record } of recording.effects) effects.start(key, record);
  }

  /**
   * Nothing after a failed commit may be kept or told: the shard stops, and a new one starts from what is stored. Askers
   * that would have been answered hear that nothing was kept.
   */
  #storeFailed(error: Error, lost: readonly Sealed[]): void {
    const refusal: AskError = { code: 'StoreFailed', reason: error.message };
    for (const { recording, answers } of lost) {
      for (const asker of askersIn(recording)) this.#answer(asker, refusal);
      for (const answer of answers) answer.lost(error);
    }
    if (this.#open) for (const asker of askersIn(this.#parts.recorder.end())) this.#answer(asker, refusal);
    this.#refuseWaiting(refusal);
    this.#halt();
    this.#options.notice({ type: 'storeFailed', error, isProcessUnsafe: error instanceof UnsafeStoreError });
    this.#onQuiet?.();
  }

  /** Answers the asks that wait in mailboxes. */
  #refuseWaiting(refusal: AskError): void {
    for (const { letter } of this.#parts.runQueue) if (letter.source === 'ask') this.#answer(letter.asker, refusal);
  }

  #checkQuiet(): void {
    if (!this.#onQuiet || this.#commits.inFlight > 0 || this.#scheduled) return;
    if (this.#hasWork) {
      this.#schedule();
      return;
    }
    this.#onQuiet();
    this.#onQuiet = null;
  }
}
