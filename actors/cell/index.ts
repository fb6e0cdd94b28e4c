import type { ActorKind } from '../../runtime/actor.ts';
import { activate, type CellState, handle } from './handle.ts';
import type { CellMessage } from './protocol.ts';

/** A cell: the scheduler's view of its hosts, and the claims on them. */
export const cellKind: ActorKind<CellState, CellMessage> = { kind: 'cell', activate, handle };
