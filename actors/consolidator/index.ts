import type { ActorKind } from '../../runtime/actor.ts';
import { type ConsolidatorState, handle } from './handle.ts';
import { type ConsolidationOptions, DEFAULT_CONSOLIDATION } from './options.ts';
import type { ConsolidatorMessage } from './protocol.ts';
import { consolidations } from './row.ts';

/** Empties hosts of a cell by moving their instances together; by default it does nothing. One a cell, in its shard. */
export const consolidatorKind = (
  options: ConsolidationOptions = DEFAULT_CONSOLIDATION,
): ActorKind<ConsolidatorState, ConsolidatorMessage> => ({
  kind: 'consolidator',
  table: consolidations,
  activate: () => null,
  handle: (state, message, ctx) => handle(state, message, options, ctx),
});
