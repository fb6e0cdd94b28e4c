import { protocol } from '../../runtime/address.ts';
import type { MovesPlanned } from '../cell/protocol.ts';

/** What the consolidator of a cell can be told. */
export type ConsolidatorMessage =
  /** At every start of the controller, where hosts are to be emptied: begin, or go on. */
  | { readonly type: 'wake' }
  /** From itself, by timer: time for another round. */
  | { readonly type: 'round' }
  /** From its cell: what is to be moved. */
  | MovesPlanned
  /** From itself, by timer: see how the moves stand, and begin others. */
  | { readonly type: 'lookAtMoves' };

export const consolidator = protocol<ConsolidatorMessage, never>('consolidator');
