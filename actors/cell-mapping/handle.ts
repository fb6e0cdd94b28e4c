import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { cell } from '../cell/protocol.ts';
import { instance } from '../instance/protocol.ts';
import type { Candidate } from './choose.ts';
import { place, placed, placeElsewhere } from './place.ts';
import type { CellMappingMessage, CellMappingReply } from './protocol.ts';
import {
  API_CELL,
  CELL_0,
  type CellMapping,
  cellMappings,
  cellOfInstance,
  cellSummaries,
  hostMappings,
  instanceMappings,
} from './row.ts';

/** The cells with what they have left, derived from the rows. Changed in place. */
export type CellMappingState = Map<string, Candidate>;

export function activate(_id: string, rows: Reader): CellMappingState {
  const state: CellMappingState = new Map();
  for (const mapping of cellMappings.scan(rows))
    state.set(mapping.name, { mapping, summary: cellSummaries.read(rows, mapping.name) ?? null });
  return state;
}

/** Handles one message of the keeper of the mappings. */
export function handle(state: CellMappingState, message: CellMappingMessage, ctx: Context): CellMappingState {
  switch (message.type) {
    case 'ensureCells':
      ensureCells(state, message.cells, ctx);
      ctx.reply(ok(null));
      return state;
    case 'createCell':
      ctx.reply(createCell(state, message.cell, message.disabled, ctx));
      return state;
    case 'changeCell':
      ctx.reply(changeCell(state, message, ctx));
      return state;
    case 'deleteCell':
      ctx.reply(deleteCell(state, message.cell, message.force, ctx));
      return state;
    case 'deleteHost':
      ctx.reply(deleteHost(message.cell, message.host, ctx));
      return state;
    case 'place':
      place(state, message, ctx);
      return state;
    case 'summarized': {
      const { summary } = message;
      const known = state.get(summary.cell);
      if (!known) return state;
      known.summary = summary;
      ctx.put(cellSummaries, summary.cell, summary);
      return state;
    }
    case 'placed':
      placed(message.instanceId, ctx);
      return state;
    case 'notPlaced':
      placeElsewhere(state, message, ctx);
      return state;
    case 'gone':
      placed(message.instanceId, ctx);
      ctx.put(instanceMappings, message.instanceId, undefined);
      return state;
    case 'passOn': {
      const { instanceId, bouncedFrom, asker } = message;
      if (bouncedFrom !== null && cellOfInstance(ctx.rows, instanceId) === bouncedFrom) {
        ctx.replyTo(asker, failed({ code: 'InstanceNotFound', instanceId }));
        return state;
      }
      ctx.tell(instance.at(instanceId), { type: 'passedOn', message: message.message, asker });
      return state;
    }
    default:
      return assertNever(message);
  }
}

function ensureCells(
  state: CellMappingState,
  wanted: (CellMappingMessage & { type: 'ensureCells' })['cells'],
  ctx: Context,
): void {
  for (const { name, hosts: names } of wanted) {
    const { number } = state.get(name)?.mapping ?? added(state, name, false, ctx);
    for (const host of names) if (!hostMappings.read(ctx.rows, host)) ctx.put(hostMappings, host, { host, cell: name });
    ctx.tell(cell.at(name), { type: 'identify', number });
  }
}

/** Makes a cell known, with a number that no other one has or had. */
function added(state: CellMappingState, name: string, disabled: boolean, ctx: Context): CellMapping {
  const numbers = [...state.values()].map(({ mapping }) => mapping.number);
  const number = name === API_CELL ? 0 : 1 + Math.max(0, ...numbers);
  const mapping = { name, number, uuid: ctx.newId(), disabled, stopped: false, createdAtMs: ctx.nowMs };
  state.set(name, { mapping, summary: null });
  ctx.put(cellMappings, name, mapping);
  return mapping;
}

function createCell(state: CellMappingState, name: string, disabled: boolean, ctx: Context): CellMappingReply {
  if (name === CELL_0 || name === API_CELL || state.has(name)) return failed({ code: 'CellExists', cell: name });
  added(state, name, disabled, ctx);
  return ok(null);
}

function changeCell(
  state: CellMappingState,
  { cell: name, change }: CellMappingMessage & { type: 'changeCell' },
  ctx: Context,
): CellMappingReply {
  const known = state.get(name);
  if (!known) return failed({ code: 'CellNotFound', cell: name });
  if (name === API_CELL && change.stopped === true) return failed({ code: 'CellInUse', cell: name, what: 'api' });
  const mapping = { ...known.mapping, ...change };
  state.set(name, { ...known, mapping });
  ctx.put(cellMappings, name, mapping);
  return ok(null);
}

function deleteCell(state: CellMappingState, name: string, force: boolean, ctx: Context): CellMappingReply {
  if (!state.has(name)) return failed({ code: 'CellNotFound', cell: name });
  if (name === API_CELL) return failed({ code: 'CellInUse', cell: name, what: 'api' });
  for (const _ of instanceMappings.ids(ctx.rows, 'byCell', [name], { limit: 1 }))
    return failed({ code: 'CellInUse', cell: name, what: 'instances' });
  const mapped = [...hostMappings.ids(ctx.rows, 'byCell', [name])];
  if (mapped.length > 0 && !force) return failed({ code: 'CellInUse', cell: name, what: 'hosts' });
  for (const host of mapped) ctx.put(hostMappings, host, undefined);
  ctx.put(cellMappings, name, undefined);
  ctx.put(cellSummaries, name, undefined);
  state.delete(name);
  return ok(null);
}

function deleteHost(cellName: string, host: string, ctx: Context): CellMappingReply {
  if (hostMappings.read(ctx.rows, host)?.cell !== cellName)
    return failed({ code: 'HostNotMapped', cell: cellName, host });
  ctx.put(hostMappings, host, undefined);
  return ok(null);
}
