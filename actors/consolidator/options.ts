import type { HostFacts } from '../scheduler/host-profiles.ts';

/** Which hosts are emptied: none; those of aggregates that say so; or all but those of aggregates that say otherwise. */
export const CONSOLIDATED_HOSTS = ['none', 'named', 'all'] as const;
export type ConsolidatedHosts = (typeof CONSOLIDATED_HOSTS)[number];

/** How hosts are emptied by moving their instances together while they run. */
export interface ConsolidationOptions {
  readonly hosts: ConsolidatedHosts;
  /** From one round to the next, in milliseconds. */
  readonly everyMs: number;
  /** Moves of one cell that are under way at a time. */
  readonly maxMovesAtOnce: number;
  /** Moves of one round in one cell. A host with more instances is not emptied. */
  readonly maxMovesPerRound: number;
  /** Only hosts are emptied of which less than this part is used: of vCPUs, memory and disk, whichever is used most. */
  readonly emptiestBelow: number;
  /** How long an instance stays where it is after a move of it has failed, in milliseconds; doubled with each failure. */
  readonly backoffMs: number;
}

/** Nothing is moved. */
export const DEFAULT_CONSOLIDATION: ConsolidationOptions = {
  hosts: 'none',
  everyMs: 300_000,
  maxMovesAtOnce: 2,
  maxMovesPerRound: 10,
  emptiestBelow: 0.5,
  backoffMs: 3_600_000,
};

/** Metadata key of an aggregate: `on`, its hosts are emptied and filled by moves; `off`, they are left alone. */
const CONSOLIDATION_KEY = 'consolidation';

/** Whether hosts with these facts take part. The aggregate of the smallest number that says something wins. */
export function takesPart({ aggregates }: HostFacts, hosts: ConsolidatedHosts): boolean {
  if (hosts === 'none') return false;
  for (const { metadata } of aggregates) {
    const said = metadata[CONSOLIDATION_KEY];
    if (said === 'on' || said === 'off') return said === 'on';
  }
  return hosts === 'all';
}
