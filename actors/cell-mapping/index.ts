import type { ActorKind } from '../../runtime/actor.ts';
import { activate, type CellMappingState, handle } from './handle.ts';
import type { CellMappingMessage } from './protocol.ts';

/** Knows which cell has which host and instance, and gives new instances to cells. One, in the api's shard. */
export const cellMappingKind: ActorKind<CellMappingState, CellMappingMessage> = {
  kind: 'cell-mapping',
  activate,
  handle,
};
