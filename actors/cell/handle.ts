import type { HostInventory } from '../../drivers/hypervisor.ts';
import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { ALLOCATION_RATIOS, HostColumns } from '../scheduler/columns.ts';
import { pickHost } from '../scheduler/pick.ts';
import type { CellMessage } from './protocol.ts';
import { type Allocation, allocations, type HostResources, hostResources } from './row.ts';

/** What a cell keeps in memory, derived from its rows. Changed in place. */
export interface CellState {
  readonly name: string;
  readonly columns: HostColumns;
}

/** Builds the columns of a cell from its rows. */
export function activate(name: string, rows: Reader): CellState {
  const columns = new HostColumns();
  for (const resources of hostResources.scan(rows)) if (resources.cell === name) setColumns(columns, resources);
  for (const allocation of allocations.scan(rows)) columns.use(allocation.host, allocation, 1);
  return { name, columns };
}

function setColumns(columns: HostColumns, { host, zone, inventory, available }: HostResources): void {
  const capacity = {
    vcpus: inventory.vcpus * ALLOCATION_RATIOS.vcpus,
    memoryMib: inventory.memoryMib * ALLOCATION_RATIOS.memoryMib,
    diskGib: inventory.diskGib * ALLOCATION_RATIOS.diskGib,
  };
  columns.set(host, zone, capacity, available);
}

/** Handles one message of a cell. Choosing a host and claiming it is one message, so no claim is lost to a race. */
export function handle(state: CellState, message: CellMessage, ctx: Context): CellState {
  switch (message.type) {
    case 'hostReported': {
      const before = hostResources.read(ctx.rows, message.host);
      const { host, zone, inventory } = message;
      if (before && before.zone === zone && sameInventory(before.inventory, inventory)) return state;
      const resources = { host, zone, inventory, cell: state.name, available: before?.available ?? true };
      ctx.put(hostResources, host, resources);
      setColumns(state.columns, resources);
      return state;
    }
    case 'hostAvailable': {
      const before = hostResources.read(ctx.rows, message.host);
      if (!before || before.available === message.available) return state;
      const resources = { ...before, available: message.available };
      ctx.put(hostResources, message.host, resources);
      setColumns(state.columns, resources);
      return state;
    }
    case 'claim':
      claim(state, message, ctx);
      return state;
    case 'release': {
      const held = allocations.read(ctx.rows, message.instanceId);
      if (held) giveBack(state, held, ctx);
      return state;
    }
  }
}

function sameInventory(a: HostInventory, b: HostInventory): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function claim(state: CellState, message: CellMessage & { type: 'claim' }, ctx: Context): void {
  const { claimId, instanceId, request, answerTo } = message;
  const answer = (host: string): void => {
    const zone = state.columns.zones[state.columns.row(host) ?? -1] ?? '';
    ctx.tell(answerTo, { type: 'claimed', claimId, outcome: ok({ host, zone }) });
  };
  const held = allocations.read(ctx.rows, instanceId);
  if (held?.claimId === claimId) {
    answer(held.host);
    return;
  }
  if (held) giveBack(state, held, ctx);
  const picked = pickHost(state.columns, request);
  if (!picked.ok) {
    ctx.tell(answerTo, { type: 'claimed', claimId, outcome: picked });
    return;
  }
  const allocation: Allocation = { instanceId, host: picked.value, claimId, ...request.demand };
  ctx.put(allocations, instanceId, allocation);
  state.columns.use(picked.value, request.demand, 1);
  answer(picked.value);
}

function giveBack(state: CellState, held: Allocation, ctx: Context): void {
  ctx.put(allocations, held.instanceId, undefined);
  state.columns.use(held.host, held, -1);
}
