import type { ComputeErrorCode } from '../actors/errors.ts';
import type { PolicyRule } from './compute/policies.ts';
import { compareMicroversions, type Microversion, NEWEST, OLDEST } from './microversions.ts';
import type { Strictness } from './parameter.ts';
import { NO_OWNER, type OwnerTarget, ownTarget } from './policy.ts';
import { type Answer, type Refusal, refuseWith } from './reply.ts';
import type { ApiRequest, Edition, RequestContext } from './request.ts';
import type { Shape } from './shape.ts';
import { always, derived, isStepped, type Stepped } from './stepped.ts';
import { validateBody, validateQuery } from './validation.ts';

/** The names in braces of a path: `id` of `/servers/{id}`. */
export type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** What a route's `subject` has found, and whose it is. */
export interface Found<Subject> {
  readonly value: Subject;
  readonly target: OwnerTarget;
  /** The rule that decides instead of the route's, by what was asked. Only with a policy whose target is `subject`. */
  readonly rule?: PolicyRule;
}

/**
 * The rule that is always checked. Target `none`: no owner, for what only admins do; `own`: the caller's project and
 * user; `subject`: the owner of what was looked up, so that an unknown thing is 404 and a foreign one 403. With `none`
 * and `own` the rule comes before the look-up. Null: the route is open to every token.
 */
export type RoutePolicy = { readonly rule: PolicyRule; readonly target: 'none' | 'own' | 'subject' } | null;

/** A route of the Compute API as data. See http/README.md for how a resource declares its routes. */
export interface RouteDefinition<Services, Path extends string, Body, Query, Subject> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version and the project, as in Nova's route table: `/servers/{id}/action`. */
  readonly path: Path;
  /** The one key of the body that selects this route among those of one path: `os-start`. */
  readonly action?: string;
  /** First and last microversion of the route, both included; outside it is 404. @default all */
  readonly from?: Microversion;
  readonly until?: Microversion;
  readonly policy: RoutePolicy;
  /** What the whole body must be. Without a shape any JSON passes, and the handler gets it as it is. */
  readonly body?: Shape<Body>;
  /** What the query must be. Without a shape all parameters are ignored. */
  readonly query?: Shape<Query>;
  readonly success: number | Stepped<number>;
  /** Errors that this route tells with another status than the table in faults.ts. */
  readonly statuses?: Readonly<Partial<Record<ComputeErrorCode, number>>>;
  /** Looks up what the request is about, before the handler: a server, a flavor. */
  readonly subject?: (
    request: ApiRequest<PathParameter<Path>, Body, Query, undefined>,
    services: Services,
  ) => Found<Subject> | Refusal | Promise<Found<Subject> | Refusal>;
  /** Does it. Where a microversion changes behaviour, pass a named flag inward, not the number. */
  readonly handler: (
    request: ApiRequest<PathParameter<Path>, Body, Query, Subject>,
    services: Services,
  ) => Answer | Promise<Answer>;
}

/** A request as it arrives at its route: nothing of it is checked but the caller. */
export interface RouteInput {
  readonly context: RequestContext;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly query: Readonly<Record<string, readonly string[]>> | null;
}

/** A route at one microversion: checks the input, then handles it. */
export interface RouteStep<Services> {
  readonly status: number;
  readonly run: (input: RouteInput, services: Services) => Answer | Promise<Answer>;
}

/** A route whose own types are closed over, so that all routes stand in one list. */
export interface Route<Services> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly action: string | null;
  readonly from: Microversion;
  readonly until: Microversion;
  readonly policy: RoutePolicy;
  readonly statuses: Readonly<Partial<Record<ComputeErrorCode, number>>>;
  readonly success: Stepped<number>;
  /** What it takes, for documents and tests; null: anything. */
  readonly body: Shape<unknown> | null;
  readonly query: Shape<unknown> | null;
  /** Compiled once for each step of the route's shapes and status. */
  readonly steps: Stepped<RouteStep<Services>>;
}

/** The names of a path's parameters, in order. */
export const parameterNames = (path: string): string[] =>
  [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');

const hasParameters = <Name extends string>(
  params: Readonly<Record<string, string>>,
  names: readonly string[],
): params is Readonly<Record<Name, string>> => names.every((name) => params[name] !== undefined);

/** A shape that was not given passes everything as it is; its type then is `unknown`. */
const isUnchecked = <T>(_value: unknown, shape: Shape<T> | undefined): _value is T => shape === undefined;

const request = <Name extends string, Body, Query, Subject>(
  context: RequestContext,
  params: Readonly<Record<Name, string>>,
  body: Body,
  query: Query,
  subject: Subject,
): ApiRequest<Name, Body, Query, Subject> => ({
  caller: context.caller,
  version: context.version,
  edition: context.edition,
  requestId: context.requestId,
  globalRequestId: context.globalRequestId,
  endpoint: context.endpoint,
  projectInUrl: context.projectInUrl,
  search: context.search,
  allows: context.allows,
  refusalOf: context.refusalOf,
  params,
  body,
  query,
  subject,
});

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const bodyChecker = <T>(
  shape: Shape<T> | undefined,
  version: Microversion,
): ((body: unknown, strictness: Strictness) => Checked<T>) => {
  const schema = shape?.at(version);
  if (schema !== undefined) return (body, strictness) => validateBody(schema, body, strictness);
  return (body) => (isUnchecked(body, shape) ? { ok: true, value: body } : { ok: false, message: '' });
};

const queryChecker = <T>(
  shape: Shape<T> | undefined,
  version: Microversion,
): ((query: RouteInput['query'], strictness: Strictness) => Checked<T>) => {
  const schema = shape?.at(version);
  if (schema === undefined) {
    const nothing: unknown = undefined;
    return () => (isUnchecked(nothing, shape) ? { ok: true, value: nothing } : { ok: false, message: '' });
  }
  // Most requests have no query: what they get is made once.
  const empty = validateQuery(schema, {});
  return (query, strictness) => (query === null ? empty : validateQuery(schema, query, strictness));
};

/**
 * The builder of routes for a set of services: `const route = routesFor<ComputeServices>()`, then
 * `route({ method: 'GET', path: '/flavors/{id}', ... })`. Types of parameters, body, query and subject follow from the
 * definition.
 */
export const routesFor =
  <Services>() =>
  <const Path extends string, Body = unknown, Query = undefined, Subject = undefined>(
    definition: RouteDefinition<Services, Path, Body, Query, Subject>,
  ): Route<Services> => {
    const { from = OLDEST, until = NEWEST, policy, subject: find, handler } = definition;
    const success = isStepped(definition.success) ? definition.success : always(definition.success);
    if (compareMicroversions(from, until) > 0) throw new RangeError(`${definition.path}: from ${from} until ${until}`);
    const names = parameterNames(definition.path);
    type Name = PathParameter<Path>;

    const finish = (
      input: RouteInput,
      params: Readonly<Record<Name, string>>,
      body: Body,
      query: Query,
      services: Services,
    ) => {
      const { context } = input;
      if (policy !== null && policy.target !== 'subject') {
        const target = policy.target === 'none' ? NO_OWNER : ownTarget(context.caller);
        const refusal = context.refusalOf(policy.rule, target);
        if (refusal !== null) return refusal;
      }
      const handle = (found: Found<Subject> | Refusal): Answer | Promise<Answer> => {
        if ('kind' in found) return found;
        if (policy?.target === 'subject') {
          const refusal = context.refusalOf(found.rule ?? policy.rule, found.target);
          if (refusal !== null) return refusal;
        }
        return handler(request(context, params, body, query, found.value), services);
      };
      if (find === undefined) {
        const nothing: unknown = undefined;
        if (!isNoSubject<Subject>(nothing)) return refuseWith(500);
        return handle({ value: nothing, target: NO_OWNER });
      }
      const found = find(request(context, params, body, query, undefined), services);
      return found instanceof Promise ? found.then(handle) : handle(found);
    };

    const step = (version: Microversion): RouteStep<Services> => {
      const checkBody = bodyChecker(definition.body, version);
      const checkQuery = queryChecker(definition.query, version);
      return {
        status: success.at(version),
        run: (input, services) => {
          if (!hasParameters<Name>(input.params, names)) return refuseWith(404);
          const strictness = strictnessOf(input.context.edition);
          const body = checkBody(input.body, strictness);
          if (!body.ok) return refuseWith(400, body.message);
          const query = checkQuery(input.query, strictness);
          if (!query.ok) return refuseWith(400, query.message);
          return finish(input, input.params, body.value, query.value, services);
        },
      };
    };
    const sources = [success, definition.body, definition.query].filter((source) => source !== undefined);
    return {
      method: definition.method,
      path: definition.path,
      action: definition.action ?? null,
      from,
      until,
      policy,
      statuses: definition.statuses ?? {},
      success,
      body: definition.body ?? null,
      query: definition.query ?? null,
      steps: derived(sources, step),
    };
  };

const strictnessOf = (edition: Edition): Strictness => (edition === 'v2' ? 'legacy' : 'strict');

/** A route without `subject` has the subject type `undefined`. */
const isNoSubject = <Subject>(value: unknown): value is Subject => value === undefined;
