import type { ActorKind } from '../../runtime/actor.ts';
import { handle, type PrecacheListener, type PrecacheState } from './handle.ts';
import type { PrecacheMessage } from './protocol.ts';
import { precaches } from './row.ts';

/** Jobs that have images made ready on the hosts of an aggregate; `hears` is told what becomes of them. */
export const precacheKind = (hears?: PrecacheListener): ActorKind<PrecacheState, PrecacheMessage> => ({
  kind: 'precache',
  table: precaches,
  activate: () => null,
  handle: (state, message, ctx) => handle(state, message, ctx, hears),
});
