import type {
  PlacementCatalog,
  PlacementChange,
  PlacementChanged,
  PlacementError,
} from '../../actors/placement/client.ts';
import type { Caller } from '../../drivers/identity.ts';
import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import { canonicalUuid } from '../compute/parameter-types.ts';
import { runInner, type Schema } from '../parameter.ts';
import type { PolicyTarget } from '../policy.ts';
import { pythonRepr } from '../python-text.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { atMinor, NEWEST_MINOR, type Versioned } from './microversion.ts';
import type { PlacementRule } from './policies.ts';
import { type QueryRule, queryProblem } from './query/rule.ts';

/** The names in braces of a path. */
type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** A request of a caller who is known, at a microversion. */
export interface PlacementRequest<Name extends string = never> {
  readonly caller: Caller;
  /** The minor number of the microversion. */
  readonly minor: number;
  readonly params: Readonly<Record<Name, string>>;
  readonly query: URLSearchParams;
  /** Path of the service, with which links begin. */
  readonly prefix: string;
  readonly nowMs: number;
  newId(): string;
  /** What is stored now. */
  catalog(): PlacementCatalog;
  /** Asks for a change; when it is answered, it is stored. */
  change(change: PlacementChange): Promise<Result<PlacementChanged, PlacementError | AskError>>;
}

/** A request whose body has been checked. */
export interface RequestWithBody<Name extends string, Body> extends PlacementRequest<Name> {
  readonly body: Body;
}

type Answered = Answer | Problem | Promise<Answer | Problem>;

/** A route of the Placement API as data. */
export interface RouteDefinition<Path extends string, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: Path;
  /** First and last minor version of the route, both included. @default all */
  readonly from?: number;
  readonly until?: number;
  /** What it answers with where it does not exist. @default 404 */
  readonly outside?: 405;
  /** A GET that is answered whatever the client accepts. @default false */
  readonly ignoresAccept?: true;
  /** Null: open to everybody. */
  readonly policy: PlacementRule | null;
  /** What the rule is asked about. @default nothing */
  readonly target?: (query: URLSearchParams) => PolicyTarget;
  /** What the body must be. Absent: no body is read. */
  readonly body?: Versioned<Schema<Body>>;
  readonly query?: Versioned<QueryRule>;
  /** Looked at before the body: whether what the path names is there. */
  readonly first?: (request: PlacementRequest<PathParameter<Path>>) => Problem | null;
  /** Does it. Where a microversion changes behaviour it asks `request.minor` against a name of `SINCE`. */
  readonly handler: (request: RequestWithBody<PathParameter<Path>, Body>) => Answered;
}

/** A route whose own types are closed over, so that all routes stand in one list. */
export interface PlacementRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly from: number;
  readonly until: number;
  readonly outside: 404 | 405;
  readonly policy: PlacementRule | null;
  readonly hasBody: boolean;
  /** Whether a client that accepts no JSON is refused. */
  readonly checksAccept: boolean;
  target(query: URLSearchParams): PolicyTarget;
  /** For tests: what the body must be at a minor version. */
  bodyAt(minor: number): Schema | undefined;
  /** Checks what came with the request, then handles it. */
  run(request: PlacementRequest<string>, body: unknown): Answered;
}

const NO_OWNER: PolicyTarget = {};

const hasParams = <Name extends string>(
  request: PlacementRequest<string>,
  names: readonly string[],
): request is PlacementRequest<Name> => names.every((name) => request.params[name] !== undefined);

/** What a path names, with UUIDs in the usual spelling: they are stored in no other. */
const spelled = (params: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, name.endsWith('uuid') ? canonicalUuid(value) : value]),
  );

/** A route without a body is handled with none. */
const isNoBody = <Body>(value: unknown): value is Body => value === undefined;

/** Where in the body something is wrong, as jsonschema says it: `['inventories']['VCPU']`. */
const placeOf = (path: readonly { readonly key: unknown }[]): string =>
  path.map(({ key }) => `[${pythonRepr(key)}]`).join('');

function checked<Body>(schema: Schema<Body>, body: unknown): { readonly value: Body } | Problem {
  const result = runInner(schema, body, 'strict');
  if (result.ok) return { value: result.value };
  const { message, path = [], input } = result.issue;
  const place = path.length === 0 ? '' : `  On instance${placeOf(path)}:     ${pythonRepr(input)}`;
  return problem(400, `JSON does not validate: ${message}${place}`);
}

/** Makes a route; types of its parameters and body follow from the definition. */
export function route<const Path extends string, Body = undefined>(
  definition: RouteDefinition<Path, Body>,
): PlacementRoute {
  const { method, path, from = 0, until = NEWEST_MINOR, policy, body, query, first, handler } = definition;
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');
  type Name = PathParameter<Path>;
  return {
    method,
    path,
    from,
    until,
    outside: definition.outside ?? 404,
    policy,
    hasBody: body !== undefined,
    checksAccept: method === 'GET' && definition.ignoresAccept !== true,
    target: definition.target ?? (() => NO_OWNER),
    bodyAt: (minor) => body && atMinor(body, minor),
    run(came, sent) {
      const request: PlacementRequest<string> = { ...came, params: spelled(came.params) };
      if (!hasParams<Name>(request, names)) return problem(404, '');
      const refusal = first?.(request) ?? null;
      if (refusal) return refusal;
      const rule = query && atMinor(query, request.minor);
      const wrong = rule === undefined ? null : queryProblem(rule, request.query);
      if (wrong) return wrong;
      const schema = body && atMinor(body, request.minor);
      if (schema === undefined) {
        const nothing: unknown = undefined;
        return isNoBody<Body>(nothing) ? handler({ ...request, body: nothing }) : problem(500, '');
      }
      const valid = checked(schema, sent);
      return 'value' in valid ? handler({ ...request, body: valid.value }) : valid;
    },
  };
}
