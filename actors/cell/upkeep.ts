import type { Context } from '../../runtime/context.ts';
import type { Reader } from '../../runtime/store.ts';
import { CELL_MAPPING_MAIN, cellMapping } from '../cell-mapping/protocol.ts';
import { type CellIdentity, cellIdentities, OWN_IDENTITY, ownCell } from '../cell-mapping/row.ts';
import type { Rules } from '../scheduler/rules.ts';
import type { DecisionListener } from './decision.ts';
import { activate as activateScheduling, type CellState, handle as schedule } from './handle.ts';
import type { CellMessage, CellUpkeepMessage } from './protocol.ts';
import { summaryOf } from './summary.ts';

/** A cell: its scheduling, and what it tells of itself in a cloud that has several. Changed in place. */
export interface Cell {
  readonly scheduling: CellState;
  /** Undefined in a cloud with one cell, where nobody asks what it has left. */
  identity: CellIdentity | undefined;
  /** Whether a summary is on its way. */
  isDue: boolean;
  /** What was told last, without its time; and when. */
  told: string;
  toldAtMs: number;
}

/** How long changes are gathered before they are told again, in milliseconds. */
const GATHER_MS = 500;
const TIMER = 'summarize';

export function activate(name: string, rows: Reader, rules?: Rules, hears?: DecisionListener): Cell {
  const own = ownCell(rows);
  const identity = own?.name === name ? own : undefined;
  return { scheduling: activateScheduling(name, rows, rules, hears), identity, isDue: false, told: '', toldAtMs: 0 };
}

/** Handles one message of a cell; what scheduling changes is told to the keeper of the mappings, gathered. */
export function handle(state: Cell, message: CellMessage | CellUpkeepMessage, ctx: Context): Cell {
  switch (message.type) {
    case 'identify':
      state.identity = { name: ctx.self.id, number: message.number };
      ctx.put(cellIdentities, OWN_IDENTITY, state.identity);
      state.told = '';
      return summarize(state, ctx);
    case 'summarize':
      return summarize(state, ctx);
    default: {
      const scheduling = schedule(state.scheduling, message, ctx);
      return summarizeSoon(scheduling === state.scheduling ? state : { ...state, scheduling }, ctx);
    }
  }
}

/** The first change is told at once, those that follow it together. */
function summarizeSoon(state: Cell, ctx: Context): Cell {
  if (state.identity === undefined || state.isDue) return state;
  if (ctx.nowMs - state.toldAtMs >= GATHER_MS) return summarize(state, ctx);
  state.isDue = true;
  ctx.setTimer(TIMER, GATHER_MS, { type: 'summarize' });
  return state;
}

function summarize(state: Cell, ctx: Context): Cell {
  state.isDue = false;
  if (state.identity === undefined) return state;
  const summary = summaryOf(state.scheduling);
  const told = JSON.stringify(summary);
  if (told === state.told) return state;
  state.told = told;
  // The first hosts of a cell are told at once.
  if (summary.hosts > 0) state.toldAtMs = ctx.nowMs;
  ctx.tell(cellMapping.at(CELL_MAPPING_MAIN), {
    type: 'summarized',
    summary: { cell: state.identity.name, atMs: ctx.nowMs, ...summary },
  });
  return state;
}
