import type { ReplyTo } from './message.ts';

/** A message on its way to an actor of a shard. */
export interface Delivery {
  readonly kind: string;
  readonly id: string;
  readonly message: unknown;
  /** Who waits for the reply; null for a tell. */
  readonly replyTo: ReplyTo | null;
  /** It passes ahead of what users send, and is taken when a mailbox is full of that: for what an operator asks. */
  readonly isSystem?: true;
}

/** The answer to an ask. */
export interface ReplyDelivery {
  readonly call: number;
  readonly reply: unknown;
}

/** A numbered message from another shard. Numbers have no gaps per (sender, receiver); the receiver takes each once. */
export interface Numbered {
  readonly sequence: number;
  readonly delivery: Delivery;
}

/** What crosses a link to a shard, many at a time. */
export type ToShard =
  | { readonly type: 'deliver'; readonly deliveries: readonly Delivery[] }
  /**
   * From the outbox of shard `from`: repeated until acknowledged. Everything up to `acknowledged` has been, so that it is
   * not sent any more. Without messages it asks what has been taken.
   */
  | {
      readonly type: 'numbered';
      readonly from: string;
      readonly epoch: string;
      readonly acknowledged: number;
      readonly messages: readonly Numbered[];
    }
  /**
   * Everything up to this number of an epoch has been taken durably by shard `from`; null: it takes no more of this epoch.
   * `more`: it left messages for lack of room, and asks for them now.
   */
  | {
      readonly type: 'acknowledge';
      readonly from: string;
      readonly epoch: string;
      readonly sequence: number | null;
      readonly more: boolean;
    };

/** What a shard sends back to a client. */
export interface ToClient {
  readonly replies: readonly ReplyDelivery[];
}

/**
 * A link between a shard and a client or another shard. In order, at most once: what is lost on it is repeated by the
 * outbox protocol (between shards) or ends in a time-out of the ask (from a client).
 */
export interface Link<Out, In> {
  send(out: Out): void;
  /** Sets the receiver; what arrived before is handed over then. */
  onReceive(receive: (incoming: In) => void): void;
  close(): void;
}
