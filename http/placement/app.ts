import { type Context, Hono } from 'hono';
import { PlacementCatalog, PlacementWriter } from '../../actors/placement/client.ts';
import type { Caller, IdentityTokens } from '../../drivers/identity.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { type EndpointOptions, endpointOf } from '../middleware/endpoint.ts';
import type { RequestBindings } from '../middleware/route-name.ts';
import type { PolicyEngine } from '../policy.ts';
import { type Answer, isProblem, type Problem, problem } from './answer.ts';
import { Exchange } from './exchange.ts';
import { negotiate } from './microversion.ts';
import type { PlacementRule } from './policies.ts';
import type { PlacementRequest, PlacementRoute } from './route.ts';
import { placementRoutes } from './routes.ts';

/** What the placement service is made of. */
export interface PlacementAppOptions {
  readonly system: ActorSystem;
  /** Committed rows; renewed before replies of `system` are handed out. */
  readonly reader: Reader;
  readonly identity: IdentityTokens;
  readonly policies: PolicyEngine<PlacementRule>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'uuid'>;
  /** Where the service is. @default under `/placement`, with links made of the request's address */
  readonly endpoint?: EndpointOptions;
  /** Address of the identity service that clients without a token are told. @default `/identity` beside this service */
  readonly identityUri?: string;
  /** Hears of a request that failed for a reason of ours; the client only learns that it did. */
  readonly crashed?: (error: unknown, requestId: string) => void;
}

/** The service at work: all its changes go through one writer. */
interface Service extends PlacementAppOptions {
  readonly writer: PlacementWriter;
}

const DEFAULT_ENDPOINT: EndpointOptions = { mount: '/placement', publicEndpoint: null, trustForwarded: false };

type App = Hono<{ Bindings: RequestBindings }>;

/**
 * The placement service as a Hono app: the Placement API 1.0 to 1.39 under `options.mount` (`/placement`, or empty on a port
 * of its own). Refusals come in this order: token, version, content type without a body's, route and method, version of the
 * route, content type and Accept, policy, what the path names, body or query.
 */
export function createPlacementApp(options: PlacementAppOptions): App {
  const { mount } = options.endpoint ?? DEFAULT_ENDPOINT;
  const service: Service = { ...options, writer: new PlacementWriter(options.system, options.reader) };
  const app: App = new Hono();
  for (const [path, routes] of routesByPath()) {
    const template = path.replaceAll(/\{([^}]+)\}/g, ':$1');
    // The top is there with and without a slash: clients join addresses in both ways.
    const paths = path !== '/' ? [mount + template] : mount === '' ? ['/'] : [mount, `${mount}/`];
    for (const each of paths) app.all(each, (c) => serve(service, c, routes));
  }
  app.all(`${mount}/*`, (c) => serve(service, c, []));
  return app;
}

function routesByPath(): ReadonlyMap<string, readonly PlacementRoute[]> {
  const byPath = new Map<string, PlacementRoute[]>();
  for (const route of placementRoutes) byPath.set(route.path, [...(byPath.get(route.path) ?? []), route]);
  return byPath;
}

async function serve(options: Service, c: Context, routes: readonly PlacementRoute[]): Promise<Response> {
  const { endpoint = DEFAULT_ENDPOINT, clock } = options;
  const base = endpointOf(endpoint, new URL(c.req.url).origin, (name) => c.req.header(name));
  const exchange = new Exchange(c.req, base, clock.now());
  const isOpen = routes.some(({ policy }) => policy === null);
  try {
    const caller = isOpen ? NOBODY : await callerOf(options, c);
    if (caller === null) return unauthorized(options, c, exchange.requestId);
    const negotiated = negotiate(c.req.header('openstack-api-version'));
    if (!negotiated.ok) return exchange.refuse(problem(negotiated.status, negotiated.detail));
    exchange.minor = negotiated.minor;
    const answered = await answer(options, c, exchange, { caller, minor: negotiated.minor, routes });
    return isProblem(answered) ? exchange.refuse(answered) : exchange.send(answered);
  } catch (error) {
    options.crashed?.(error, exchange.requestId);
    return exchange.refuse(problem(500, ''));
  }
}

const UNROUTED = problem(404, '', undefined, { isOutside: true });

/** Of routes of one path and method the one that exists at the version. */
function routeAt(routes: readonly PlacementRoute[], method: string, minor: number): PlacementRoute | Problem {
  const own = routes.filter((route) => route.method === method);
  const [first] = own;
  if (first === undefined) {
    const allow = [...new Set(routes.map((route) => route.method))].join(', ');
    const detail = 'The method specified is not allowed for this resource.';
    return problem(405, detail, undefined, { headers: { allow } });
  }
  return own.find(({ from, until }) => from <= minor && minor <= until) ?? problem(first.outside, '');
}

/** What is known of a request before anything of it is looked at: who asks, at which version, and what its path may be. */
interface Known {
  readonly caller: Caller;
  readonly minor: number;
  readonly routes: readonly PlacementRoute[];
}

async function answer(
  options: Service,
  c: Context,
  exchange: Exchange,
  { caller, minor, routes }: Known,
): Promise<Answer | Problem> {
  const untyped = exchange.untypedRefused();
  if (untyped) return untyped;
  if (routes.length === 0) return UNROUTED;
  const route = routeAt(routes, c.req.method, minor);
  if ('kind' in route) return route;
  const unacceptable = route.hasBody ? exchange.contentRefused() : route.checksAccept ? exchange.acceptRefused() : null;
  if (unacceptable) return unacceptable;
  const query = new URL(c.req.url).searchParams;
  const { policy } = route;
  if (policy !== null && !options.policies.allows(policy, caller, route.target(query)))
    return problem(403, `Policy does not allow ${policy} to be performed.`, undefined, { isOutside: true });
  const body = route.hasBody ? await exchange.body() : { value: undefined };
  if ('kind' in body) return body;
  return route.run(requestOf(options, c, caller, minor, query), body.value);
}

/** Who asks for what is open to everybody. */
const NOBODY: Caller = {
  userId: '',
  userName: '',
  projectId: null,
  projectName: null,
  domainId: null,
  roles: [],
  isAdmin: false,
  systemScope: null,
};

const callerOf = async ({ identity }: PlacementAppOptions, c: Context): Promise<Caller | null> => {
  const token = c.req.header('x-auth-token');
  return token === undefined ? null : await identity.authenticate(token);
};

/** The 401 of keystonemiddleware. */
function unauthorized({ identityUri }: PlacementAppOptions, c: Context, requestId: string): Response {
  const uri = identityUri ?? `${new URL(c.req.url).origin}/identity`;
  const error = { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' };
  const headers = { 'WWW-Authenticate': `Keystone uri="${uri}"`, 'x-openstack-request-id': requestId };
  return c.json({ error }, 401, headers);
}

function requestOf(
  options: Service,
  c: Context,
  caller: Caller,
  minor: number,
  query: URLSearchParams,
): PlacementRequest<string> {
  const { writer, reader, clock, random, endpoint = DEFAULT_ENDPOINT } = options;
  return {
    caller,
    minor,
    params: c.req.param(),
    query,
    prefix: endpoint.mount,
    nowMs: clock.now(),
    newId: () => random.uuid(),
    catalog: () => new PlacementCatalog(reader),
    change: (change) => writer.change(change),
  };
}
