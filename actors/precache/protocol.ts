import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';
import type { PrecachePlan } from './row.ts';

/** What a job can be told that has images made ready on the hosts of an aggregate. */
export type PrecacheMessage =
  /** Answered at once: the hosts are asked, a few at a time. */
  | { readonly type: 'begin'; readonly plan: PrecachePlan }
  /** From a host: it has these images ready now, and no others that it was asked for. */
  | { readonly type: 'hostEnded'; readonly host: string; readonly cached: readonly string[] }
  /** From itself, by timer: a host may have taken too long. */
  | { readonly type: 'overdue' };

export type PrecacheReply = Result<null, ComputeError>;

/** By the id of the job. */
export const precache = protocol<PrecacheMessage, PrecacheReply>('precache');
