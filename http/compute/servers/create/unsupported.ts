import { type Refusal, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { PolicyRule } from '../../policies.ts';
import type { CreateServer, NewServer } from '../requests.ts';

type Asked = Pick<NewServer, 'trusted_image_certificates'>;

/** Refuses what a request may ask for by its form, but this cloud does not do; null when there is nothing of it. */
export const unsupported = ({ server }: CreateServer, request: RequestContext): Refusal | null =>
  unsupportedOf(server, request, 'os_compute_api:servers:create:trusted_certs');

/** The same for another request about a server; `rule` guards certificates. */
export const unsupportedOf = (asked: Asked, request: RequestContext, rule: PolicyRule): Refusal | null => {
  const certificates = asked.trusted_image_certificates;
  if (certificates === undefined || certificates === null) return null;
  return request.refusalOf(rule) ?? refuseWith(400, 'Image signature certificate validation is not supported.');
};
