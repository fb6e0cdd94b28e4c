import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/**
 * Who may read the metrics. `auto`: as `loopback`, and nobody when `publicEndpoint` says that a proxy stands before, since
 * then every peer is on this machine. `token`: whoever sends the bearer token. `all`: everybody who reaches the listener.
 */
export const METRICS_ACCESS = ['auto', 'loopback', 'token', 'all', 'off'] as const;
export type MetricsAccess = (typeof METRICS_ACCESS)[number];

/** How a request for the metrics came. */
export interface Asker {
  readonly peerAddress: string | undefined;
  readonly header: (name: string) => string | undefined;
}

/** Null: let in. Otherwise the status and the reason that it is told. */
export type AccessRefusal = { readonly status: 401 | 403 | 404; readonly reason: string } | null;

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined &&
  (address === '::1' || /^(?:::ffff:)?127\./.test(address)) &&
  isIP(address.replace('::ffff:', '')) > 0;

/** Headers that a proxy adds: its own address says nothing of who asks. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** The Host that a local scraper sends. Another means a browser that was led here by a name of somebody else's. */
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/** Compares in a time that does not depend on where they differ. */
const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** Decides whether an asker may read. `token` is needed for the access `token`. */
export function metricsRefusal(
  { peerAddress, header }: Asker,
  access: Exclude<MetricsAccess, 'auto'>,
  token: string | null,
): AccessRefusal {
  switch (access) {
    case 'off':
      return { status: 404, reason: 'Metrics are switched off.' };
    case 'all':
      return null;
    case 'loopback': {
      const isLocal = isLoopback(peerAddress) && LOCAL_HOST.test(header('host') ?? '');
      if (isLocal && PROXY_HEADERS.every((name) => header(name) === undefined)) return null;
      return { status: 403, reason: 'Metrics are served to this machine only; see the setting "metrics".' };
    }
    case 'token': {
      const [, given] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(header('authorization') ?? '') ?? [];
      if (token !== null && given !== undefined && isSame(given, token)) return null;
      return { status: 401, reason: 'The token of the metrics is needed.' };
    }
  }
}
