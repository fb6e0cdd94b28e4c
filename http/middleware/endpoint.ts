/** Where the service is, as its clients see it. */
export interface EndpointOptions {
  /** Path prefix of the service on this listener: `/compute`, or empty on a port of its own. */
  readonly mount: string;
  /** Start of all links, without a slash at the end; null: taken from the request. Nova: [api]compute_link_prefix. */
  readonly publicEndpoint: string | null;
  /** Whether X-Forwarded-Proto, -Host and -Prefix come from a proxy of ours. @default false */
  readonly trustForwarded: boolean;
}

const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$/;
const PREFIX = /^(\/[A-Za-z0-9._~-]+)*$/;

const firstOf = (header: string | undefined): string => header?.split(',')[0]?.trim() ?? '';

/** Scheme, host and prefix that links start with. `origin` is the request's own, such as `http://127.0.0.1:8774`. */
export const endpointOf = (
  options: EndpointOptions,
  origin: string,
  header: (name: string) => string | undefined,
): string => {
  if (options.publicEndpoint !== null) return options.publicEndpoint;
  if (!options.trustForwarded) return origin + options.mount;
  const protocol = firstOf(header('x-forwarded-proto')).toLowerCase();
  const host = firstOf(header('x-forwarded-host'));
  const prefix = firstOf(header('x-forwarded-prefix')).replace(/\/+$/, '');
  const [ownScheme = 'http:', , ownHost = ''] = origin.split('/');
  const scheme = protocol === 'http' || protocol === 'https' ? `${protocol}:` : ownScheme;
  return `${scheme}//${HOST.test(host) ? host : ownHost}${PREFIX.test(prefix) ? prefix : ''}${options.mount}`;
};
