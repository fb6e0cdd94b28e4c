import type { GuestImage } from '../../drivers/hypervisor.ts';
import { table } from '../../runtime/table.ts';
import type { Aggregate } from '../registry/row.ts';

/** What was asked for: as it was at that moment, whatever becomes of the aggregate. */
export interface PrecachePlan {
  readonly aggregate: Pick<Aggregate, 'number' | 'uuid' | 'name' | 'hosts' | 'metadata'>;
  readonly images: readonly GuestImage[];
  /** Ids of images that no guest could start from: each host is told to have failed with them. */
  readonly unusable: readonly string[];
  /** Hosts that are asked at once. Nova: `[image_cache] precache_concurrency`. */
  readonly hostsAtOnce: number;
}

/** The plans by the ids of the jobs, beside the jobs themselves, which change with every host. */
export const precachePlans = table<PrecachePlan>({ name: 'precachePlan' });

/** How far the hosts of an aggregate are in making images ready. */
export interface Precache {
  /** How many of the plan's hosts have been asked. */
  readonly asked: number;
  /** Those that have been asked and have not ended, and since when. */
  readonly underWay: readonly { readonly host: string; readonly sinceMs: number }[];
  readonly ended: number;
}

/** By the id of the job; there is none any more when all hosts have ended. */
export const precaches = table<Precache>({ name: 'precache' });
