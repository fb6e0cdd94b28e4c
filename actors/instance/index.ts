import type { ActorKind } from '../../runtime/actor.ts';
import type { InstanceState } from './handle.ts';
import { handleInCells } from './in-cells.ts';
import type { InstanceMessage, PassedOnMessage } from './protocol.ts';
import { instances } from './row.ts';

/** An instance: its life from the request to its removal. */
export const instanceKind: ActorKind<InstanceState, InstanceMessage | PassedOnMessage> = {
  kind: 'instance',
  table: instances,
  activate: () => null,
  handle: handleInCells,
};
