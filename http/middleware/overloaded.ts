import { FAULT_TYPE, faultBody } from '../fault-body.ts';
import { faultBody as identityFault } from '../identity/faults.ts';
import { faultBody as imageFault } from '../image/faults.ts';
import { fault as networkFault } from '../network/faults.ts';
import { problem, wordsOf } from '../placement/answer.ts';
import { faultBody as volumeFault } from '../volume/faults.ts';
import { newRequestId } from './request-id.ts';

/** What a refused client is told to wait, in seconds. */
const RETRY_AFTER_SECONDS = 1;

const status = 503;
const message = 'The service is overloaded; try again.';

/** A problem of Placement, as far as one can be told without looking at the request. */
function placementProblem(requestId: string): string {
  const words = wordsOf(problem(status, message), { method: '', contentType: '' });
  return JSON.stringify({ errors: [{ status, ...words, request_id: requestId }] });
}

/** The 503 in the shape that the clients of each service know, by the beginning of its paths. */
const BODIES: readonly (readonly [prefix: string, body: (requestId: string) => string])[] = [
  ['/compute', () => faultBody(status, message)],
  ['/identity', () => identityFault({ status, message })],
  ['/image', () => imageFault({ status, message })],
  ['/network', () => JSON.stringify(networkFault(status, 'ServiceUnavailable', message).body)],
  ['/placement', placementProblem],
  ['/volume', () => JSON.stringify(volumeFault({ status, message }))],
];

function bodyFor(path: string, requestId: string): string {
  const known = BODIES.find(([prefix]) => path.startsWith(prefix));
  return known ? known[1](requestId) : faultBody(status, message);
}

/** The answer to a request that is not taken since there are too many. Nothing of its body has been read. */
export function overloaded(path: string): Response {
  const requestId = newRequestId();
  return new Response(bodyFor(path, requestId), {
    status,
    headers: {
      'Content-Type': FAULT_TYPE,
      'Retry-After': String(RETRY_AFTER_SECONDS),
      'x-openstack-request-id': requestId,
    },
  });
}
