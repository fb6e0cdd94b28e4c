import type { CandidateQuery, RequestGroup } from '../../../actors/placement/client.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import { canonicalUuid } from '../../compute/parameter-types.ts';
import { isUuidLike } from '../../formats.ts';
import { pythonRepr } from '../../python-text.ts';
import { type Problem, type ProblemCode, problem } from '../answer.ts';
import { SINCE } from '../microversion.ts';
import { aggregateNeeds } from './aggregates.ts';
import { parseResources } from './resources.ts';
import { parseTraits, traitNeeds } from './traits.ts';

/** Most candidates of one answer; Placement itself has no bound unless it is configured (`max_allocation_candidates`). */
const CANDIDATES_MAX = 10_000;
/** Most groups of one request: each is looked for in every tree. */
const GROUPS_MAX = 100;

const SUFFIX = '[1-9][0-9]*';
const FREE_SUFFIX = '[a-zA-Z0-9_-]{1,64}';

/** The names of a group's parameters, as regular expressions; the suffix is their first group. */
export const groupPatterns = (names: readonly string[], isFree: boolean): readonly string[] =>
  names.map((name) => `^${name}(${isFree ? FREE_SUFFIX : SUFFIX})?$`);

const NAMES = ['resources', 'required', 'member_of', 'in_tree'] as const;

const rejected = (text: string, code?: ProblemCode): Result<never, Problem> => failed(problem(400, text, code));

/** The suffixes of a query's groups, in the order in which they come first. */
function suffixesOf(query: URLSearchParams, minor: number): readonly string[] {
  const pattern = new RegExp(`^(?:${NAMES.join('|')})(${minor >= SINCE.freeSuffixes ? FREE_SUFFIX : SUFFIX})?$`, 'u');
  const suffixes = new Set<string>();
  for (const name of query.keys()) {
    const match = pattern.exec(name);
    if (match) suffixes.add(match[1] ?? '');
  }
  return [...suffixes];
}

function parseGroup(query: URLSearchParams, suffix: string, minor: number): Result<RequestGroup, Problem> {
  const resourcesText = query.getAll(`resources${suffix}`).at(-1);
  const resources = resourcesText === undefined ? ok({}) : parseResources(resourcesText);
  if (!resources.ok) return resources;
  const traits = traitNeeds(query.getAll(`required${suffix}`), minor);
  if (!traits.ok) return traits;
  const aggregates = aggregateNeeds(query.getAll(`member_of${suffix}`), suffix, minor);
  if (!aggregates.ok) return aggregates;
  const tree = query.getAll(`in_tree${suffix}`).at(-1);
  if (tree !== undefined && !isUuidLike(tree.trim()))
    return rejected(
      `Invalid query string parameters: Expected 'in_tree' parameter to be a format of uuid. Got: ${tree}`,
    );
  return ok({
    suffix,
    resources: resources.value,
    ...traits.value,
    ...aggregates.value,
    inTree: tree === undefined ? null : canonicalUuid(tree.trim()),
  });
}

const isEmpty = ({ resources }: RequestGroup): boolean => Object.keys(resources).length === 0;

/** Up to 1.35 every group has resources. */
function orphansRefused(groups: readonly RequestGroup[]): Problem | null {
  const empty = groups.filter(isEmpty);
  const traits = empty.filter(({ required }) => required.length > 0).map(({ suffix }) => `required${suffix}`);
  if (traits.length > 0)
    return problem(
      400,
      `All traits parameters must be associated with resources.  Found the following orphaned traits keys: ${traits.join(', ')}`,
    );
  const members = empty
    .filter(({ memberOf, notMemberOf }) => memberOf.length + notMemberOf.length > 0)
    .map(({ suffix }) => `member_of${suffix}`);
  if (members.length > 0)
    return problem(
      400,
      `All member_of parameters must be associated with resources. Found the following orphaned member_of keys: ${members.join(', ')}`,
    );
  if (empty.length > 0) return problem(400, 'All request groups must specify resources.');
  return groups.length > 0
    ? null
    : problem(400, 'At least one request group (`resources` or `resources{$S}`) is required.');
}

/** From 1.36 a group has resources, or stands in a `same_subtree`. */
function subtreesRefused(
  groups: readonly RequestGroup[],
  sameSubtrees: readonly (readonly string[])[],
): Problem | null {
  const empty = groups.filter(isEmpty).map(({ suffix }) => suffix);
  if (empty.length === groups.length)
    return problem(
      400,
      'There must be at least one resources or resources[$S] parameter.',
      'placement.query.missing_value',
    );
  const named = new Set(sameSubtrees.flat());
  const unnamed = empty.filter((suffix) => !named.has(suffix));
  if (unnamed.length > 0)
    return problem(
      400,
      `Resourceless suffixed group request should be specified in \`same_subtree\` query param: bad group(s) - ${pythonRepr(unnamed)}.`,
      'placement.query.bad_value',
    );
  const suffixes = groups.map(({ suffix }) => suffix);
  const unknown = [...named].filter((suffix) => !suffixes.includes(suffix));
  if (unknown.length > 0)
    return problem(
      400,
      `Real suffixes should be specified in \`same_subtree\`: ${pythonRepr(unknown)} not found in ${pythonRepr(suffixes)}.`,
      'placement.query.bad_value',
    );
  return null;
}

function conflictsRefused(groups: readonly RequestGroup[]): Problem | null {
  const conflicts = groups.flatMap(({ suffix, required, forbidden }) =>
    required
      .filter((any) => any.every((trait) => forbidden.includes(trait)))
      .map((any) => `required${suffix}: (${[...any].sort().join(', ')})`),
  );
  if (conflicts.length === 0) return null;
  return problem(
    400,
    `Conflicting required and forbidden traits found in the following traits keys: ${conflicts.sort().join(', ')}`,
  );
}

type RootNeeds = Pick<CandidateQuery, 'rootRequired' | 'rootForbidden'>;

function parseRoot(values: readonly string[]): Result<RootNeeds, Problem> {
  const [value] = values;
  if (value === undefined) return ok({ rootRequired: [], rootForbidden: [] });
  if (values.length > 1)
    return rejected("Query parameter 'root_required' may be specified only once.", 'placement.query.duplicate_key');
  const parsed = parseTraits(value, { mayForbid: true, mayChoose: false });
  if (!parsed.ok) return parsed;
  const rootRequired = parsed.value.required.flat();
  const { forbidden: rootForbidden } = parsed.value;
  const conflicts = rootForbidden.filter((trait) => rootRequired.includes(trait));
  if (conflicts.length > 0)
    return rejected(
      `Conflicting required and forbidden traits found in root_required: ${conflicts.join(', ')}`,
      'placement.query.bad_value',
    );
  return ok({ rootRequired, rootForbidden });
}

function parseSubtrees(values: readonly string[]): Result<readonly (readonly string[])[], Problem> {
  const sameSubtrees = values.map((value) => [...new Set(value.split(',').map((suffix) => suffix.trim()))]);
  return sameSubtrees.some((suffixes) => suffixes.includes(''))
    ? rejected('Empty string (unsuffixed group) can not be specified in `same_subtree` ', 'placement.query.bad_value')
    : ok(sameSubtrees);
}

/** What a limit is, as a regular expression. */
export const LIMIT = '^[1-9][0-9]*$';

/** Most candidates that are wanted. Of a limit that is repeated the first counts, and another one was checked. */
function parseLimit(query: URLSearchParams): Result<number, Problem> {
  const limit = query.get('limit');
  if (limit === null) return ok(CANDIDATES_MAX);
  return new RegExp(LIMIT, 'u').test(limit)
    ? ok(Math.min(Number(limit), CANDIDATES_MAX))
    : rejected(`Invalid query string parameters: ${pythonRepr(limit)} does not match ${pythonRepr(LIMIT)}`);
}

/** Reads the query of `GET /allocation_candidates`, whose names and plain values have been checked. */
export function parseCandidateQuery(query: URLSearchParams, minor: number): Result<CandidateQuery, Problem> {
  const limit = parseLimit(query);
  if (!limit.ok) return limit;
  const root = parseRoot(query.getAll('root_required'));
  if (!root.ok) return root;
  const subtrees = parseSubtrees(query.getAll('same_subtree'));
  if (!subtrees.ok) return subtrees;
  const suffixes = suffixesOf(query, minor);
  if (suffixes.length > GROUPS_MAX) return rejected(`A request has at most ${GROUPS_MAX} groups.`);
  const groups: RequestGroup[] = [];
  for (const suffix of suffixes) {
    const group = parseGroup(query, suffix, minor);
    if (!group.ok) return group;
    groups.push(group.value);
  }
  const refusal =
    (minor >= SINCE.sameSubtree ? subtreesRefused(groups, subtrees.value) : orphansRefused(groups)) ??
    (minor >= SINCE.forbiddenTraits ? conflictsRefused(groups) : null);
  if (refusal) return failed(refusal);
  const policy = query.get('group_policy');
  if (policy === null && groups.filter(({ suffix }) => suffix !== '').length > 1)
    return rejected('The "group_policy" parameter is required when specifying more than one "resources{N}" parameter.');
  return ok({
    groups,
    policy: policy === 'isolate' ? 'isolate' : 'none',
    limit: limit.value,
    ...root.value,
    sameSubtrees: subtrees.value,
    isNested: minor >= SINCE.nestedCandidates,
  });
}
