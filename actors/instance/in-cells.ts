import type { Context } from '../../runtime/context.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import type { NoHost } from '../cell/protocol.ts';
import { CELL_MAPPING_MAIN, cellMapping } from '../cell-mapping/protocol.ts';
import { API_CELL, buildRequests, instanceMappings, ownCell } from '../cell-mapping/row.ts';
import { actionId, instanceActions } from './actions/row.ts';
import { keepBootData } from './boot-data.ts';
import { begin, failAtOnce } from './engine.ts';
import { handle, type InstanceState } from './handle.ts';
import { isStandIn, newInstance, standInFor } from './new-instance.ts';
import { stepId } from './operation.ts';
import { unwatch } from './overdue-watch.ts';
import { PassedOn } from './passed-on.ts';
import { type InstanceMessage, instance, type PassedOnMessage } from './protocol.ts';
import { bootData, type Instance } from './row.ts';

/**
 * Handles one message of an instance, which may be in another cell: then the message is passed on. A new instance that its cell
 * has no host for leaves it, to be given to the next one. In a cloud with one cell none of this happens.
 */
export function handleInCells(
  state: InstanceState,
  message: InstanceMessage | PassedOnMessage,
  ctx: Context,
): InstanceState {
  if (message.type === 'create') return arrive(state, message, ctx);
  const passed = message.type === 'passedOn';
  if ((state === null || isStandIn(state)) && isPassedOn(message, ctx)) return state;
  const own = passed ? message.message : message;
  const here = state !== null && isStandIn(state) ? null : state;
  const seen = passed ? new PassedOn(ctx, message.asker) : ctx;
  if (here !== null && isRefused(here, own)) return handOn(here, own.outcome.error, ctx);
  const next = handle(here, own, seen);
  // Nothing but the stand-in has been there, and nothing has come of the message.
  if (next === null && here === null) return state;
  return settled(here, next, ctx);
}

type Create = InstanceMessage & { readonly type: 'create' };

function arrive(state: InstanceState, message: Create, ctx: Context): InstanceState {
  const { given, spec, requester } = message;
  if (!given) return handle(state, message, ctx);
  // Told a second time, after stores of different moments were put together: its quota was reserved once.
  if (state !== null && !isStandIn(state)) return state;
  keepBootData(spec.id, spec.bootData, ctx);
  const instance = newInstance(spec, requester, given.createdAtMs, given.cell);
  const { failure } = given;
  if (failure === null)
    return settled(null, begin({ ...instance, handsOn: true }, 'create', requester.requestId, requester, ctx), ctx);
  ctx.tell(cellMapping.at(CELL_MAPPING_MAIN), { type: 'placed', instanceId: spec.id });
  return failAtOnce(instance, 'create', requester, { ...failure, message: failure.reason }, ctx);
}

/**
 * Sends a message on to where its instance is; false: it is nowhere else. In the api's shard the mapping says where, in a cell
 * whoever keeps the mapping is asked.
 */
function isPassedOn(message: InstanceMessage | PassedOnMessage, ctx: Context): boolean {
  const { id } = ctx.self;
  const own = ownCell(ctx.rows);
  if (own === undefined) return false;
  const passed = message.type === 'passedOn';
  const asker: ReplyTo | null = passed ? message.asker : ctx.asker;
  const original = passed ? message.message : message;
  if (own.name === API_CELL && instanceMappings.read(ctx.rows, id) !== undefined) {
    ctx.tell(instance.at(id), { type: 'passedOn', message: original, asker });
    return true;
  }
  // Where it goes is being decided by whoever keeps the mappings; or it is nowhere, whatever stood in for it here once.
  if (own.name === API_CELL && buildRequests.read(ctx.rows, id) === undefined) return false;
  const bouncedFrom = own.name !== API_CELL && passed ? own.name : null;
  ctx.tell(cellMapping.at(CELL_MAPPING_MAIN), {
    type: 'passOn',
    instanceId: id,
    message: original,
    asker,
    bouncedFrom,
  });
  return true;
}

type Refused = InstanceMessage & { readonly type: 'claimed'; readonly outcome: { readonly ok: false } };

/** Whether a message says that the cell has no host for a new instance, which has not tried any yet. */
function isRefused(state: Instance, message: InstanceMessage): message is Refused {
  if (state.handsOn !== true || message.type !== 'claimed' || message.outcome.ok) return false;
  const { operation, failedHosts } = state;
  return operation !== null && failedHosts.length === 0 && message.claimId === stepId(operation);
}

/** Leaves the cell, without a trace but in the api's store. Nothing has been claimed or made yet. */
function handOn(state: Instance, failure: NoHost, ctx: Context): InstanceState {
  const { id, operation, cell } = state;
  if (operation && operation.record === undefined)
    ctx.put(instanceActions, actionId(id, operation.startedMs, operation.requestId), undefined);
  ctx.put(bootData, id, undefined);
  unwatch('build', ctx);
  ctx.tell(cellMapping.at(CELL_MAPPING_MAIN), { type: 'notPlaced', instanceId: id, cell, failure });
  return cell === API_CELL ? standInFor(state) : null;
}

/** Tells the keeper of the mappings when an instance needs no other cell any more, and when it is deleted. */
function settled(before: InstanceState, next: InstanceState, ctx: Context): InstanceState {
  if (next === null || next === before) return next;
  const keeper = cellMapping.at(CELL_MAPPING_MAIN);
  const isDeleted = next.deletedAtMs !== null && before?.deletedAtMs === null;
  if (isDeleted && ownCell(ctx.rows) !== undefined) ctx.tell(keeper, { type: 'gone', instanceId: next.id });
  if (next.handsOn !== true || (next.host === null && next.operation?.action === 'create')) return next;
  ctx.tell(keeper, { type: 'placed', instanceId: next.id });
  return { ...next, handsOn: false };
}
