import type { Result } from '../../runtime/result.ts';
import type { ClaimRequest } from '../cell/protocol.ts';
import type { Allocation } from '../cell/row.ts';
import type { Filter } from '../scheduler/filter.ts';
import { fitOn, wantedFit } from '../scheduler/fit-wanted.ts';
import type { HostTable } from '../scheduler/host-table.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { servedOn, takenOf } from '../scheduler/served.ts';
import { type ConsolidationOptions, takesPart } from './options.ts';

/** What a plan may do. */
export type PlanLimits = Pick<ConsolidationOptions, 'hosts' | 'maxMovesPerRound' | 'emptiestBelow'>;

/** A live migration that is to be. */
export interface PlannedMove {
  readonly instanceId: string;
  readonly from: string;
  readonly to: string;
}

/** A host that was looked at: emptied by so many moves, or left as it is, and why. */
export interface ConsideredHost {
  readonly host: string;
  readonly instances: number;
  /** The part of it that is used, of vCPUs, memory and disk whichever is used most. */
  readonly used: number;
  /** Null: its instances are moved away. */
  readonly left: string | null;
}

/** What would be moved where now. */
export interface ConsolidationPlan {
  /** Hosts that take part and have instances. */
  readonly hostsInUse: number;
  /** Those of a host stand together. */
  readonly moves: readonly PlannedMove[];
  /** In the order in which they were looked at. */
  readonly considered: readonly ConsideredHost[];
}

/** An instance that may be moved while it runs. */
export interface MovableGuest {
  readonly allocation: Allocation;
  /** What it asks of another host. */
  readonly request: ClaimRequest;
}

/** All instances of a host: those that would have to be moved, and those that leave it already. */
export interface GuestsOfHost {
  readonly movable: readonly MovableGuest[];
  readonly leaving: readonly Allocation[];
}

/** The instances of a host; a failure: why it cannot be emptied. */
export type GuestsOf = (host: string) => Result<GuestsOfHost, string>;

/** Hosts that a plan gives up on before it leaves the rest for another round: each may cost some scheduler's decisions. */
const VAIN_HOSTS_MAX = 50;

interface Source {
  readonly row: number;
  readonly instances: number;
  readonly used: number;
}

/**
 * Which hosts can be emptied wholly, with the fewest moves onto hosts that are in use. Each move is put to the scheduler as
 * it would be at that point: every filter that is in force keeps the host, the server group allows it, it has the room, NUMA
 * cells and devices. No instance is moved twice, and no host is emptied that another one was emptied onto. Claims
 * nothing: what is tried in the table is taken back.
 */
export function planConsolidation(
  scheduler: Scheduler,
  guestsOf: GuestsOf,
  limits: PlanLimits,
  nowMs: number,
): ConsolidationPlan {
  const { table } = scheduler;
  const { sources, hostsInUse } = sourcesOf(table, limits);
  const trial = new Trial(scheduler, limits, nowMs);
  const considered: ConsideredHost[] = [];
  let vain = 0;
  try {
    for (const { row, instances, used } of sources) {
      if (trial.moves.length >= limits.maxMovesPerRound || vain >= VAIN_HOSTS_MAX) break;
      const host = table.name(row);
      const movesLeft = limits.maxMovesPerRound - trial.moves.length;
      const left = trial.takes(host) ? 'takes instances of another host' : emptied(trial, host, guestsOf, movesLeft);
      if (left !== null) vain++;
      considered.push({ host, instances, used, left });
    }
  } finally {
    trial.undo(0);
  }
  return { hostsInUse, moves: trial.moves, considered };
}

/** Tries to empty a host; null: that is possible, else why not. */
function emptied(trial: Trial, host: string, guestsOf: GuestsOf, movesLeft: number): string | null {
  const guests = guestsOf(host);
  if (!guests.ok) return guests.error;
  const { movable, leaving } = guests.value;
  if (movable.length > movesLeft)
    return `has ${movable.length} instances to move, more than the round has left (${movesLeft})`;
  if (trial.holdsOthers(host, [...movable.map(({ allocation }) => allocation), ...leaving]))
    return 'others than its instances have something of it';
  const before = trial.moves.length;
  // The largest first: it is the hardest to place.
  const bySize = [...movable].sort((a, b) => sizeOf(b, trial.largest) - sizeOf(a, trial.largest));
  for (const guest of bySize) {
    if (trial.move(guest)) continue;
    trial.takeBack(before);
    return `no other host in use can take instance ${guest.allocation.instanceId}`;
  }
  return null;
}

/** Hosts that may be emptied: those with the fewest instances first, of these those of which the least is used. */
function sourcesOf(table: HostTable, { hosts, emptiestBelow }: PlanLimits): { sources: Source[]; hostsInUse: number } {
  const sources: Source[] = [];
  let hostsInUse = 0;
  for (let row = 0; row < table.end; row++) {
    const instances = table.profile(row) < 0 ? 0 : table.counter('instances', row);
    if (instances === 0) continue;
    const facts = table.facts(row);
    if (!takesPart(facts, hosts)) continue;
    hostsInUse++;
    const used = usedPart(table, row);
    if (facts.available && used < emptiestBelow) sources.push({ row, instances, used });
  }
  sources.sort((a, b) => a.instances - b.instances || a.used - b.used || table.order(a.row) - table.order(b.row));
  return { sources, hostsInUse };
}

function usedPart({ vcpu, memoryMb, diskGb }: HostTable, row: number): number {
  const parts = [vcpu, memoryMb, diskGb].map(({ capacity, used }) => {
    const all = capacity[row] ?? 0;
    return all > 0 ? (used[row] ?? 0) / all : 0;
  });
  return Math.max(...parts);
}

type Size = ReturnType<HostTable['largest']>;

/** How much of the largest host an instance has, of vCPUs and memory whichever is more. */
const sizeOf = ({ allocation }: MovableGuest, largest: Size): number =>
  Math.max(
    largest.vcpus > 0 ? allocation.vcpus / largest.vcpus : 0,
    largest.memoryMib > 0 ? allocation.memoryMib / largest.memoryMib : 0,
  );

/** Moves that are tried in the table of hosts, one on top of the other. */
class Trial {
  readonly moves: PlannedMove[] = [];
  readonly largest: Size;
  readonly #scheduler: Scheduler;
  readonly #hosts: PlanLimits['hosts'];
  readonly #nowMs: number;
  /** What each move has taken from its host, and what it has put where. */
  readonly #swaps: (readonly [from: Allocation, to: Allocation])[] = [];

  constructor(scheduler: Scheduler, { hosts }: PlanLimits, nowMs: number) {
    this.#scheduler = scheduler;
    this.#hosts = hosts;
    this.#nowMs = nowMs;
    this.largest = scheduler.table.largest();
  }

  /** Whether a host is to get instances. */
  takes(host: string): boolean {
    return this.moves.some(({ to }) => to === host);
  }

  /** Whether somebody else than these instances has something of a host, such as a consumer of the Placement API. */
  holdsOthers(host: string, held: readonly Allocation[]): boolean {
    const { table } = this.#scheduler;
    const row = table.row(host) ?? -1;
    const sum = (amount: (one: Allocation) => number): number => held.reduce((all, one) => all + amount(one), 0);
    return (
      held.length < table.counter('instances', row) ||
      sum(({ vcpus }) => vcpus) < (table.vcpu.used[row] ?? 0) ||
      sum(({ memoryMib }) => memoryMib) < (table.memoryMb.used[row] ?? 0)
    );
  }

  /** Moves an instance to the fullest host that may take it; false: there is none. */
  move({ allocation, request }: MovableGuest): boolean {
    const { table, rules } = this.#scheduler;
    const { host: from, numa: _, pciDevices: __, resources: ___, others: ____, groups: _____, ...rest } = allocation;
    // It must not stand in its own way.
    this.#use(allocation, -1);
    const row = this.#scheduler.fullest(request, this.#otherInUse(from), this.#nowMs);
    if (row === undefined) {
      this.#use(allocation, 1);
      return false;
    }
    const wanted = wantedFit(request, rules.options);
    const served = servedOn(table, row, request, () => '');
    const moved: Allocation = {
      ...rest,
      ...takenOf(request, served),
      host: table.name(row),
      ...(wanted && fitOn(table, row, wanted)),
    };
    this.#use(moved, 1);
    this.#swaps.push([allocation, moved]);
    this.moves.push({ instanceId: allocation.instanceId, from, to: moved.host });
    return true;
  }

  /** Takes back all moves but the first ones. */
  takeBack(first: number): void {
    this.undo(first);
    this.moves.length = first;
  }

  /** Puts the table back as it was before all moves but the first ones. */
  undo(first: number): void {
    for (const [from, to] of this.#swaps.splice(first).reverse()) {
      this.#use(to, -1);
      this.#use(from, 1);
    }
  }

  #use(allocation: Allocation, sign: 1 | -1): void {
    const { table } = this.#scheduler;
    table.use(allocation.host, allocation, sign);
    table.groups.count(allocation.groupId, allocation.host, sign);
  }

  /** Keeps hosts that take part, are up, and have instances: one that is empty is to stay so. */
  #otherInUse(from: string): Filter {
    const { table } = this.#scheduler;
    const source = table.row(from);
    return {
      name: 'Consolidation',
      compile: () => (row) => {
        if (row === source || table.counter('instances', row) === 0) return false;
        const facts = table.facts(row);
        return facts.available && takesPart(facts, this.#hosts);
      },
      reason: () => 'has no instances',
    };
  }
}
