import type { ActorKind } from '../../runtime/actor.ts';
import { handle } from './handle.ts';
import type { IdempotencyMessage } from './protocol.ts';

/** A project's memory of requests that came with a key. */
export const idempotencyKind: ActorKind<null, IdempotencyMessage> = {
  kind: 'idempotency',
  activate: () => null,
  handle,
};
