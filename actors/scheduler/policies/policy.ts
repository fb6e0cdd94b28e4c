import type { ClaimRequest } from '../../cell/protocol.ts';
import type { HostTable } from '../host-table.ts';

/**
 * What is left of vCPUs, memory and disk, and when the host's instances were claimed, on the average (in the future, when
 * there are none). vCPUs after the allocation ratio; memory and disk as
 * they are. Numbers and not objects: this is asked for thousands of hosts a decision.
 */
export type CostOf = (vcpus: number, memoryMib: number, diskGib: number, claimedAtMs: number) => number;

/** A number for which no host of a box costs less, from what its hosts have at least and at most, before the instance. */
export type CostBound = (
  vcpusMin: number,
  vcpusMax: number,
  memoryMibMin: number,
  memoryMibMax: number,
  diskGibMin: number,
  diskGibMax: number,
  claimedAtMsMin: number,
) => number;

/** A policy made ready for one request. The host that costs the least is chosen; among equals the one registered first. */
export interface Costs {
  /** What it costs to use a host that has this before the instance comes. */
  readonly of: CostOf;
  readonly bound: CostBound;
  /** What is added for hosts of a profile, at least 0; absent: nothing. */
  readonly ofProfile?: (profile: number) => number;
}

/** A way of choosing among the hosts that pass all filters, in place of Nova's weights. */
export interface Policy {
  readonly name: string;
  compile(request: ClaimRequest, hosts: HostTable, nowMs: number): Costs;
}

/** What it costs to use the host of a row. */
export const costOfRow = ({ of, ofProfile }: Costs, hosts: HostTable, row: number): number =>
  of(
    hosts.weight('freeVcpus', row),
    hosts.weight('freeMemoryMib', row),
    hosts.weight('freeDiskGib', row),
    hosts.weight('claimedAtMs', row),
  ) + (ofProfile?.(hosts.profile(row)) ?? 0);
