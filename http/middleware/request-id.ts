import { randomUUID } from 'node:crypto';

const REQUEST_ID = /^req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new request id. */
export const newRequestId = (): string => `req-${randomUUID()}`;

/** The id of the request that another service is working on, from `X-OpenStack-Request-ID`; other forms are ignored. */
export const globalRequestIdOf = (header: string | undefined): string | null =>
  header !== undefined && REQUEST_ID.test(header) ? header : null;
