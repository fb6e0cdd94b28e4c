import { type Refusal, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { CreateServer } from '../requests.ts';

/** Refuses what a request may ask for by its form, but this cloud does not do; null when there is nothing of it. */
export const unsupported = (body: CreateServer, request: RequestContext): Refusal | null => {
  const { server } = body;
  if (server.personality !== undefined && server.personality.length > 0) {
    return refuseWith(400, 'Injecting files with personality is not supported; use user_data instead.');
  }
  const certificates = server.trusted_image_certificates;
  if (certificates !== undefined && certificates !== null) {
    const refusal = request.refusalOf('os_compute_api:servers:create:trusted_certs');
    if (refusal !== null) return refusal;
    return refuseWith(400, 'Image signature certificate validation is not supported.');
  }
  const group = (body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'])?.group;
  const [groupId] = typeof group === 'string' ? [group] : (group ?? []);
  // There are no server groups yet, so none has this id.
  return groupId === undefined ? null : refuseWith(400, `Instance group ${groupId} could not be found.`);
};
