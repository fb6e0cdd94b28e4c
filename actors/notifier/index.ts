import type { ActorKind } from '../../runtime/actor.ts';
import { handle, type NotifierState } from './handle.ts';
import type { NotifierMessage } from './protocol.ts';
import { notifiers } from './row.ts';

/** Keeps notifications until a sink has taken them. */
export const notifierKind: ActorKind<NotifierState, NotifierMessage> = {
  kind: 'notifier',
  table: notifiers,
  activate: () => null,
  handle,
};
