import type { Result } from './result.ts';

/** Where the reply to an ask goes: a client of the system and its call. Plain data, so a handler can pass it on. */
export interface ReplyTo {
  readonly client: string;
  readonly call: number;
}

/** Why an ask got no reply of its actor. */
export type AskError =
  /** The actor's mailbox, or the shard's inbox, is full. */
  | { readonly code: 'MailboxFull'; readonly retryAfterMs: number }
  /** No reply within the deadline. The message may still have, or get, its effect. */
  | { readonly code: 'AskTimedOut'; readonly deadlineMs: number }
  /** The handler threw; nothing it did was kept. */
  | { readonly code: 'HandlerFailed'; readonly reason: string }
  /** The shard could not store the batch; nothing of it was kept. */
  | { readonly code: 'StoreFailed'; readonly reason: string }
  /** The shard is not running. */
  | { readonly code: 'ShardStopped' };

/** What the transport carries back for an ask: the actor's reply, or why there is none. */
export type AskOutcome<Reply> = Result<Reply, AskError>;

/** Tells an actor that an effect it asked for has ended. May come late: after a cancel it does not come at all. */
export interface EffectEnded {
  readonly type: 'effectEnded';
  readonly effectId: string;
  readonly name: string;
  readonly outcome: EffectOutcome;
}

/** How an effect ended. The value's shape belongs to the effect's name. */
export type EffectOutcome = Result<unknown, EffectFailure>;

/** Why an effect failed, in a form that is stored: a code, a sentence, and what the runner wants to add. */
export interface EffectFailure {
  readonly code: string;
  readonly reason: string;
}

/** The `type` of a message, for people; messages are plain data with such a field. */
export function messageTypeOf(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('type' in message)) return 'untyped';
  return typeof message.type === 'string' ? message.type : 'untyped';
}
