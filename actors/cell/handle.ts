import type { HostInventory } from '../../drivers/hypervisor.ts';
import type { Context } from '../../runtime/context.ts';
import { ok } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { ALLOCATION_RATIOS, HostColumns } from '../scheduler/columns.ts';
import { GroupMembers } from '../scheduler/group-members.ts';
import { pickHost } from '../scheduler/pick.ts';
import type { CellMessage } from './protocol.ts';
import { type Allocation, allocationId, allocations, type HostResources, hostResources } from './row.ts';

/** What a cell keeps in memory, derived from its rows. Changed in place. */
export interface CellState {
  readonly name: string;
  readonly columns: HostColumns;
  /** How many servers of a group each host has. */
  readonly groups: GroupMembers;
}

/** Builds the columns of a cell from its rows. */
export function activate(name: string, rows: Reader): CellState {
  const columns = new HostColumns();
  for (const resources of hostResources.scan(rows)) if (resources.cell === name) setColumns(columns, resources);
  const groups = new GroupMembers();
  for (const allocation of allocations.scan(rows)) {
    columns.use(allocation.host, allocation, 1);
    groups.count(allocation.groupId, allocation.host, 1);
  }
  return { name, columns, groups };
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
    case 'settle':
      settle(state, message.instanceId, ctx);
      return state;
    case 'release':
      giveBack(state, allocationId(message.instanceId, 'move'), ctx);
      if (message.part === undefined) giveBack(state, message.instanceId, ctx);
      return state;
  }
}

function sameInventory(a: HostInventory, b: HostInventory): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function claim(state: CellState, message: CellMessage & { type: 'claim' }, ctx: Context): void {
  const { claimId, instanceId, request, part, answerTo } = message;
  const id = allocationId(instanceId, part);
  const answer = (host: string): void => {
    const zone = state.columns.zones[state.columns.row(host) ?? -1] ?? '';
    ctx.tell(answerTo, { type: 'claimed', claimId, outcome: ok({ host, zone }) });
  };
  const held = allocations.read(ctx.rows, id);
  if (held?.claimId === claimId) {
    answer(held.host);
    return;
  }
  giveBack(state, id, ctx);
  const groupId = request.group?.id;
  // Where an instance is now says nothing against its own move there: Nova's group filters leave out the one that moves.
  const own = part === 'move' ? allocations.read(ctx.rows, instanceId) : undefined;
  if (own) state.groups.count(own.groupId, own.host, -1);
  const picked = pickHost(state.columns, request, state.groups.hostsOf(groupId));
  if (own) state.groups.count(own.groupId, own.host, 1);
  if (!picked.ok) {
    ctx.tell(answerTo, { type: 'claimed', claimId, outcome: picked });
    return;
  }
  const claimed = { instanceId, host: picked.value, claimId, ...request.demand };
  const allocation: Allocation = groupId === undefined ? claimed : { ...claimed, groupId };
  ctx.put(allocations, id, allocation);
  state.columns.use(picked.value, request.demand, 1);
  state.groups.count(groupId, picked.value, 1);
  answer(picked.value);
}

/** What was claimed for a move becomes what the instance has, and that is given back. */
function settle(state: CellState, instanceId: string, ctx: Context): void {
  const moved = allocations.read(ctx.rows, allocationId(instanceId, 'move'));
  if (!moved) return;
  giveBack(state, instanceId, ctx);
  ctx.put(allocations, allocationId(instanceId, 'move'), undefined);
  ctx.put(allocations, instanceId, moved);
}

function giveBack(state: CellState, id: string, ctx: Context): void {
  const held = allocations.read(ctx.rows, id);
  if (!held) return;
  ctx.put(allocations, id, undefined);
  state.columns.use(held.host, held, -1);
  state.groups.count(held.groupId, held.host, -1);
}
