import type { Context } from '../../runtime/context.ts';
import { cell } from '../cell/protocol.ts';
import { instance as instanceProtocol } from '../instance/protocol.ts';
import { type Instance, instances } from '../instance/row.ts';
import { limits } from '../limits.ts';
import type { ConsolidationOptions } from './options.ts';
import type { PlannedMove } from './plan.ts';
import { type ConsolidatorMessage, consolidator } from './protocol.ts';
import type { Consolidation, FailedGuest, RoundMove } from './row.ts';

/** How things stand, or nothing yet. */
export type ConsolidatorState = Consolidation | null;

/** Who is recorded to have asked for the moves. */
export const CONSOLIDATION_USER = 'consolidation';

const ROUND_TIMER = 'round';
const LOOK_TIMER = 'moves';

const IDLE: Consolidation = { moves: [], begunInRound: 0, failed: [], rounds: 0, moved: 0, notMoved: 0 };

/**
 * Handles one message of a cell's consolidator. In a round it begins live migrations as an administrator would, a few at a
 * time, looks at the instances to see how they end, and has its cell plan the next ones as things are by then. All that it
 * knows is in its row, so that it goes on after a crash; what it has not heard of it sees at the next look.
 */
export function handle(
  before: ConsolidatorState,
  message: ConsolidatorMessage,
  options: ConsolidationOptions,
  ctx: Context,
): ConsolidatorState {
  // Moves that are under way go on; that nobody looks at them any more does not matter to them.
  if (options.hosts === 'none') return null;
  const state = before ?? IDLE;
  switch (message.type) {
    case 'wake':
      ctx.setTimer(ROUND_TIMER, options.everyMs, { type: 'round' });
      return state.moves.length > 0 ? look(state, options, ctx) : before;
    case 'round': {
      ctx.setTimer(ROUND_TIMER, options.everyMs, { type: 'round' });
      const round = look({ ...state, begunInRound: 0 }, options, ctx);
      return before === null && round.moves.length === 0 ? null : round;
    }
    case 'movesPlanned':
      return begin(before, message.moves, options, ctx);
    case 'lookAtMoves':
      return look(state, options, ctx);
  }
}

/** Sees which moves have ended, and asks for others while there may be more. */
function look(state: Consolidation, options: ConsolidationOptions, ctx: Context): Consolidation {
  let { moved, notMoved, failed } = state;
  const moves: RoundMove[] = [];
  for (const move of state.moves) {
    const found = instances.read(ctx.rows, move.instanceId);
    if (found?.operation?.requestId === move.requestId) moves.push(move);
    else if (found?.host === move.to) {
      moved++;
      failed = failed.filter(({ instanceId }) => instanceId !== move.instanceId);
    } else if (isThere(found, move)) {
      notMoved++;
      failed = withFailure(failed, move.instanceId, options, ctx.nowMs);
    }
  }
  const next = { ...state, moves, failed, moved, notMoved };
  if (roomIn(next, options) > 0) askForPlan(next, options, ctx);
  if (moves.length > 0) lookAgain(ctx);
  return next;
}

/** How many more moves may begin now. */
const roomIn = ({ moves, begunInRound }: Consolidation, options: ConsolidationOptions): number =>
  Math.min(options.maxMovesAtOnce - moves.length, options.maxMovesPerRound - begunInRound);

const lookAgain = (ctx: Context): void => ctx.setTimer(LOOK_TIMER, limits.consolidationLookMs, { type: 'lookAtMoves' });

function askForPlan({ moves, begunInRound, failed }: Consolidation, options: ConsolidationOptions, ctx: Context): void {
  const { hosts, maxMovesPerRound, emptiestBelow } = options;
  ctx.tell(cell.at(ctx.self.id), {
    type: 'planMoves',
    limits: { hosts, maxMovesPerRound: maxMovesPerRound - begunInRound, emptiestBelow },
    leftAlone: failed.filter(({ untilMs }) => untilMs > ctx.nowMs).map(({ instanceId }) => instanceId),
    underWay: moves.map(({ instanceId, from, to }) => ({ instanceId, from, to })),
    answerTo: consolidator.at(ctx.self.id),
  });
}

/** Begins the first moves of a plan; the rest of it will be planned anew. */
function begin(
  before: ConsolidatorState,
  planned: readonly PlannedMove[],
  options: ConsolidationOptions,
  ctx: Context,
): ConsolidatorState {
  const state = before ?? IDLE;
  const begun: RoundMove[] = [];
  for (const move of planned.slice(0, Math.max(0, roomIn(state, options)))) {
    const found = instances.read(ctx.rows, move.instanceId);
    if (isThere(found, move) && found.operation === null) begun.push(beginMove(found, move, ctx));
  }
  if (begun.length === 0) return before;
  lookAgain(ctx);
  return {
    ...state,
    moves: [...state.moves, ...begun],
    begunInRound: state.begunInRound + begun.length,
    rounds: state.rounds + (state.begunInRound === 0 ? 1 : 0),
  };
}

/** Whether an instance is still where a move begins. */
const isThere = (found: Instance | undefined, { from }: PlannedMove): found is Instance =>
  found !== undefined && found.deletedAtMs === null && found.host === from;

function beginMove({ id, projectId }: Instance, move: PlannedMove, ctx: Context): RoundMove {
  const requestId = `req-${ctx.newId()}`;
  const by = { userId: CONSOLIDATION_USER, projectId };
  const requester = { ...by, requestId, isAdmin: true };
  ctx.tell(instanceProtocol.at(id), { type: 'begin', operation: 'liveMigrate', host: move.to, by, requester });
  return { ...move, requestId };
}

/** Failures that are kept in mind. */
const FAILED_MAX = 1_000;
/** Doublings of the time for which an instance is left alone. */
const DOUBLINGS_MAX = 6;

function withFailure(
  all: readonly FailedGuest[],
  instanceId: string,
  { backoffMs }: ConsolidationOptions,
  nowMs: number,
): readonly FailedGuest[] {
  const failures = (all.find((one) => one.instanceId === instanceId)?.failures ?? 0) + 1;
  const untilMs = nowMs + backoffMs * 2 ** Math.min(failures - 1, DOUBLINGS_MAX);
  // One that has not been tried again for long has had its time.
  const others = all.filter((one) => one.instanceId !== instanceId && one.untilMs + backoffMs > nowMs);
  return [...others, { instanceId, failures, untilMs }].slice(-FAILED_MAX);
}
