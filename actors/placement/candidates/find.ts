import { type Amounts, addTo } from '../amounts.ts';
import type { Provider } from '../catalog.ts';
import { capacityOf, fits } from '../inventory.ts';
import type { Resources } from '../row.ts';
import { type Forest, hasForbidden, isMember, meetsRequired, type Tree } from './forest.ts';
import type { Candidate, CandidateQuery, RequestGroup } from './query.ts';

/** Most combinations that are tried for one tree, and in all: with many like providers and groups there are more than can be listed. */
const TREE_COMBINATIONS_MAX = 20_000;
const COMBINATIONS_MAX = 500_000;
/** Trees between two pauses: with twenty instances on each host about 10 ms. */
const TREES_AT_ONCE = 64;

/** Part of a candidate: one provider serves these resources of a group. */
interface Share {
  readonly provider: Provider;
  readonly resources: Resources;
}

/** One way to serve one group. A group without resources has a share without any. */
type Serving = readonly Share[];

/** What has been found: the candidates, and the providers of all trees that serve in one. */
export interface Found {
  readonly candidates: readonly Candidate[];
  /** With what is taken of each. */
  readonly providers: readonly { readonly provider: Provider; readonly used: Amounts }[];
}

/**
 * The ways to serve a query, tree by tree, up to its limit. Nova's and Placement's rules: every resource of the group without
 * a suffix comes from one provider of the tree or of one that shares with it; each other group from one provider;
 * nothing exceeds what is free. It pauses after so many trees, so that a large cloud does not keep everybody else waiting.
 */
export function* findCandidates(forest: Forest, query: CandidateQuery): Generator<void, Found> {
  const found = new Map<string, Candidate>();
  const serving = new Map<string, Provider>();
  let tried = 0;
  let trees = 0;
  for (const rootId of anchorsOf(forest, query)) {
    if (found.size >= query.limit || tried >= COMBINATIONS_MAX) break;
    trees += 1;
    if (trees % TREES_AT_ONCE === 0) yield;
    for (const { candidate, providers } of candidatesOf(forest, forest.tree(rootId), query)) {
      tried += 1;
      if (candidate === null) continue;
      const key = JSON.stringify(candidate);
      if (found.has(key)) continue;
      found.set(key, candidate);
      for (const provider of providers) serving.set(provider.id, provider);
      if (found.size >= query.limit) break;
    }
  }
  const providers = providersShown(forest, serving, query).map((provider) => ({
    provider,
    used: forest.usage(provider),
  }));
  return { candidates: [...found.values()], providers };
}

/** Up to 1.28 only those that serve are shown, later all of their trees. */
function providersShown(
  forest: Forest,
  serving: ReadonlyMap<string, Provider>,
  { isNested }: CandidateQuery,
): Provider[] {
  if (!isNested) return [...serving.values()];
  const rootIds = new Set([...serving.values()].map(({ rootId }) => rootId));
  return [...rootIds].flatMap((rootId) => forest.tree(rootId).providers);
}

/** The tops of the trees that may serve. */
function anchorsOf(forest: Forest, query: CandidateQuery): readonly string[] {
  const spread = query.groups.find(({ suffix }) => suffix === '');
  if (spread !== undefined && spread.inTree !== null) {
    const rootId = forest.rootOf(spread.inTree);
    return rootId === undefined ? [] : [rootId];
  }
  return forest.rootIds();
}

function* candidatesOf(
  forest: Forest,
  tree: Tree,
  query: CandidateQuery,
): Iterable<{ candidate: Candidate | null; providers: readonly Provider[] }> {
  const [root] = tree.providers;
  if (root === undefined) return;
  if (!query.rootRequired.every((trait) => root.traits.includes(trait))) return;
  if (query.rootForbidden.some((trait) => root.traits.includes(trait))) return;
  const sharing = forest.sharingWith(tree);
  const ways: (readonly Serving[])[] = [];
  for (const group of query.groups) {
    const servings =
      group.suffix === '' ? spreadServings(forest, tree, sharing, group) : oneServings(forest, tree, sharing, group);
    if (servings.length === 0) return;
    ways.push(servings);
  }
  for (const combination of productOf(ways)) {
    const providers = combination.flat().map(({ provider }) => provider);
    yield { candidate: merged(forest, query, combination), providers };
  }
}

const isInTree = (forest: Forest, provider: Provider, { inTree }: RequestGroup): boolean =>
  inTree === null || forest.rootOf(inTree) === provider.rootId;

/** The ways in which one provider serves all of a group. */
function oneServings(
  forest: Forest,
  tree: Tree,
  sharing: readonly Provider[],
  group: RequestGroup,
): readonly Serving[] {
  const needed = Object.entries(group.resources);
  return [...tree.providers, ...sharing]
    .filter(
      (provider) =>
        isInTree(forest, provider, group) &&
        needed.every(([name, amount]) => hasRoom(forest, provider, name, amount)) &&
        meetsRequired(provider.traits, group) &&
        !hasForbidden(provider, group) &&
        isMember([provider], group),
    )
    .map((provider) => [{ provider, resources: group.resources }]);
}

/** The ways in which providers of a tree, and those that share with it, serve a group, each resource from one of them. */
function spreadServings(
  forest: Forest,
  tree: Tree,
  sharing: readonly Provider[],
  group: RequestGroup,
): readonly Serving[] {
  const needed = Object.entries(group.resources);
  // Resources alone say who serves; a group without any is served by the tree's members one by one.
  if (needed.length === 0) return oneServings(forest, tree, [], group);
  const [root] = tree.providers;
  if (root === undefined || !isMember([root], { ...group, memberOf: [] })) return [];
  // An aggregate of the top is one of the whole tree. Who shares must be in it by itself.
  const candidates = [...tree.providers, ...(group.inTree === null ? sharing : [])].filter(
    (provider) =>
      isInTree(forest, provider, group) &&
      !hasForbidden(provider, group) &&
      isMember(provider.rootId === root.id ? [provider, root] : [provider], group),
  );
  const ways = needed.map(([name, amount]) =>
    candidates
      .filter((provider) => hasRoom(forest, provider, name, amount))
      .map((provider): Serving => [{ provider, resources: { [name]: amount } }]),
  );
  return [...productOf(ways)]
    .map((shares) => shares.flat())
    .filter((shares) =>
      meetsRequired(
        shares.flatMap(({ provider }) => provider.traits),
        group,
      ),
    );
}

function hasRoom(forest: Forest, provider: Provider, resourceClass: string, amount: number): boolean {
  const inventory = provider.inventories[resourceClass];
  return inventory !== undefined && fits(inventory, forest.used(provider, resourceClass), amount);
}

/** Every combination of one of each list, up to the limit. */
function* productOf<T>(lists: readonly (readonly T[])[]): Iterable<readonly T[]> {
  if (lists.some((list) => list.length === 0)) return;
  const at = lists.map(() => 0);
  for (let count = 0; count < TREE_COMBINATIONS_MAX; count++) {
    yield lists.flatMap((list, index) => list.slice(at[index], (at[index] ?? 0) + 1));
    let digit = lists.length - 1;
    for (; digit >= 0; digit--) {
      const next = (at[digit] ?? 0) + 1;
      at[digit] = next < (lists[digit]?.length ?? 0) ? next : 0;
      if (at[digit] !== 0) break;
    }
    if (digit < 0) return;
  }
}

/** All groups together as one candidate; null when they do not go together. */
function merged(forest: Forest, query: CandidateQuery, servings: readonly Serving[]): Candidate | null {
  const mappings: Record<string, string[]> = {};
  for (const [index, { suffix }] of query.groups.entries())
    mappings[suffix] = [...new Set((servings[index] ?? []).map(({ provider }) => provider.id))];
  if (query.policy === 'isolate' && !areApart(mappings)) return null;
  const shares = servings.flat();
  const byId = new Map(shares.map(({ provider }) => [provider.id, provider]));
  if (
    !query.sameSubtrees.every((suffixes) =>
      isOneSubtree(
        forest,
        byId,
        suffixes.flatMap((s) => mappings[s] ?? []),
      ),
    )
  )
    return null;
  const sums = new Map<string, Amounts>();
  for (const { provider, resources } of shares) {
    const amounts = sums.get(provider.id) ?? new Map();
    addTo(amounts, resources);
    if (amounts.size > 0) sums.set(provider.id, amounts);
  }
  const serving = [...sums.keys()].flatMap((id) => byId.get(id) ?? []);
  if (!query.isNested && new Set(serving.map(({ rootId }) => rootId)).size < serving.length) return null;
  if (!serving.every((provider) => holds(forest, provider, sums.get(provider.id) ?? new Map()))) return null;
  const allocations = [...sums].map(([id, amounts]): [string, Resources] => [id, Object.fromEntries(amounts)]);
  return { allocations: Object.fromEntries(allocations), mappings };
}

/** Whether no provider serves two groups that have a suffix. */
function areApart(mappings: Readonly<Record<string, readonly string[]>>): boolean {
  const ids = Object.entries(mappings).flatMap(([suffix, served]) => (suffix === '' ? [] : served));
  return new Set(ids).size === ids.length;
}

/** Whether one of the providers stands at or above all the others. */
function isOneSubtree(forest: Forest, byId: ReadonlyMap<string, Provider>, ids: readonly string[]): boolean {
  if (ids.length <= 1) return true;
  const lines = ids.map((id) => lineOf(forest, byId.get(id)));
  return ids.some((id) => lines.every((line) => line.has(id)));
}

/** A provider and everybody above it. */
function lineOf(forest: Forest, provider: Provider | undefined): ReadonlySet<string> {
  const line = new Set<string>();
  const parents = new Map(
    provider === undefined ? [] : forest.tree(provider.rootId).providers.map(({ id, parentId }) => [id, parentId]),
  );
  for (let id = provider?.id ?? null; id !== null && !line.has(id); id = parents.get(id) ?? null) line.add(id);
  return line;
}

/** Whether a provider has room for the sum of what several groups take of it. */
function holds(forest: Forest, provider: Provider, amounts: Amounts): boolean {
  for (const [name, amount] of amounts) {
    const inventory = provider.inventories[name];
    if (inventory === undefined || amount > inventory.maxUnit) return false;
    if (forest.used(provider, name) + amount > capacityOf(inventory)) return false;
  }
  return true;
}
