import { table } from '../../runtime/table.ts';
import type { PlannedMove } from './plan.ts';

/** A live migration that has begun. */
export interface RoundMove extends PlannedMove {
  readonly requestId: string;
}

/** An instance whose moves failed. */
export interface FailedGuest {
  readonly instanceId: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Until then it is left alone. */
  readonly untilMs: number;
}

/** How the consolidation of a cell stands. */
export interface Consolidation {
  /** Moves that are under way. */
  readonly moves: readonly RoundMove[];
  readonly begunInRound: number;
  readonly failed: readonly FailedGuest[];
  /** Since the cell is there: rounds in which something was moved, moves that led where they should, and others. */
  readonly rounds: number;
  readonly moved: number;
  readonly notMoved: number;
}

/** By the name of the cell. Owned by its consolidator. */
export const consolidations = table<Consolidation>({ name: 'consolidation' });
