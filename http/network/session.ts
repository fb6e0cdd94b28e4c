import type { Context } from 'hono';
import type { IdentityTokens } from '../../drivers/identity.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { translate } from '../i18n/translate.ts';
import { announcesTooMuch, parseBody, readBody } from '../middleware/body.ts';
import { type EndpointOptions, endpointOf } from '../middleware/endpoint.ts';
import { globalRequestIdOf, newRequestId } from '../middleware/request-id.ts';
import { type Answer, badRequest, fault } from './faults.ts';
import type { NetworkRequest } from './request.ts';

/** What the network service is made of. */
export interface NetworkAppOptions {
  readonly system: ActorSystem;
  /** Committed rows; renewed before replies of `system` are handed out. */
  readonly reader: Reader;
  readonly identity: IdentityTokens;
  /** Where the service is. @default under `/network`, with links made of the request's address */
  readonly endpoint?: EndpointOptions;
  /** Address of the identity service that clients without a token are told. @default `/identity` beside this service */
  readonly identityUri?: string;
  /**
   * Whether the hosts' driver realises routers and floating IPs. Where it does not, none can be made.
   * @default false
   */
  readonly routed?: boolean;
  /** Hears of a request that failed for a reason of ours; the client only learns that it did. */
  readonly crashed?: (error: unknown, requestId: string) => void;
}

/** Where the service is unless it is told otherwise. */
export const DEFAULT_ENDPOINT: EndpointOptions = { mount: '/network', publicEndpoint: null, trustForwarded: false };

/** Largest body in bytes: a port with all its lists is far smaller. */
const NETWORK_BODY_BYTES_MAX = 65_536;
/** Longest token that is looked at. */
const TOKEN_LENGTH_MAX = 4096;

const UNAUTHORIZED = {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
};

/** Where the service is, as this request reached it. */
export const endpointOfRequest = (options: NetworkAppOptions, c: Context): string =>
  endpointOf(options.endpoint ?? DEFAULT_ENDPOINT, new URL(c.req.url).origin, (name) => c.req.header(name));

type Body = Readonly<Record<string, unknown>>;

/** Sends an answer with the id of its request, which it shares with the caller's own when there is one. */
export function send(c: Context, { status, body, headers }: Answer): Response {
  const all = new Headers({
    'x-openstack-request-id': globalRequestIdOf(c.req.header('x-openstack-request-id')) ?? newRequestId(),
    ...headers,
  });
  if (body === null) return new Response(null, { status, headers: all });
  all.set('content-type', 'application/json');
  const shown = status < 400 ? body : translated(body, c.req.header('accept-language'), all);
  return new Response(JSON.stringify(shown), { status, headers: all });
}

/** The body of a fault in the client's language, which the headers then tell. */
function translated(body: Body, acceptLanguage: string | undefined, headers: Headers): Body {
  const [entry] = Object.entries(body);
  if (entry === undefined) return body;
  const [name, content] = entry;
  if (typeof content !== 'object' || content === null || !('message' in content)) return body;
  const translation = translate(String(content.message), acceptLanguage);
  if (translation === null) return body;
  headers.set('Content-Language', translation.language);
  headers.append('Vary', 'Accept-Language');
  return { [name]: { ...content, message: translation.message } };
}

/** The request of a caller who is known, or the 401 of keystonemiddleware. */
export async function openSession(options: NetworkAppOptions, c: Context): Promise<NetworkRequest | Answer> {
  const token = c.req.header('x-auth-token') ?? '';
  const caller = token === '' || token.length > TOKEN_LENGTH_MAX ? null : await options.identity.authenticate(token);
  if (!caller) {
    const identity = options.identityUri ?? `${new URL(c.req.url).origin}/identity`;
    return { status: 401, body: UNAUTHORIZED, headers: { 'WWW-Authenticate': `Keystone uri="${identity}"` } };
  }
  const { system, reader } = options;
  const query = new URL(c.req.url).searchParams;
  return { system, reader, caller, query, endpoint: endpointOfRequest(options, c), routed: options.routed ?? false };
}

/** The body as parsed JSON, or the answer that refuses it. */
export async function jsonBody(c: Context): Promise<{ readonly value: unknown } | { readonly answer: Answer }> {
  const length = c.req.header('content-length');
  const tooLarge = {
    answer: fault(413, 'HTTPRequestEntityTooLarge', `A body has at most ${NETWORK_BODY_BYTES_MAX} bytes.`),
  };
  if (announcesTooMuch(length, NETWORK_BODY_BYTES_MAX)) return tooLarge;
  const text = await readBody(c.req.raw, length, NETWORK_BODY_BYTES_MAX);
  if (text === null) return tooLarge;
  const parsed = parseBody(text);
  return parsed.ok ? { value: parsed.value } : { answer: badRequest('Malformed request body: it is not JSON.') };
}
