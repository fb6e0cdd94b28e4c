import type { Instance } from '../../../actors/instance/row.ts';
import type { Answer } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ComputeServices } from '../services.ts';
import { beginAnswer } from './begin.ts';

/** Answers DELETE /servers/{id}. A server that has never run is gone at once, also where deletions can be taken back. */
export const deleteAnswer = (
  request: RequestContext & { readonly subject: Instance },
  services: ComputeServices,
): Promise<Answer> => {
  const reclaimAfterMs = services.reclaimInstanceIntervalMs;
  const isSoft = reclaimAfterMs > 0 && request.subject.launchedAtMs !== null;
  return beginAnswer(request, services, isSoft ? { operation: 'softDelete', reclaimAfterMs } : { operation: 'delete' });
};
