import type { ClaimRequest } from '../cell/protocol.ts';
import type { MatchQuery } from '../placement/candidates/match.ts';
import type { RequestGroup } from '../placement/candidates/query.ts';
import type { HostTable } from './host-table.ts';

/** What a request asks of the providers of one host and of those that share with it. */
export interface TreeQuery extends MatchQuery {
  /** Resource classes that belong to no group, and that others than hosts' own providers have. */
  readonly spread: ReadonlySet<string>;
  /** Each amount that some provider must give by itself: what a host can be refused by quickly. */
  readonly single: readonly (readonly [name: string, amount: number])[];
  /** Whether that is all: who gives them does not matter. */
  readonly isSingle: boolean;
}

const NONE: readonly string[] = [];

const groupOf = (
  suffix: string,
  resources: Readonly<Record<string, number>>,
  required: readonly string[],
  forbidden: readonly string[],
): RequestGroup => ({
  suffix,
  resources: Object.fromEntries(Object.entries(resources).filter(([, amount]) => amount > 0)),
  required: required.map((trait) => [trait]),
  forbidden,
  memberOf: [],
  notMemberOf: [],
  inTree: null,
});

/** What a request takes outside groups, by resource class. */
const ungrouped = ({ demand, resources }: ClaimRequest): Readonly<Record<string, number>> => ({
  VCPU: demand.vcpus,
  MEMORY_MB: demand.memoryMib,
  DISK_GB: demand.diskGib,
  ...resources,
});

/** `classes`: those that others than hosts' own providers have. Undefined: the request asks for nothing of these. */
export function treeQueryOf(request: ClaimRequest, classes: { has(name: string): boolean }): TreeQuery | undefined {
  const { granular, requiredTraits = NONE, forbiddenTraits = NONE, isRebuild } = request;
  // What is rebuilt has its room.
  if (isRebuild) return undefined;
  if (granular === undefined && !asksForOneOf(request, classes)) return undefined;
  const plain = Object.entries(ungrouped(request)).filter(([, amount]) => amount > 0);
  const spread = new Set(plain.flatMap(([name]) => (classes.has(name) ? [name] : [])));
  // Where only hosts' own providers can give what belongs to no group, the traits asked for are theirs: a filter asks facts.
  const [required, forbidden] = spread.size === 0 ? [NONE, NONE] : [requiredTraits, forbiddenTraits];
  const groups = (granular?.groups ?? []).map((group) =>
    groupOf(group.suffix, group.resources, group.requiredTraits, group.forbiddenTraits),
  );
  if (plain.length > 0) groups.unshift(groupOf('', Object.fromEntries(plain), required, forbidden));
  return {
    groups,
    policy: granular?.policy ?? 'none',
    sameSubtrees: granular?.sameSubtrees ?? [],
    isNested: true,
    spread,
    single: groups.flatMap(({ resources }) => Object.entries(resources)),
    isSingle: granular === undefined && required.length === 0 && forbidden.length === 0,
  };
}

/** A request without what others than hosts' own providers may give: what packing policies weigh hosts by. */
export function asOfHosts(request: ClaimRequest, { trees }: Pick<HostTable, 'trees'>): ClaimRequest {
  const spread = trees.queryOf(request)?.spread;
  if (spread === undefined || spread.size === 0) return request;
  const { vcpus, memoryMib, diskGib } = request.demand;
  const demand = {
    vcpus: spread.has('VCPU') ? 0 : vcpus,
    memoryMib: spread.has('MEMORY_MB') ? 0 : memoryMib,
    diskGib: spread.has('DISK_GB') ? 0 : diskGib,
  };
  return { ...request, demand };
}

/** Most requests ask for three classes and nothing else: this is asked of all of them. */
function asksForOneOf({ demand, resources }: ClaimRequest, classes: { has(name: string): boolean }): boolean {
  if (demand.vcpus > 0 && classes.has('VCPU')) return true;
  if (demand.memoryMib > 0 && classes.has('MEMORY_MB')) return true;
  if (demand.diskGib > 0 && classes.has('DISK_GB')) return true;
  for (const name in resources) if (classes.has(name) && (resources[name] ?? 0) > 0) return true;
  return false;
}
