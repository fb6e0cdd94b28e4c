import type { Address } from '../../runtime/address.ts';
import { Overlay } from '../../runtime/batch.ts';
import { realClock } from '../../runtime/clock.ts';
import type { Context } from '../../runtime/context.ts';
import type { EffectRequest } from '../../runtime/effect.ts';
import type { RowTable } from '../../runtime/table.ts';
import { MemoryStore } from '../../storage/memory-store.ts';

/** A timer that a handler has set. */
interface SetTimer {
  readonly name: string;
  readonly delayMs: number;
  readonly message: unknown;
}

/** A context that keeps what a handler asks for, so that one call tests it. Rows that it writes can be read at once. */
export class RecordingContext implements Context {
  readonly self: Address;
  readonly rows = new Overlay(new MemoryStore(realClock));
  readonly asker = { client: 'test', call: 1 };
  nowMs = 1_000_000;
  readonly replies: unknown[] = [];
  readonly tells: { readonly to: string; readonly message: unknown }[] = [];
  readonly effects: EffectRequest[] = [];
  readonly cancelledEffects: string[] = [];
  readonly timers: SetTimer[] = [];
  readonly cancelledTimers: string[] = [];
  #ids = 0;

  constructor({ kind, id }: Pick<Address, 'kind' | 'id'>) {
    this.self = { kind, id };
  }

  newId(): string {
    this.#ids++;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  random(): number {
    return 0.5;
  }

  reply(reply: unknown): void {
    this.replies.push(reply);
  }

  replyTo(_asker: unknown, reply: unknown): void {
    this.replies.push(reply);
  }

  tell<Message>(to: Address<Message, unknown>, message: Message): void {
    this.tells.push({ to: `${to.kind}/${to.id}`, message });
  }

  effect(request: EffectRequest): void {
    this.effects.push(request);
  }

  cancelEffect(effectId: string): void {
    this.cancelledEffects.push(effectId);
  }

  setTimer(name: string, delayMs: number, message: unknown): void {
    this.timers.push({ name, delayMs, message });
  }

  cancelTimer(name: string): void {
    this.cancelledTimers.push(name);
  }

  put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    this.rows.put(table, id, row);
  }

  /** Messages told to an actor, in order. */
  toldTo(to: string): readonly unknown[] {
    return this.tells.filter((tell) => tell.to === to).map(({ message }) => message);
  }
}
