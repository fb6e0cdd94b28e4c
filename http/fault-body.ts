/** The media type of a fault; other answers are plain `application/json`. */
export const FAULT_TYPE = 'application/json; charset=UTF-8';

const NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** The key of a fault's body. Statuses without a name of their own (406, 410, 500 ...) are `computeFault`. */
const faultName = (status: number): string => NAMES[status] ?? 'computeFault';

const MALFORMED = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';
const INCAPABLE = 'The server has either erred or is incapable of performing the requested operation.';

const DEFAULT_MESSAGES: Readonly<Record<number, string>> = {
  400: MALFORMED,
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  406: MALFORMED,
  409: 'There was a conflict when trying to complete your request.',
  410: 'This resource is no longer available. No forwarding address is given.',
  413: 'Request is too large.',
  415: MALFORMED,
  500: INCAPABLE,
  501: INCAPABLE,
  503: 'The server is currently unavailable. Please try again at a later time.',
};

/** What a fault says when nobody has said more. Facts: webob.exc, through Nova's fault wrapper. */
export const defaultMessage = (status: number): string => DEFAULT_MESSAGES[status] ?? INCAPABLE;

/**
 * The body of a fault as JSON. `retryAfter` (seconds, as text) stands in the body for 413 and 429 only, as in Nova; the
 * header is for the caller to send.
 */
export const faultBody = (status: number, message: string, retryAfterSeconds?: number): string => {
  const inBody = (status === 413 || status === 429) && retryAfterSeconds !== undefined;
  const fault = { code: status, message, ...(inBody ? { retryAfter: String(retryAfterSeconds) } : {}) };
  return JSON.stringify({ [faultName(status)]: fault });
};
