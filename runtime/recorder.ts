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

/** A timer, with how far the wall clock had been set back when its time was reckoned. */
interface KeyedTimer extends Keyed<TimerRecord> {
  readonly setBackMs: number;
}

/** What the handlers of one batch asked for, to be let out after its commit. */
export interface Recording {
  readonly replies: ReadonlyMap<string, readonly ReplyDelivery[]>;
  readonly remote: ReadonlyMap<string, readonly Delivery[]>;
  readonly effects: readonly Keyed<EffectRecord>[];
  readonly timers: readonly KeyedTimer[];
  /** Effects and timers whose end has been handled. */
  readonly settled: readonly Keyed<EffectRecord | TimerRecord>[];
  /** Keys of effects and timers that were taken back. */
  readonly ended: readonly string[];
}

/** Everyone who is answered by a recording. */
export function* askersIn({ replies }: Recording): Iterable<ReplyTo> {
  for (const [client, calls] of replies) for (const { call } of calls) yield { client, call };
}

/** To whom: what its messages are is known to the protocol alone. */
export type Told = Pick<Address, 'kind' | 'id'>;

/**
 * What one message told: the address of each and the message for it, up to `count`. One object serves all messages of a
 * shard, and its arrays are not made shorter: what they hold beyond `count` is of an earlier message.
 */
export class Tells {
  readonly to: Told[] = [];
  readonly messages: unknown[] = [];
  count = 0;

  add(to: Told, message: unknown): void {
    this.to[this.count] = to;
    this.messages[this.count++] = message;
  }

  /** Lets go of what earlier messages told. */
  forget(): void {
    this.to.length = 0;
    this.messages.length = 0;
    this.count = 0;
  }
}

/** The actor whose message is handled. */
interface Handled {
  readonly kind: { readonly kind: string };
  readonly id: string;
}

const NOBODY: Handled = { kind: { kind: '' }, id: '' };

/** What one message asked for; kept only if its handler returns. */
class Pending {
  readonly tells = new Tells();
  /** Whether there is something in the lists below: most messages only tell, or change their state. */
  hasAsked = false;
  readonly replies: { readonly to: ReplyTo; readonly reply: unknown }[] = [];
  readonly effects: Keyed<EffectRecord>[] = [];
  /** Effects that may be done at once. */
  readonly prompt: EffectRecord[] = [];
  readonly timers: KeyedTimer[] = [];
  readonly ended: string[] = [];

  /** Most messages ask for one thing or two: setting the length of an empty array costs more than asking for it. */
  clear(): void {
    if (!this.hasAsked) return;
    this.hasAsked = false;
    if (this.replies.length > 0) this.replies.length = 0;
    if (this.effects.length > 0) this.effects.length = 0;
    if (this.prompt.length > 0) this.prompt.length = 0;
    if (this.timers.length > 0) this.timers.length = 0;
    if (this.ended.length > 0) this.ended.length = 0;
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
  /** Whether effects may be done at once. */
  readonly #hasPrompt: boolean;
  /** Whose message it is. */
  #actor = NOBODY;
  #asker: ReplyTo | null = null;
  #nowMs = 0;
  #setBackMs = 0;

  #replies = new Map<string, ReplyDelivery[]>();
  #remote = new Map<string, Delivery[]>();
  #effects: Keyed<EffectRecord>[] = [];
  #timers: KeyedTimer[] = [];
  #settled: Keyed<EffectRecord | TimerRecord>[] = [];
  #ended: string[] = [];

  constructor(overlay: Overlay, random: Random, hasPrompt = false) {
    this.#overlay = overlay;
    this.#random = random;
    this.#hasPrompt = hasPrompt;
  }

  // --- the batch, seen by the shard -----------------------------------------------------------------------------

  /** `setBackMs`: by how much the wall clock has been set back so far (`Timers`). */
  begin(nowMs: number, setBackMs: number): void {
    this.#nowMs = nowMs;
    this.#setBackMs = setBackMs;
  }

  /** Starts a message. */
  open(actor: Handled, asker: ReplyTo | null): void {
    this.#actor = actor;
    this.#asker = asker;
  }

  /** The handler has returned: keeps what it asked for. Returns its messages, to be sent on before the next message; then their count is to be 0. */
  close(): Tells {
    const pending = this.#pending;
    if (!pending.hasAsked) return pending.tells;
    for (const { to, reply } of pending.replies) this.#reply(to, reply);
    for (const effect of pending.effects) this.#effects.push(effect);
    for (const timer of pending.timers) this.#timers.push(timer);
    for (const key of pending.ended) this.#ended.push(key);
    pending.clear();
    return pending.tells;
  }

  /** The effects that the handler has asked for and that may be done at once, until `close`. */
  get prompt(): readonly EffectRecord[] {
    return this.#pending.prompt;
  }

  /** Whether an effect of this id has been asked for and has not ended; `started`: how many effects are known to be under way. */
  isPending({ kind, id, effectId }: EffectRecord, started: number): boolean {
    const isPossible = started > 0 || this.#effects.length > 0 || this.#overlay.isCommitting;
    return isPossible && this.#overlay.get(effectKey(kind, id, effectId)) !== undefined;
  }

  /** Stores an effect, to be started after the commit. */
  store(record: EffectRecord): void {
    const key = effectKey(record.kind, record.id, record.effectId);
    this.#overlay.set(key, record);
    this.#pending.effects.push({ key, record });
  }

  /** The handler has thrown: nothing it asked for happens. */
  discard(): void {
    this.#pending.clear();
    this.#pending.tells.count = 0;
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
    this.#pending.tells.forget();
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
    return { kind: this.#actor.kind.kind, id: this.#actor.id };
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
    if (!asker) return;
    this.#pending.hasAsked = true;
    this.#pending.replies.push({ to: asker, reply });
  }

  tell<Message>(to: Address<Message, unknown>, message: Message): void {
    this.#pending.tells.add(to, message);
  }

  effect(request: EffectRequest): void {
    assert(Number.isFinite(request.deadlineMs), `the effect ${request.name} has a deadline`);
    const { effectId, name, args, deadlineMs, lane } = request;
    const { id } = this.#actor;
    const { kind } = this.#actor.kind;
    // Made field by field: to spread it costs as much as storing it.
    const record: EffectRecord =
      lane === undefined
        ? { effectId, name, args, deadlineMs, kind, id }
        : { effectId, name, args, deadlineMs, lane, kind, id };
    this.#pending.hasAsked = true;
    if (!this.#hasPrompt) {
      this.store(record);
      return;
    }
    this.#takeBack(request.effectId);
    this.#pending.prompt.push(record);
  }

  cancelEffect(effectId: string): void {
    this.#takeBack(effectId);
    const { kind, id } = this.self;
    this.#end(effectKey(kind, id, effectId));
  }

  setTimer(name: string, delayMs: number, message: unknown): void {
    assert(Number.isFinite(delayMs), `the timer ${name} has a delay`);
    const { kind, id } = this.self;
    const key = timerKey(kind, id, name);
    const record: TimerRecord = { kind, id, name, dueMs: this.#nowMs + delayMs, message };
    this.#overlay.set(key, record);
    this.#pending.hasAsked = true;
    this.#pending.timers.push({ key, record, setBackMs: this.#setBackMs });
  }

  cancelTimer(name: string): void {
    const { kind, id } = this.self;
    this.#end(timerKey(kind, id, name));
  }

  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    this.#overlay.put(table, id, row);
  }

  /** What the same handler has asked for under this id was not meant. */
  #takeBack(effectId: string): void {
    const { prompt } = this.#pending;
    const place = prompt.length === 0 ? -1 : prompt.findIndex((record) => record.effectId === effectId);
    if (place >= 0) prompt.splice(place, 1);
  }

  #end(key: string): void {
    this.#overlay.set(key, undefined);
    this.#pending.hasAsked = true;
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
