import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import { type PrecacheReply, precache } from './protocol.ts';
import type { PrecachePlan } from './row.ts';

/** Has images made ready on the hosts of an aggregate; it is under way when this is answered. Errors: MailboxFull, TimedOut, ShuttingDown. */
export const beginPrecache = (system: ActorSystem, job: string, plan: PrecachePlan): Promise<PrecacheReply> =>
  askCompute(system, precache.at(job), { type: 'begin', plan });
