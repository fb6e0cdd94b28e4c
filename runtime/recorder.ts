import type { Address } from './address.ts';
import { assert } from './assert.ts';
import type { Overlay } from './batch.ts';
import type { Context } from './context.ts';
import type { EffectRecord, EffectRequest } from './effect.ts';
import type { AskError, ReplyTo } from './message.ts';
import type { Random } from './random.ts';
import { failed, ok } from './result.ts';
import type { Reader } from './store.ts';
import { effectKey } from './stored.ts';
import type { RowTable } from './table.ts';
import { type TimerRecord, timerKey } from './timer.ts';
import type { Delivery, ReplyDelivery } from './transport.ts';

/** An effect or timer of a batch, with its key. */
interface Keyed<Record> {
  readonly key: string;
  readonly record: Record;
}

/** What the handlers of one batch asked for, to be let out after its commit. */
export interface Recording {
  readonly replies: ReadonlyMap<string, readonly ReplyDelivery[]>;
  readonly remote: ReadonlyMap<string, readonly Delivery[]>;
  readonly effects: readonly Keyed<EffectRecord>[];
  readonly timers: readonly Keyed<TimerRecord>[];
  /** Effects and timers whose end has been handled. */
  readonly settled: readonly Keyed<EffectRecord | TimerRecord>[];
  /** Keys of effects and timers that were taken back. */
  readonly ended: readonly string[];
}

/** Everyone who is answered by a recording. */
export function* askersIn({ replies }: Recording): Iterable<ReplyTo> {
  for (const [client, calls] of replies) for (const { call } of calls) yield { client, call };
}

/** What one message asked for; kept only if its handler returns. */
class Pending {
  readonly replies: { readonly to: ReplyTo; readonly reply: unknown }[] = [];
  tells: Delivery[] = [];
  readonly effects: Keyed<EffectRecord>[] = [];
  readonly timers: Keyed<TimerRecord>[] = [];
  readonly ended: string[] = [];

  /** Most messages ask for one thing or two: setting the length of an empty array costs more than asking for it. */
  clear(): void {
    if (this.replies.length > 0) this.replies.length = 0;
    if (this.effects.length > 0) this.effects.length = 0;
    if (this.timers.length > 0) this.timers.length = 0;
    if (this.ended.length > 0) this.ended.length = 0;
  }

  takeTells(): readonly Delivery[] {
    if (this.tells.length === 0) return NOTHING;
    const tells = this.tells;
    this.tells = [];
    return tells;
  }
}

/**
 * The context of handlers: records what they ask for. One object serves all messages of a shard, so that a message costs
 * no allocation of its own; a handler must not keep it.
 */
export class Recorder implements Context {
  readonly #overlay: Overlay;
  readonly #random: Random;
  readonly #pending = new Pending();
  #self: Address = { kind: '', id: '' };
  #asker: ReplyTo | null = null;
  #nowMs = 0;

  #replies = new Map<string, ReplyDelivery[]>();
  #remote = new Map<string, Delivery[]>();
  #effects: Keyed<EffectRecord>[] = [];
  #timers: Keyed<TimerRecord>[] = [];
  #settled: Keyed<EffectRecord | TimerRecord>[] = [];
  #ended: string[] = [];

  constructor(overlay: Overlay, random: Random) {
    this.#overlay = overlay;
    this.#random = random;
  }

  // --- the batch, seen by the shard -----------------------------------------------------------------------------

  begin(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Starts a message. */
  open(self: Address, asker: ReplyTo | null): void {
    this.#self = self;
    this.#asker = asker;
  }

  /** The handler has returned: keeps what it asked for. Returns its messages, to be sent on. */
  close(): readonly Delivery[] {
    const pending = this.#pending;
    for (const { to, reply } of pending.replies) this.#reply(to, reply);
    for (const effect of pending.effects) this.#effects.push(effect);
    for (const timer of pending.timers) this.#timers.push(timer);
    for (const key of pending.ended) this.#ended.push(key);
    pending.clear();
    return pending.takeTells();
  }

  /** The handler has thrown: nothing it asked for happens. */
  discard(): void {
    this.#pending.clear();
    this.#pending.takeTells();
  }

  remote(shard: string, delivery: Delivery): void {
    const deliveries = this.#remote.get(shard);
    if (deliveries) deliveries.push(delivery);
    else this.#remote.set(shard, [delivery]);
  }

  settled(key: string, record: EffectRecord | TimerRecord): void {
    this.#settled.push({ key, record });
  }

  fail(asker: ReplyTo | null, error: AskError): void {
    if (asker) this.#deliverReply(asker, failed(error));
  }

  /** Ends the batch. Effects and timers that a later message of it took back or replaced are left out. */
  end(): Recording {
    const stands = ({ key, record }: Keyed<unknown>): boolean => this.#overlay.recent(key) === record;
    const recording: Recording = {
      replies: this.#replies,
      remote: this.#remote,
      effects: this.#effects.filter(stands),
      timers: this.#timers.filter(stands),
      settled: this.#settled,
      ended: this.#ended,
    };
    this.#replies = new Map();
    this.#remote = new Map();
    this.#effects = [];
    this.#timers = [];
    this.#settled = [];
    this.#ended = [];
    return recording;
  }

  // --- the context, seen by handlers ----------------------------------------------------------------------------

  get self(): Address {
    return this.#self;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get rows(): Reader {
    return this.#overlay;
  }

  get asker(): ReplyTo | null {
    return this.#asker;
  }

  newId(): string {
    return this.#random.uuid();
  }

  random(): number {
    return this.#random.fraction();
  }

  reply(reply: unknown): void {
    this.replyTo(this.#asker, reply);
  }

  replyTo(asker: ReplyTo | null, reply: unknown): void {
    if (asker) this.#pending.replies.push({ to: asker, reply });
  }

  tell<Message>(to: Address<Message, unknown>, message: Message): void {
    this.#pending.tells.push({ kind: to.kind, id: to.id, message, replyTo: null });
  }

  effect(request: EffectRequest): void {
    assert(Number.isFinite(request.deadlineMs), `the effect ${request.name} has a deadline`);
    const { kind, id } = this.#self;
    const key = effectKey(kind, id, request.effectId);
    const record: EffectRecord = { ...request, kind, id };
    this.#overlay.set(key, record);
    this.#pending.effects.push({ key, record });
  }

  cancelEffect(effectId: string): void {
    this.#end(effectKey(this.#self.kind, this.#self.id, effectId));
  }

  setTimer(name: string, delayMs: number, message: unknown): void {
    assert(Number.isFinite(delayMs), `the timer ${name} has a delay`);
    const { kind, id } = this.#self;
    const key = timerKey(kind, id, name);
    const record: TimerRecord = { kind, id, name, dueMs: this.#nowMs + delayMs, message };
    this.#overlay.set(key, record);
    this.#pending.timers.push({ key, record });
  }

  cancelTimer(name: string): void {
    this.#end(timerKey(this.#self.kind, this.#self.id, name));
  }

  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    this.#overlay.put(table, id, row);
  }

  #end(key: string): void {
    this.#overlay.set(key, undefined);
    this.#pending.ended.push(key);
  }

  #reply(to: ReplyTo, reply: unknown): void {
    this.#deliverReply(to, ok(reply));
  }

  #deliverReply({ client, call }: ReplyTo, reply: unknown): void {
    const replies = this.#replies.get(client);
    if (replies) replies.push({ call, reply });
    else this.#replies.set(client, [{ call, reply }]);
  }
}

const NOTHING: readonly Delivery[] = [];
