import { microversionOf, minorOf, NEWEST_MINOR } from './microversions.ts';
import { parameterNames, type Route } from './route.ts';

/** All routes of one method and path, and of one action if the body selects it. */
export interface Operation<Services> {
  readonly parameterNames: readonly string[];
  /** The route at a minor version, or undefined where it does not exist. */
  readonly byMinor: readonly (Route<Services> | undefined)[];
}

/** What a method and path lead to: one operation, or several that the body's key selects from. `path` is the template. */
export type Endpoint<Services> =
  | { readonly kind: 'plain'; readonly path: string; readonly operation: Operation<Services> }
  | { readonly kind: 'actions'; readonly path: string; readonly operations: ReadonlyMap<string, Operation<Services>> };

/** An endpoint and the values of the path's parameters, not decoded, in order. */
export interface Match<Services> {
  readonly endpoint: Endpoint<Services>;
  readonly values: readonly string[];
}

interface Node<Services> {
  readonly literals: Map<string, Node<Services>>;
  parameter: Node<Services> | null;
  readonly endpoints: Map<string, Endpoint<Services>>;
}

const emptyNode = <Services>(): Node<Services> => ({ literals: new Map(), parameter: null, endpoints: new Map() });

const operationOf = <Services>(path: string, routes: readonly Route<Services>[]): Operation<Services> => {
  const byMinor: (Route<Services> | undefined)[] = new Array(NEWEST_MINOR + 1).fill(undefined);
  for (const route of routes) {
    for (let minor = minorOf(route.from); minor <= minorOf(route.until); minor += 1) {
      if (byMinor[minor] !== undefined)
        throw new RangeError(
          `two routes for ${route.method} ${route.path} ${route.action ?? ''} at ${microversionOf(minor)}`,
        );
      byMinor[minor] = route;
    }
  }
  return { parameterNames: parameterNames(path), byMinor };
};

const endpointOf = <Services>(path: string, routes: readonly Route<Services>[]): Endpoint<Services> => {
  const actions = groupByAction(routes);
  const plain = actions.get(null);
  if (plain === undefined) {
    const operations = [...actions].flatMap(([action, group]): [string, Operation<Services>][] =>
      action === null ? [] : [[action, operationOf(path, group)]],
    );
    return { kind: 'actions', path, operations: new Map(operations) };
  }
  if (actions.size > 1) throw new RangeError(`${path} has routes with and without an action`);
  return { kind: 'plain', path, operation: operationOf(path, plain) };
};

const groupByAction = <Services>(routes: readonly Route<Services>[]): Map<string | null, Route<Services>[]> => {
  const groups = new Map<string | null, Route<Services>[]>();
  for (const route of routes) groups.set(route.action, [...(groups.get(route.action) ?? []), route]);
  return groups;
};

/** Finds the endpoint of a method and path. Literal segments win over parameters; an empty segment matches nothing. */
export class RouteTree<Services> {
  readonly #root: Node<Services> = emptyNode();

  /** Throws a RangeError when two routes claim the same microversion of the same operation. */
  constructor(routes: readonly Route<Services>[]) {
    const groups = new Map<string, Route<Services>[]>();
    for (const route of routes) {
      const key = `${route.method} ${route.path.replace(/\{[^}]+\}/g, '{}')}`;
      groups.set(key, [...(groups.get(key) ?? []), route]);
    }
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      this.#nodeOf(first.path).endpoints.set(first.method, endpointOf(first.path, group));
    }
  }

  #nodeOf(path: string): Node<Services> {
    let node = this.#root;
    for (const segment of path.split('/').slice(1)) {
      if (segment.startsWith('{')) {
        node.parameter ??= emptyNode();
        node = node.parameter;
        continue;
      }
      const next = node.literals.get(segment) ?? emptyNode();
      node.literals.set(segment, next);
      node = next;
    }
    return node;
  }

  /** Looks up `segments[first..]`. */
  match(method: string, segments: readonly string[], first: number): Match<Services> | null {
    return this.#descend(this.#root, method, segments, first, []);
  }

  #descend(
    node: Node<Services>,
    method: string,
    segments: readonly string[],
    index: number,
    values: readonly string[],
  ): Match<Services> | null {
    const segment = segments[index];
    if (segment === undefined) {
      const endpoint = node.endpoints.get(method);
      return endpoint === undefined ? null : { endpoint, values };
    }
    if (segment === '') return null;
    const literal = node.literals.get(segment);
    if (literal !== undefined) {
      const found = this.#descend(literal, method, segments, index + 1, values);
      if (found !== null) return found;
    }
    if (node.parameter === null) return null;
    return this.#descend(node.parameter, method, segments, index + 1, [...values, segment]);
  }
}
