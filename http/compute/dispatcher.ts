import type { IncomingMessage } from 'node:http';
import type { Caller, IdentityTokens } from '../../drivers/identity.ts';
import type { Clock } from '../../runtime/clock.ts';
import { defaultMessage } from '../fault-body.ts';
import { type Microversion, minorOf } from '../microversions.ts';
import type { HttpObserver } from '../middleware/access-log.ts';
import {
  announcesTooMuch,
  BODY_BYTES_MAX,
  type BodyText,
  isJsonType,
  parseBody,
  peekAction,
  readBody,
} from '../middleware/body.ts';
import { type EndpointOptions, endpointOf } from '../middleware/endpoint.ts';
import { negotiateMicroversion } from '../middleware/microversion.ts';
import { ownTarget, type PolicyEngine } from '../policy.ts';
import { type Answer, faultOfRefusal, refuse } from '../reply.ts';
import type { RequestContext } from '../request.ts';
import type { Route, RouteInput } from '../route.ts';
import { type Match, type Operation, RouteTree } from '../route-tree.ts';
import { versionChoices, versionDocument, versionList } from './discovery.ts';
import { Exchange } from './exchange.ts';
import type { PolicyRule } from './policies.ts';
import { versionRoutes } from './version-routes.ts';

/** What the front end of the Compute API is made of. */
export interface ComputeAppOptions<Services> extends EndpointOptions {
  readonly routes: readonly Route<Services>[];
  /** Given to every handler. */
  readonly services: Services;
  readonly identity: IdentityTokens;
  readonly policies: PolicyEngine<PolicyRule>;
  /** Address of the identity service, told to clients without a token. */
  readonly identityUri: string;
  readonly observer: HttpObserver;
  /** For the durations that the observer is told. */
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Largest body in bytes. @default 114688, Nova's */
  readonly bodyBytesMax?: number;
}

const PLAIN = 'text/plain; charset=UTF-8';
const UNROUTED = '404 Not Found\n\nThe resource could not be found.\n\n   ';
const TOO_LARGE = '413 Request Entity Too Large\n\nRequest is too large.\n\n   ';
const UNAUTHORIZED = JSON.stringify({
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
});
const PROJECT = /^[0-9a-f-]+$/;

type Answered = Response | Promise<Response>;

/** A request past routing: what it leads to, on whose behalf, at which microversion. */
interface Routed<Services> {
  readonly exchange: Exchange;
  readonly caller: Caller;
  readonly match: Match<Services>;
  readonly projectInUrl: string | null;
  readonly version: Microversion;
}

/**
 * One function for the whole way of a request, instead of a chain of middleware: it stays synchronous until something
 * must be waited for, which doubles what one thread serves. The order of refusals is Nova's.
 */
export class Dispatcher<Services> {
  readonly #options: ComputeAppOptions<Services>;
  readonly #tree: RouteTree<Services>;
  readonly #prefix: string;
  readonly #bodyBytesMax: number;

  constructor(options: ComputeAppOptions<Services>) {
    this.#options = options;
    this.#tree = new RouteTree<Services>([...versionRoutes, ...options.routes]);
    this.#prefix = `${options.mount}/v2.1`;
    this.#bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
  }

  /** Answers a request. Never throws. */
  serve(request: Request, incoming: IncomingMessage | undefined): Answered {
    const exchange = new Exchange(request, incoming, this.#options.clock.monotonic());
    let answered: Answered;
    try {
      answered = this.#answer(exchange);
    } catch (error) {
      answered = this.#crash(exchange, error);
    }
    if (!(answered instanceof Promise)) return this.#finish(exchange, answered);
    return answered
      .catch((error: unknown) => this.#crash(exchange, error))
      .then((response) => this.#finish(exchange, response));
  }

  #finish(exchange: Exchange, response: Response): Response {
    const { clock, observer } = this.#options;
    observer.finished?.(exchange.logEntry(response.status, clock.monotonic()));
    return response;
  }

  #crash(exchange: Exchange, error: unknown): Response {
    this.#options.observer.crashed?.(error, exchange.requestId);
    const message = `Unexpected API Error. The cause is in the log under ${exchange.requestId}.`;
    return exchange.fault({ status: 500, message });
  }

  #endpoint(exchange: Exchange): string {
    return endpointOf(this.#options, exchange.origin, (name) => exchange.header(name));
  }

  #answer(exchange: Exchange): Answered {
    const { path } = exchange;
    const prefix = this.#prefix;
    const inside = path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
    if (!inside) return this.#outside(exchange);
    if (path.length <= prefix.length + 1) return this.#versionRoot(exchange);
    if (announcesTooMuch(exchange.header('content-length'), this.#bodyBytesMax))
      return exchange.send(413, TOO_LARGE, PLAIN, null);
    const token = exchange.header('x-auth-token');
    if (token === undefined) return this.#unauthorized(exchange);
    const caller = this.#options.identity.authenticate(token);
    if (caller instanceof Promise) return caller.then((found) => this.#route(exchange, found));
    return this.#route(exchange, caller);
  }

  #outside(exchange: Exchange): Response {
    const { mount } = this.#options;
    const rest = exchange.path.slice(mount.length);
    const endpoint = this.#endpoint(exchange);
    const root = rest === '' || rest === '/';
    const body = root ? versionList(endpoint) : versionChoices(endpoint, rest);
    return new Response(JSON.stringify(body), {
      status: root ? 200 : 300,
      headers: { 'Content-Type': 'application/json' },
    });
  }

  #versionRoot(exchange: Exchange): Response {
    if (exchange.request.method !== 'GET') return this.#unrouted(exchange);
    const version = this.#negotiate(exchange);
    if (version instanceof Response) return version;
    return exchange.respond(200, JSON.stringify(versionDocument(this.#endpoint(exchange))), null);
  }

  #unauthorized(exchange: Exchange): Response {
    const uri = this.#options.identityUri;
    return exchange.send(401, UNAUTHORIZED, 'application/json', { 'WWW-Authenticate': `Keystone uri="${uri}"` });
  }

  #unrouted(exchange: Exchange): Response {
    return exchange.send(404, UNROUTED, PLAIN, null);
  }

  /** The version of the request, or the answer that refuses it. */
  #negotiate(exchange: Exchange): Microversion | Response {
    const negotiated = negotiateMicroversion(
      exchange.header('openstack-api-version'),
      exchange.header('x-openstack-nova-api-version'),
    );
    if (negotiated.ok) {
      exchange.shownVersion = negotiated.version;
      return negotiated.version;
    }
    exchange.shownVersion = negotiated.shown;
    return exchange.fault(negotiated);
  }

  #route(exchange: Exchange, caller: Caller | null): Answered {
    if (caller === null) return this.#unauthorized(exchange);
    exchange.caller = caller;
    const { method } = exchange.request;
    const segments = exchange.path.slice(this.#prefix.length).split('/');
    let projectInUrl: string | null = null;
    let match = this.#tree.match(method, segments, 1);
    const first = segments[1] ?? '';
    if (match === null && PROJECT.test(first)) {
      projectInUrl = first;
      match = segments.length > 2 ? this.#tree.match(method, segments, 2) : null;
    }
    if (match === null) return this.#unrouted(exchange);
    const version = this.#negotiate(exchange);
    if (version instanceof Response) return version;
    if (!isJsonType(exchange.header('content-type')))
      return exchange.fault({ status: 415, message: 'Unsupported Content-Type' });
    const routed: Routed<Services> = { exchange, caller, match, projectInUrl, version };
    if (method !== 'POST' && method !== 'PUT') return this.#withBody(routed, '');
    const length = exchange.header('content-length');
    if (length === '0') return this.#withBody(routed, '');
    return readBody(exchange.request, length, this.#bodyBytesMax).then((text) => this.#withBody(routed, text));
  }

  #withBody(routed: Routed<Services>, text: BodyText): Answered {
    const { exchange, match } = routed;
    if (text === null) return exchange.send(413, TOO_LARGE, PLAIN, null);
    const malformed = { status: 400, message: 'Malformed request body' } as const;
    if (match.endpoint.kind === 'plain') {
      const parsed = parseBody(text);
      if (!parsed.ok) return exchange.fault(malformed);
      return this.#perform(routed, match.endpoint.operation, parsed.value);
    }
    const peek = peekAction(text);
    if (peek === 'malformed') return exchange.fault(malformed);
    if (peek === 'not found') return exchange.fault({ status: 404, message: defaultMessage(404) });
    const operation = match.endpoint.operations.get(peek.action);
    if (operation === undefined)
      return exchange.fault({ status: 400, message: `There is no such action: ${peek.action.slice(0, 255)}` });
    const parsed = parseBody(text);
    return parsed.ok ? this.#perform(routed, operation, parsed.value) : exchange.fault(malformed);
  }

  #perform(routed: Routed<Services>, operation: Operation<Services>, body: unknown): Answered {
    const { exchange, caller, projectInUrl, version } = routed;
    if (projectInUrl !== null && projectInUrl !== caller.projectId) {
      const message = `Malformed request URL: URL's project_id '${projectInUrl}' doesn't match Context's project_id '${caller.projectId}'`;
      return exchange.fault({ status: 400, message });
    }
    const route = operation.byMinor[minorOf(version)];
    if (route === undefined) return exchange.fault({ status: 404, message: defaultMessage(404) });
    const params = namedParameters(operation.parameterNames, routed.match.values);
    if (params === null) return exchange.fault({ status: 400, message: defaultMessage(400) });
    const input: RouteInput = {
      context: this.#context(routed),
      params,
      body,
      query: exchange.search === '' ? null : queryParameters(exchange.search),
    };
    const step = route.steps.at(version);
    const answer = step.run(input, this.#options.services);
    if (answer instanceof Promise) return answer.then((late) => tell(exchange, route, step.status, late));
    return tell(exchange, route, step.status, answer);
  }

  #context(routed: Routed<Services>): RequestContext {
    const { exchange, caller } = routed;
    const { policies } = this.#options;
    return {
      caller,
      version: routed.version,
      requestId: exchange.requestId,
      globalRequestId: exchange.globalRequestId,
      endpoint: this.#endpoint(exchange),
      projectInUrl: routed.projectInUrl,
      search: exchange.search,
      allows: (rule, target) => policies.allows(rule, caller, target ?? ownTarget(caller)),
      refusalOf: (rule, target) =>
        policies.allows(rule, caller, target ?? ownTarget(caller)) ? null : refuse({ code: 'Forbidden', rule }),
    };
  }
}

const tell = <Services>(exchange: Exchange, route: Route<Services>, status: number, answer: Answer): Response =>
  answer.kind === 'reply'
    ? exchange.respond(answer.status ?? status, answer.json, answer.headers)
    : exchange.fault(faultOfRefusal(answer, route.statuses));

/** The path's parameters by name; null when one is not decodable. */
const namedParameters = (names: readonly string[], values: readonly string[]): Record<string, string> | null => {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    try {
      params[name] = value.includes('%') ? decodeURIComponent(value) : value;
    } catch {
      return null;
    }
  }
  return params;
};

const queryParameters = (search: string): Record<string, readonly string[]> => {
  const lists = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  return Object.fromEntries(lists);
};
