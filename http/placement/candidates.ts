import { type Candidate, candidatesIn, capacityOf, type Found } from '../../actors/placement/client.ts';
import { choice, parameter, text } from '../parameter.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { SINCE, type Versioned } from './microversion.ts';
import { groupPatterns, LIMIT, parseCandidateQuery } from './query/groups.ts';
import type { QueryRule } from './query/rule.ts';
import { type PlacementRequest, route } from './route.ts';

const FIRST = 10;

const anyText = text();
const limit = parameter({ type: ['integer', 'string'], pattern: LIMIT, minimum: 1, minLength: 1 }, Number);

const resources = { resources: anyText };
const limited = { ...resources, limit };
const withTraits = { ...limited, required: anyText };
const grouped = { limit, group_policy: choice(['none', 'isolate']) };
const required = ['resources'];
const NUMBERED = ['resources', 'required', 'member_of'];
const GROUPED = [...NUMBERED, 'in_tree'];
const rooted = { ...grouped, root_required: anyText };

const QUERY: Versioned<QueryRule> = [
  [FIRST, { fields: resources, required }],
  [16, { fields: limited, required }],
  [17, { fields: withTraits, required }],
  [21, { fields: { ...withTraits, member_of: anyText }, required }],
  [25, { fields: grouped, patterns: groupPatterns(NUMBERED, false) }],
  [31, { fields: grouped, patterns: groupPatterns(GROUPED, false) }],
  [SINCE.freeSuffixes, { fields: grouped, patterns: groupPatterns(GROUPED, true) }],
  [35, { fields: rooted, patterns: groupPatterns(GROUPED, true) }],
  [SINCE.sameSubtree, { fields: { ...rooted, same_subtree: anyText }, patterns: groupPatterns(GROUPED, true) }],
];

function requestView({ allocations, mappings }: Candidate, minor: number): object {
  if (minor < SINCE.allocationsByProvider)
    return {
      allocations: Object.entries(allocations).map(([uuid, amounts]) => ({
        resource_provider: { uuid },
        resources: amounts,
      })),
    };
  const byProvider = Object.entries(allocations).map(([id, amounts]) => [id, { resources: amounts }]);
  return { allocations: Object.fromEntries(byProvider), ...(minor >= SINCE.mappings && { mappings }) };
}

function summaryView(
  { provider, used }: Found['providers'][number],
  asked: ReadonlySet<string>,
  minor: number,
): object {
  const shown = Object.entries(provider.inventories).filter(
    ([name]) => minor >= SINCE.allClassesInSummaries || asked.has(name),
  );
  return {
    resources: Object.fromEntries(
      shown.map(([name, inventory]) => [name, { capacity: capacityOf(inventory), used: used.get(name) ?? 0 }]),
    ),
    ...(minor >= SINCE.candidateTraits && { traits: provider.traits }),
    ...(minor >= SINCE.nestedCandidates && {
      parent_provider_uuid: provider.parentId,
      root_provider_uuid: provider.rootId,
    }),
  };
}

async function list({ query, minor, catalog: open }: PlacementRequest<never>): Promise<Answer | Problem> {
  const parsed = parseCandidateQuery(query, minor);
  if (!parsed.ok) return parsed.error;
  const { groups, rootRequired, rootForbidden } = parsed.value;
  const catalog = open();
  const asked = new Set(groups.flatMap((group) => Object.keys(group.resources)));
  const unknownClass = [...asked].find((name) => !catalog.hasClass(name));
  if (unknownClass !== undefined)
    return problem(400, `Invalid resource class in resources parameter: No such resource class ${unknownClass}.`);
  const traits = new Set(groups.flatMap(({ required: all, forbidden }) => [...all.flat(), ...forbidden]));
  const unknown = [...traits, ...rootRequired, ...rootForbidden].filter((name) => !catalog.hasTrait(name));
  if (unknown.length > 0) return problem(400, `No such trait(s): ${unknown.join(', ')}.`);
  const { candidates, providers } = await candidatesIn(catalog, parsed.value);
  return {
    status: 200,
    body: {
      allocation_requests: candidates.map((candidate) => requestView(candidate, minor)),
      provider_summaries: Object.fromEntries(providers.map((one) => [one.provider.id, summaryView(one, asked, minor)])),
    },
    modifiedMs: 'now',
  };
}

export const candidateRoutes = [
  route({
    method: 'GET',
    path: '/allocation_candidates',
    from: FIRST,
    policy: 'placement:allocation_candidates:list',
    query: QUERY,
    handler: list,
  }),
];
