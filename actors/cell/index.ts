import type { ActorKind } from '../../runtime/actor.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../scheduler/options.ts';
import { rulesOf } from '../scheduler/rules.ts';
import type { DecisionListener } from './decision.ts';
import type { CellMessage, CellUpkeepMessage } from './protocol.ts';
import { activate, type Cell, handle } from './upkeep.ts';

/** A cell: the scheduler's view of its hosts, and the claims on them. Throws for options that name a rule there is not. */
export function cellKind(
  options: SchedulerOptions = DEFAULT_SCHEDULER_OPTIONS,
  hears?: DecisionListener,
): ActorKind<Cell, CellMessage | CellUpkeepMessage> {
  const rules = rulesOf(options);
  return { kind: 'cell', activate: (name, rows) => activate(name, rows, rules, hears), handle };
}
