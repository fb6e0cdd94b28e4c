import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { planningCell } from '../cell/protocol.ts';
import { limits } from '../limits.ts';
import type { ConsolidationPlan, PlanLimits } from './plan.ts';
import { consolidator } from './protocol.ts';

/** Has hosts of a cell emptied from now on. Safe to repeat. */
export const wakeConsolidator = (system: ActorSystem, cell: string): void =>
  system.tell(consolidator.at(cell), { type: 'wake' });

/** Asks a cell what would be moved now. Moves nothing. Errors: AskError. */
export const explainMoves = (
  system: ActorSystem,
  cell: string,
  plan: PlanLimits,
): Promise<Result<ConsolidationPlan, AskError>> =>
  system.ask(planningCell.at(cell), { type: 'explainMoves', limits: plan }, { deadlineMs: limits.askMs });
