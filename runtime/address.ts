/** Phantom key: carries the protocol of an actor in the type of its address, and nothing at run time. */
declare const protocolOf: unique symbol;

/**
 * The address of an actor: its kind and its id within the kind. Plain data, so it can be stored and sent.
 * `Message` is what may be sent there, `Reply` what an ask is answered with.
 */
export interface Address<Message = unknown, Reply = unknown> {
  readonly kind: string;
  readonly id: string;
  readonly [protocolOf]?: (message: Message) => Reply;
}

/** A kind of actor as seen by its callers: a name, and the types of its messages and replies. */
export interface Protocol<Message, Reply = never> {
  readonly kind: string;
  /** The address of one actor of this kind. It need not exist yet: actors are activated by their first message. */
  at(id: string): Address<Message, Reply>;
}

/** Declares a kind of actor for callers. Kinds are lower-case words; the name is part of stored keys and never changes. */
export function protocol<Message, Reply = never>(kind: string): Protocol<Message, Reply> {
  return { kind, at: (id) => ({ kind, id }) };
}

/** An address as one string, for logs, maps and dead letters. */
export const addressText = (address: Address): string => `${address.kind}/${address.id}`;
