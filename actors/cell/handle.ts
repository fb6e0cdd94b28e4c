import type { HostInventory } from '../../drivers/hypervisor.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import { instances } from '../instance/row.ts';
import { changePlacement, instanceReleased, type PlacementHosts } from '../placement/changes/index.ts';
import { changedHost } from '../placement/hosts.ts';
import { followReport } from '../placement/inventory.ts';
import { providers } from '../placement/row.ts';
import { noHost } from '../scheduler/explain.ts';
import type { HostTable } from '../scheduler/host-table.ts';
import { type Rules, rulesOf } from '../scheduler/rules.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { servedBy, servedOn, takenOf } from '../scheduler/served.ts';
import { keepAggregate, subscribeToAggregates } from './aggregates.ts';
import { countBuild } from './build-count.ts';
import { BusyInstances, countsBusyInstances } from './busy-instances.ts';
import { claimPort } from './claimed-port.ts';
import type { DecisionListener } from './decision.ts';
import { explained, tellDecision } from './explained.ts';
import { cardsOf, fittedOn } from './fitted.ts';
import { withHintedHosts } from './hinted-hosts.ts';
import { readImageCounts } from './image-counts.ts';
import { readHosts, refreshHost } from './known-hosts.ts';
import { mappingsOf, ownProviderOf, refreshProvider } from './known-providers.ts';
import { movesPlanned } from './planned-moves.ts';
import { claimPortDevice, releasePortDevice } from './port-devices.ts';
import type { CellMessage, ClaimAnswer, ClaimedPlace } from './protocol.ts';
import { type Allocation, allocationId, allocations, hostResources } from './row.ts';
import { releaseGroups } from './served.ts';
import { putClaim } from './stored-claim.ts';

/** What a cell keeps in memory, derived from its rows. Changed in place. */
export interface CellState {
  readonly name: string;
  /** Its hosts, and what is taken of them. */
  readonly hosts: HostTable;
  readonly scheduler: Scheduler;
  /** Null: no filter asks how busy hosts are. */
  readonly busy: BusyInstances | null;
  /** Absent: nobody hears how it decides. */
  readonly hears?: DecisionListener | undefined;
}

/** Builds the table of a cell's hosts from its rows. */
export function activate(
  name: string,
  rows: Reader,
  rules: Rules = rulesOf(),
  hears?: DecisionListener | undefined,
): CellState {
  const hosts = readHosts(name, rows);
  hosts.images = readImageCounts(rules.options, rows);
  const busy = countsBusyInstances(rules.options) ? new BusyInstances(hosts) : null;
  busy?.read(name, rows);
  return { name, hosts, scheduler: new Scheduler(hosts, rules), busy, hears };
}

/** How changes of placement come into the table. */
const placementHosts = ({ hosts }: CellState, ctx: Context): PlacementHosts => ({
  changed: (host) => refreshHost(hosts, host, ctx.rows),
  providerChanged: (id, rootId) => refreshProvider(hosts, id, rootId, ctx.rows),
  use: (host, resources, sign) => hosts.useAmounts(host, resources, sign),
  useOther: (providerId, resources, sign) => hosts.trees.use(providerId, resources, sign),
});

/** Handles one message of a cell. Choosing a host and claiming it is one message, so no claim is lost to a race. */
export function handle(state: CellState, message: CellMessage, ctx: Context): CellState {
  switch (message.type) {
    case 'hostReported': {
      subscribeToAggregates(state.name, ctx);
      const before = hostResources.read(ctx.rows, message.host);
      const { host, zone, inventory } = message;
      if (before && before.zone === zone && sameInventory(before.inventory, inventory)) return state;
      const available = before?.available ?? true;
      ctx.put(hostResources, host, { ...before, host, zone, inventory, cell: state.name, available });
      const changed = changedHost(ctx.rows, host);
      if (before && changed?.inventories) {
        const inventories = followReport(changed.inventories, before.inventory, inventory);
        ctx.put(providers, changed.id, { ...changed, inventories });
      }
      refreshHost(state.hosts, host, ctx.rows);
      return state;
    }
    case 'hostAvailable': {
      const before = hostResources.read(ctx.rows, message.host);
      if (!before || before.available === message.available) return state;
      ctx.put(hostResources, message.host, { ...before, available: message.available });
      refreshHost(state.hosts, message.host, ctx.rows);
      return state;
    }
    case 'claim':
      claim(state, message, ctx);
      return state;
    case 'suits':
      suits(state, message, ctx);
      return state;
    case 'aggregateChanged':
      for (const host of keepAggregate(state.name, state.hosts.aggregates, message, ctx))
        if (state.hosts.row(host) !== undefined) refreshHost(state.hosts, host, ctx.rows);
      return state;
    case 'settle':
      settle(state, message.instanceId, ctx);
      return state;
    case 'release':
      if (message.buildFailed)
        countBuild(state.hosts, allocations.read(ctx.rows, message.instanceId)?.host, 'failed', ctx);
      giveBack(state, allocationId(message.instanceId, 'move'), ctx);
      if (message.part === undefined) {
        giveBack(state, message.instanceId, ctx);
        state.busy?.set(message.instanceId, null);
        state.hosts.images?.delete(message.instanceId);
        instanceReleased(message.instanceId, ctx, placementHosts(state, ctx));
      }
      return state;
    case 'busy':
      state.busy?.set(message.instanceId, message.host);
      return state;
    case 'claimPortDevice':
      ctx.reply(claimPortDevice(state, message, ctx));
      return state;
    case 'releasePortDevice':
      releasePortDevice(state, message.instanceId, message.portId, ctx);
      return state;
    case 'claimPortGroups':
      ctx.reply(claimPort(state, message, ctx));
      return state;
    case 'releasePortGroups':
      releaseGroups(state, message.instanceId, message.groupIds, ctx);
      return state;
    case 'built':
      countBuild(state.hosts, message.host, 'well', ctx);
      return state;
    case 'explain':
      ctx.reply(explained(state, message, ctx));
      return state;
    case 'explainMoves':
      ctx.reply(movesPlanned(state, { type: 'planMoves', leftAlone: [], underWay: [], limits: message.limits }, ctx));
      return state;
    case 'planMoves': {
      const { moves } = movesPlanned(state, message, ctx);
      ctx.tell(message.answerTo, { type: 'movesPlanned', moves });
      return state;
    }
    case 'placement':
      ctx.reply(changePlacement(message.change, ctx, placementHosts(state, ctx), message.names));
      return state;
  }
}

function sameInventory(a: HostInventory, b: HostInventory): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function claim(state: CellState, message: CellMessage & { type: 'claim' }, ctx: Context): void {
  const { claimId, instanceId, request, part, answerTo } = message;
  const { hosts } = state;
  const id = allocationId(instanceId, part);
  const held = allocations.read(ctx.rows, id);
  if (held?.claimId === claimId) {
    ctx.tell(answerTo, { type: 'claimed', claimId, outcome: ok(withMappings(placeOf(hosts, held.host), held)) });
    return;
  }
  if (held !== undefined) giveBack(state, id, ctx);
  // Where an instance is now says nothing against its own move there: Nova's group filters leave out the one that moves.
  const own = part === 'move' ? allocations.read(ctx.rows, instanceId) : undefined;
  if (own) hosts.groups.count(own.groupId, own.host, -1);
  const outcome = decide(state, message, ctx);
  if (own) hosts.groups.count(own.groupId, own.host, 1);
  if (!outcome.ok) {
    ctx.tell(answerTo, { type: 'claimed', claimId, outcome });
    return;
  }
  const { host } = outcome.value;
  const ownId = (): string => ownProviderOf(ctx.rows, host);
  const cards = request.ports === undefined ? undefined : cardsOf(state, host, request);
  const served = cards ? servedBy(cards.match, ownId()) : servedOn(hosts, hosts.row(host) ?? -1, request, ownId);
  ctx.tell(answerTo, { type: 'claimed', claimId, outcome: ok(withMappings(outcome.value, served)) });
  const groupId = request.group?.id;
  const { resources } = request;
  const { vcpus, memoryMib, diskGib } = request.demand;
  const ordinary: Allocation = { instanceId, host, claimId, claimedAtMs: ctx.nowMs, vcpus, memoryMib, diskGib };
  const fitted = cards ? cards.fitted : fittedOn(state, host, request);
  // Most instances have nothing else: to spread that together would cost as much as the decision.
  const isOrdinary = groupId === undefined && resources === undefined && fitted === undefined && served === undefined;
  const allocation: Allocation = isOrdinary
    ? ordinary
    : {
        ...ordinary,
        ...(groupId === undefined ? {} : { groupId }),
        ...takenOf(request, served),
        ...fitted,
      };
  putClaim(ctx, id, undefined, allocation);
  if (part === undefined) hosts.images?.set(instanceId, host, request.imageProperties);
  hosts.use(host, allocation, 1);
  hosts.groups.count(groupId, host, 1);
  if (state.busy !== null && instances.read(ctx.rows, instanceId)?.vmState === 'building')
    state.busy.set(instanceId, host);
}

const withMappings = (place: ClaimedPlace, served: Pick<Allocation, 'groups'> | undefined): ClaimedPlace => {
  const mappings = mappingsOf(served?.groups);
  return mappings === undefined ? place : { ...place, mappings };
};

const placeOf = (hosts: HostTable, host: string): ClaimedPlace => {
  const row = hosts.row(host);
  if (row === undefined) return { host, zone: '' };
  const place = { host, zone: hosts.facts(row).zone };
  return hosts.counter('failedBuilds', row) > 0 ? { ...place, hasFailedBuilds: true } : place;
};

/** The host for a request as things are now, or why there is none. */
function decide(
  state: CellState,
  { type, instanceId, request: asked }: CellMessage & { type: 'claim' | 'suits' },
  ctx: Context,
): ClaimAnswer['outcome'] {
  const { hosts, scheduler } = state;
  const request = withHintedHosts(asked, ctx.rows);
  const row = scheduler.choose(request, { nowMs: ctx.nowMs, random: () => ctx.random() });
  tellDecision(state, { instanceId, what: type }, request, row === undefined ? null : hosts.name(row), ctx);
  if (row === undefined) return failed(noHost(request, scheduler.rules, hosts));
  return ok(placeOf(hosts, hosts.name(row)));
}

/** Says whether an instance could be on the host that the request names. */
function suits(state: CellState, message: CellMessage & { type: 'suits' }, ctx: Context): void {
  const { claimId, answerTo } = message;
  const outcome = decide(state, message, ctx);
  ctx.tell(answerTo, { type: 'claimed', claimId, outcome });
}

/** What was claimed for a move becomes what the instance has, and that is given back. */
function settle(state: CellState, instanceId: string, ctx: Context): void {
  const moved = allocations.read(ctx.rows, allocationId(instanceId, 'move'));
  if (!moved) return;
  giveBack(state, instanceId, ctx);
  putClaim(ctx, allocationId(instanceId, 'move'), moved, undefined);
  putClaim(ctx, instanceId, undefined, moved);
  state.hosts.images?.move(instanceId, moved.host);
}

function giveBack(state: CellState, id: string, ctx: Context): void {
  const held = allocations.read(ctx.rows, id);
  if (!held) return;
  putClaim(ctx, id, held, undefined);
  state.hosts.use(held.host, held, -1);
  state.hosts.groups.count(held.groupId, held.host, -1);
}
