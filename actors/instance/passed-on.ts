import type { Address } from '../../runtime/address.ts';
import type { Context } from '../../runtime/context.ts';
import type { EffectRequest } from '../../runtime/effect.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import type { Reader } from '../../runtime/store.ts';
import type { RowTable } from '../../runtime/table.ts';

/** The context of a message that came by way of another actor: whoever asked that one is answered. */
export class PassedOn implements Context {
  readonly #ctx: Context;
  readonly asker: ReplyTo | null;

  constructor(ctx: Context, asker: ReplyTo | null) {
    this.#ctx = ctx;
    this.asker = asker;
  }

  get self(): Address {
    return this.#ctx.self;
  }

  get nowMs(): number {
    return this.#ctx.nowMs;
  }

  get rows(): Reader {
    return this.#ctx.rows;
  }

  newId(): string {
    return this.#ctx.newId();
  }

  random(): number {
    return this.#ctx.random();
  }

  reply(reply: unknown): void {
    this.#ctx.replyTo(this.asker, reply);
  }

  replyTo(asker: ReplyTo | null, reply: unknown): void {
    this.#ctx.replyTo(asker, reply);
  }

  tell<Message>(to: Address<Message, unknown>, message: Message): void {
    this.#ctx.tell(to, message);
  }

  effect(request: EffectRequest): void {
    this.#ctx.effect(request);
  }

  cancelEffect(effectId: string): void {
    this.#ctx.cancelEffect(effectId);
  }

  setTimer(name: string, delayMs: number, message: unknown): void {
    this.#ctx.setTimer(name, delayMs, message);
  }

  cancelTimer(name: string): void {
    this.#ctx.cancelTimer(name);
  }

  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    this.#ctx.put(table, id, row);
  }
}
