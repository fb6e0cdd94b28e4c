import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';

/** What can be asked of a project's memory of its requests. Keys and digests are hashes in hexadecimal. */
export type IdempotencyMessage =
  /** A request with a key has come: is it a new one? If so, its key is taken. */
  | { readonly type: 'begin'; readonly key: string; readonly digest: string }
  /** It was answered well; `answer` is what is told when it comes again. Sealed by the front: only who knows the key can read it. */
  | { readonly type: 'finish'; readonly key: string; readonly digest: string; readonly answer: string }
  /** It was refused: the key is free again. */
  | { readonly type: 'forget'; readonly key: string; readonly digest: string };

/** What becomes of a request with a key. */
export type Begun =
  | { readonly kind: 'new' }
  | { readonly kind: 'answered'; readonly answer: string }
  /** The first one with this key is not answered yet. */
  | { readonly kind: 'under way' }
  /** The key was used for another request. */
  | { readonly kind: 'different' };

/** The answer to `begin`; the other messages are answered with `new`. */
export type IdempotencyReply = Result<Begun, ComputeError>;

/** One actor for each project. */
export const idempotency = protocol<IdempotencyMessage, IdempotencyReply>('idempotency');
