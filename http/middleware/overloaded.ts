import { FAULT_TYPE, faultBody } from '../fault-body.ts';
import { faultBody as identityFault } from '../identity/faults.ts';
import { faultBody as imageFault } from '../image/faults.ts';
import { fault as networkFault } from '../network/faults.ts';
import { newRequestId } from './request-id.ts';

/** What a refused client is told to wait, in seconds. */
const RETRY_AFTER_SECONDS = 1;

const message = 'The service is overloaded; try again.';

/** The 503 in the shape that a service's clients know. */
function bodyFor(path: string): string {
  if (path.startsWith('/identity')) return identityFault({ status: 503, message });
  if (path.startsWith('/image')) return imageFault({ status: 503, message });
  if (path.startsWith('/network')) return JSON.stringify(networkFault(503, 'ServiceUnavailable', message).body);
  return faultBody(503, message);
}

/** The answer to a request that is not taken since there are too many. Nothing of its body has been read. */
export function overloaded(path: string): Response {
  const requestId = newRequestId();
  return new Response(bodyFor(path), {
    status: 503,
    headers: {
      'Content-Type': FAULT_TYPE,
      'Retry-After': String(RETRY_AFTER_SECONDS),
      'x-openstack-request-id': requestId,
    },
  });
}
