import type { Caller, IdentityTokens } from '../../drivers/identity.ts';
import type { Clock } from '../../runtime/clock.ts';
import { defaultMessage } from '../fault-body.ts';
import { type Microversion, minorOf, OLDEST } from '../microversions.ts';
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
import { type AskIdempotency, once } from '../middleware/idempotency.ts';
import { negotiateMicroversion } from '../middleware/microversion.ts';
import type { RateLimiter } from '../middleware/rate-limit.ts';
import type { RequestBindings } from '../middleware/route-name.ts';
import { ownTarget, type PolicyEngine } from '../policy.ts';
import { type Answer, faultOfRefusal, refuse } from '../reply.ts';
import type { Edition, RequestContext } from '../request.ts';
import type { Route, RouteInput, RouteStep } from '../route.ts';
import { type Endpoint, type Match, type Operation, RouteTree } from '../route-tree.ts';
import { versionChoices, versionDocument, versionList } from './discovery.ts';
import { Exchange } from './exchange.ts';
import { askedVersion, DocumentPages } from './openapi/pages.ts';
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
  /** Limits on requests of a project; null or absent: none. */
  readonly rateLimiter?: RateLimiter | null;
  /** Remembers creations that come with an `Idempotency-Key`; absent: the header is ignored. */
  readonly idempotency?: AskIdempotency;
  /** Largest body in bytes. @default 114688, Nova's */
  readonly bodyBytesMax?: number;
}

const PLAIN = 'text/plain; charset=UTF-8';
const UNROUTED = '404 Not Found\n\nThe resource could not be found.\n\n   ';
const TOO_LARGE = '413 Request Entity Too Large\n\nRequest is too large.\n\n   ';
const AUTHENTICATION_REQUIRED = 'The request you have made requires authentication.';
const PROJECT = /^[0-9a-f-]+$/;

type Answered = Response | Promise<Response>;

/** A request past routing: what it leads to, on whose behalf, at which microversion. */
interface Routed<Services> {
  readonly exchange: Exchange;
  readonly caller: Caller;
  readonly match: Match<Services>;
  readonly projectInUrl: string | null;
  readonly edition: Edition;
  readonly version: Microversion;
}

/**
 * One function for the whole way of a request, instead of a chain of middleware: it stays synchronous until something
 * must be waited for, which doubles what one thread serves. The order of refusals is Nova's.
 */
export class Dispatcher<Services> {
  readonly #options: ComputeAppOptions<Services>;
  readonly #tree: RouteTree<Services>;
  readonly #documents: DocumentPages;
  readonly #prefixes: Readonly<Record<Edition, string>>;
  readonly #bodyBytesMax: number;
  /** What the front end calls an endpoint: made once, so that counting by it hashes no new text. */
  readonly #labels: Readonly<Record<Edition, Map<Endpoint<Services>, string>>> = { 'v2.1': new Map(), v2: new Map() };

  constructor(options: ComputeAppOptions<Services>) {
    this.#options = options;
    const routes = [...versionRoutes, ...options.routes];
    this.#tree = new RouteTree<Services>(routes);
    this.#documents = new DocumentPages(routes);
    this.#prefixes = { 'v2.1': `${options.mount}/v2.1`, v2: `${options.mount}/v2` };
    this.#bodyBytesMax = options.bodyBytesMax ?? BODY_BYTES_MAX;
  }

  /** Answers a request. Never throws. */
  serve(request: Request, env: RequestBindings | undefined): Answered {
    const exchange = new Exchange(request, env?.incoming, env?.flight?.arrivedMs ?? this.#options.clock.monotonic());
    if (env?.flight) exchange.board(env.flight);
    let answered: Answered;
    try {
      answered = this.#answer(exchange);
    } catch (error) {
      answered = this.#crash(exchange, error);
    }
    return answered instanceof Promise ? this.#late(exchange, answered) : this.#finish(exchange, answered);
  }

  async #late(exchange: Exchange, answered: Promise<Response>): Promise<Response> {
    let response: Response;
    try {
      response = await answered;
    } catch (error) {
      response = this.#crash(exchange, error);
    }
    return this.#finish(exchange, response);
  }

  #finish(exchange: Exchange, response: Response): Response {
    const { clock, observer } = this.#options;
    if (observer.finished && (observer.wants?.(exchange.request.method, response.status) ?? true))
      observer.finished(exchange.logEntry(response.status, clock.monotonic()));
    return response;
  }

  #label(edition: Edition, endpoint: Endpoint<Services>): string {
    const labels = this.#labels[edition];
    const known = labels.get(endpoint);
    if (known !== undefined) return known;
    const made = `${this.#prefixes[edition]}${endpoint.path}`;
    labels.set(endpoint, made);
    return made;
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
    const edition = this.#editionOf(path);
    if (edition === null) return this.#outside(exchange);
    if (path.length <= this.#prefixes[edition].length + 1) return this.#versionRoot(exchange, edition);
    if (announcesTooMuch(exchange.header('content-length'), this.#bodyBytesMax))
      return exchange.send(413, TOO_LARGE, PLAIN, null);
    const token = exchange.header('x-auth-token');
    if (token === undefined) return this.#unauthorized(exchange);
    const caller = this.#options.identity.authenticate(token);
    if (caller instanceof Promise) return caller.then((found) => this.#route(exchange, edition, found));
    return this.#route(exchange, edition, caller);
  }

  /** The edition that a path is in; null when it is in none. */
  #editionOf(path: string): Edition | null {
    for (const edition of ['v2.1', 'v2'] as const) {
      const prefix = this.#prefixes[edition];
      if (path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')) return edition;
    }
    return null;
  }

  #outside(exchange: Exchange): Response {
    const { mount } = this.#options;
    const rest = exchange.path.slice(mount.length);
    const endpoint = this.#endpoint(exchange);
    const document = exchange.request.method === 'GET' ? this.#document(exchange, rest, endpoint) : null;
    if (document !== null) return document;
    const root = rest === '' || rest === '/';
    const body = root ? versionList(endpoint) : versionChoices(endpoint, rest);
    return new Response(JSON.stringify(body), {
      status: root ? 200 : 300,
      headers: { 'Content-Type': 'application/json' },
    });
  }

  /** The documents about the API itself, which need no token as the discovery of versions needs none. */
  #document(exchange: Exchange, rest: string, endpoint: string): Response | null {
    if (rest === '/schemas') return exchange.respond(200, this.#documents.schemas(), null);
    if (rest !== '/openapi.json') return null;
    const version = askedVersion(exchange.search);
    if (version === null) return exchange.fault({ status: 400, message: 'There is no such microversion.' });
    return exchange.respond(200, this.#documents.openApi(version, endpoint), null);
  }

  #versionRoot(exchange: Exchange, edition: Edition): Response {
    if (exchange.request.method !== 'GET') return this.#unrouted(exchange);
    const version = this.#versionOf(exchange, edition);
    if (version instanceof Response) return version;
    return exchange.respond(200, JSON.stringify(versionDocument(this.#endpoint(exchange), edition)), null);
  }

  #unauthorized(exchange: Exchange): Response {
    const translation = exchange.translation(AUTHENTICATION_REQUIRED);
    const message = translation?.message ?? AUTHENTICATION_REQUIRED;
    const body = JSON.stringify({ error: { code: 401, title: 'Unauthorized', message } });
    const challenge = { 'WWW-Authenticate': `Keystone uri="${this.#options.identityUri}"` };
    const headers = translation === null ? challenge : { ...challenge, ...exchange.languageHeaders(translation) };
    return exchange.send(401, body, 'application/json', headers);
  }

  #unrouted(exchange: Exchange): Response {
    return exchange.send(404, UNROUTED, PLAIN, null);
  }

  /** The version of the request, or the answer that refuses it. Legacy v2 neither heeds nor sends version headers. */
  #versionOf(exchange: Exchange, edition: Edition): Microversion | Response {
    return edition === 'v2' ? OLDEST : this.#negotiate(exchange);
  }

  /** The version that the headers ask for, or the answer that refuses it. */
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

  #route(exchange: Exchange, edition: Edition, caller: Caller | null): Answered {
    if (caller === null) return this.#unauthorized(exchange);
    exchange.caller = caller;
    const { method } = exchange.request;
    const waitSeconds = this.#options.rateLimiter?.refusal(caller.projectId ?? caller.userId, method) ?? null;
    if (waitSeconds !== null) {
      // Nova's legacy v2 knew 413 only.
      const status = edition === 'v2' ? 413 : 429;
      return exchange.fault({ status, message: 'This request was rate-limited.', retryAfterSeconds: waitSeconds });
    }
    const segments = exchange.path.slice(this.#prefixes[edition].length).split('/');
    let projectInUrl: string | null = null;
    let match = this.#tree.match(method, segments, 1);
    const first = segments[1] ?? '';
    if (match === null && PROJECT.test(first)) {
      projectInUrl = first;
      match = segments.length > 2 ? this.#tree.match(method, segments, 2) : null;
    }
    if (match === null) return this.#unrouted(exchange);
    exchange.routed(this.#label(edition, match.endpoint));
    const version = this.#versionOf(exchange, edition);
    if (version instanceof Response) return version;
    if (!isJsonType(exchange.header('content-type')))
      return exchange.fault({ status: 415, message: 'Unsupported Content-Type' });
    const routed: Routed<Services> = { exchange, caller, match, projectInUrl, edition, version };
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
    const answer = this.#run(routed, step, input);
    if (answer instanceof Promise) return answer.then((late) => tell(exchange, route, step.status, late));
    return tell(exchange, route, step.status, answer);
  }

  /** A creation with a key runs once; everything else, as often as it comes. */
  #run(routed: Routed<Services>, step: RouteStep<Services>, input: RouteInput): Answer | Promise<Answer> {
    const { exchange, match, caller, version, edition } = routed;
    const { services, idempotency } = this.#options;
    const run = () => step.run(input, services);
    if (idempotency === undefined || exchange.request.method !== 'POST' || match.endpoint.kind !== 'plain')
      return run();
    const key = exchange.header('idempotency-key');
    if (key === undefined || caller.projectId === null) return run();
    const parts = [caller.userId, edition, version, exchange.path, exchange.search, JSON.stringify(input.body)];
    return once({ key, projectId: caller.projectId, parts }, idempotency, run);
  }

  #context(routed: Routed<Services>): RequestContext {
    const { exchange, caller } = routed;
    const { policies } = this.#options;
    return {
      caller,
      version: routed.version,
      edition: routed.edition,
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
