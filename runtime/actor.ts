import type { Context } from './context.ts';
import type { Reader } from './store.ts';
import type { RowTable } from './table.ts';

/**
 * A kind of actor: how one is made from what is stored, and what it does with a message.
 *
 * `State` is immutable for kinds with a `table`: the runtime stores what `handle` returns whenever it is another object
 * than before. For kinds without one it is memory derived from rows that the handler writes through `ctx.put`, and may
 * be changed in place: after a handler that threw, it is thrown away and activated again.
 */
export interface ActorKind<State, Message> {
  readonly kind: string;
  /** Where the state is stored, under the actor's id. */
  readonly table?: RowTable<NonNullable<State>>;
  /** The state of an actor that becomes active: pure, from the rows alone. Called for a `table` kind only when it has no row. */
  activate(id: string, rows: Reader): State;
  /**
   * Handles one message: pure but for `ctx`, synchronous, bounded. Returns the next state; null or `undefined`
   * deletes the row. A throw is a bug: nothing of the message is kept, and whoever asked gets `HandlerFailed`.
   */
  handle(state: State, message: Message, ctx: Context): State;
  /** Longest queue of one actor, in messages. Beyond it callers get MailboxFull. @default limits.mailboxLengthMax */
  readonly mailboxLengthMax?: number;
}

/** A kind whose types are known only to itself: what the shard dispatches to. */
export type AnyActorKind = ActorKind<unknown, unknown>;

/** The kinds of actors that a shard can activate, by name. */
export type ActorKinds = ReadonlyMap<string, AnyActorKind>;

/** Collects kinds. Two of one name are a mistake of the program. */
export function actorKinds(kinds: readonly AnyActorKind[]): ActorKinds {
  const byName = new Map<string, AnyActorKind>();
  for (const kind of kinds) {
    if (byName.has(kind.kind)) throw new Error(`Two kinds of actors are called ${kind.kind}.`);
    byName.set(kind.kind, kind);
  }
  return byName;
}
