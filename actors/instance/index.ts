import type { ActorKind } from '../../runtime/actor.ts';
import { handle, type InstanceState } from './handle.ts';
import type { InstanceMessage } from './protocol.ts';
import { instances } from './row.ts';

/** An instance: its life from the request to its removal. */
export const instanceKind: ActorKind<InstanceState, InstanceMessage> = {
  kind: 'instance',
  table: instances,
  activate: () => null,
  handle,
};
