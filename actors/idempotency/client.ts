import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import { type IdempotencyMessage, type IdempotencyReply, idempotency } from './protocol.ts';

/** Asks a project's memory of requests. Errors: MailboxFull, TimedOut, ShuttingDown. Once answered it is stored. */
export const askIdempotency = (
  system: ActorSystem,
  projectId: string,
  message: IdempotencyMessage,
): Promise<IdempotencyReply> => askCompute(system, idempotency.at(projectId), message);
