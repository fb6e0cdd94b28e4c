import { type Amounts, addTo } from '../amounts.ts';
import type { Provider } from '../catalog.ts';
import type { Resources } from '../row.ts';
import type { Forest } from './forest.ts';
import { type Budget, type Match, matchesOf } from './match.ts';
import type { Candidate, CandidateQuery } from './query.ts';

/** Most steps that are made for one tree, and in all: with many like providers and groups there are more ways than can be listed. */
const TREE_STEPS_MAX = 20_000;
const STEPS_MAX = 500_000;
/** Trees between two pauses: with twenty instances on each host about 10 ms. */
const TREES_AT_ONCE = 64;

/** What has been found: the candidates, and the providers of all trees that serve in one. */
export interface Found {
  readonly candidates: readonly Candidate[];
  /** With what is taken of each. */
  readonly providers: readonly { readonly provider: Provider; readonly used: Amounts }[];
}

/**
 * The ways to serve a query, tree by tree, up to its limit: see `matchesOf`, which the scheduler goes by as well. It pauses
 * after so many trees, so that a large cloud does not keep everybody else waiting.
 */
export function* findCandidates(forest: Forest, query: CandidateQuery): Generator<void, Found> {
  const found = new Map<string, Candidate>();
  const serving = new Map<string, Provider>();
  let left = STEPS_MAX;
  let trees = 0;
  for (const rootId of anchorsOf(forest, query)) {
    if (found.size >= query.limit || left <= 0) break;
    trees += 1;
    if (trees % TREES_AT_ONCE === 0) yield;
    const budget = { steps: Math.min(TREE_STEPS_MAX, left) };
    const before = budget.steps;
    for (const match of matchesIn(forest, rootId, query, budget)) {
      const candidate = candidateOf(query, match);
      const key = JSON.stringify(candidate);
      if (found.has(key)) continue;
      found.set(key, candidate);
      for (const { provider } of match) serving.set(provider.id, provider);
      if (found.size >= query.limit) break;
    }
    left -= before - budget.steps;
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
  return [...rootIds].flatMap((rootId) => forest.grove(rootId).tree);
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

function matchesIn(forest: Forest, rootId: string, query: CandidateQuery, budget: Budget): Iterable<Match<Provider>> {
  const grove = forest.grove(rootId);
  const [root] = grove.tree;
  if (root === undefined) return [];
  if (!query.rootRequired.every((trait) => root.traits.includes(trait))) return [];
  if (query.rootForbidden.some((trait) => root.traits.includes(trait))) return [];
  return matchesOf(grove, query, budget);
}

/** A match as the API tells it: the sums of what each provider gives, and who serves which group. */
function candidateOf({ groups }: CandidateQuery, match: Match<Provider>): Candidate {
  // Whoever asks names the groups, `__proto__` too: assigned, that one would be lost.
  const mappings = groups.map(({ suffix }): [string, readonly string[]] => [
    suffix,
    [...new Set(match.filter((share) => share.suffix === suffix).map(({ provider }) => provider.id))],
  ]);
  const sums = new Map<string, Amounts>();
  for (const { provider, resources } of match) {
    const amounts = sums.get(provider.id) ?? new Map();
    addTo(amounts, resources);
    if (amounts.size > 0) sums.set(provider.id, amounts);
  }
  const allocations = [...sums].map(([id, amounts]): [string, Resources] => [id, Object.fromEntries(amounts)]);
  return { allocations: Object.fromEntries(allocations), mappings: Object.fromEntries(mappings) };
}
