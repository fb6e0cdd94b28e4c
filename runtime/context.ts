import type { Address } from './address.ts';
import type { EffectRequest } from './effect.ts';
import type { ReplyTo } from './message.ts';
import type { Reader } from './store.ts';
import type { RowTable } from './table.ts';

/**
 * What a handler may do besides computing. Everything is recorded and leaves the shard only after the batch has been
 * committed; when the handler throws, nothing of it happens.
 */
export interface Context {
  /** The actor that handles the message. */
  readonly self: Address;
  /** The moment of the batch: milliseconds since 1970. */
  readonly nowMs: number;
  /** Rows as they stand after all messages handled so far. */
  readonly rows: Reader;
  /** Whoever asked; null when the message was a tell. May be passed on: any actor of the system may answer with `replyTo`. */
  readonly asker: ReplyTo | null;
  /** A new UUID. */
  newId(): string;
  /** A number in [0, 1), not for secrets. */
  random(): number;
  /** Answers the ask being handled. Does nothing for a tell. */
  reply(reply: unknown): void;
  /** Answers an ask that was passed on. An asker that is gone is not an error. */
  replyTo(asker: ReplyTo | null, reply: unknown): void;
  /** Sends a message. Between two actors messages keep their order; each is handled effectively once. */
  tell<Message>(to: Address<Message, unknown>, message: Message): void;
  /** Asks for something outside. Its end comes back as an `effectEnded` message, also after a crash. */
  effect(request: EffectRequest): void;
  /** Takes an effect back: it is aborted, and its end is not told. */
  cancelEffect(effectId: string): void;
  /** Sends `message` to this actor after `delayMs`, once, also after a crash. A timer of the same name is replaced. */
  setTimer(name: string, delayMs: number, message: unknown): void;
  /** Ends a timer; harmless when there is none. */
  cancelTimer(name: string): void;
  /** Writes a row of a table that this kind of actor owns; `undefined` deletes it. */
  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void;
}
