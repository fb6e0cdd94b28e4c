import type { Instance } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { PolicyRule } from '../policies.ts';
import { type ServerTest, serverTests } from './filters.ts';
import { type FilterName, filtersForEverybody, type ListServers, refusesUnknownStatus } from './list-query.ts';
import { statesOf } from './statuses.ts';
import { booleanWord } from './words.ts';

/** Which servers a list is about. */
export interface Selection {
  readonly kind: 'selection';
  /** Null: of all projects. */
  readonly projectId: string | null;
  readonly deleted: 'none' | 'only' | 'too';
  readonly test: ServerTest;
}

/** A list that is empty whatever there is. */
export interface Nothing {
  readonly kind: 'nothing';
}

/** Drops what the caller may not filter by; unlike other things that are not allowed, it is not refused. */
const permitted = (request: RequestContext, given: ListServers): Partial<ListServers> => {
  if (request.allows('os_compute_api:servers:allow_all_filters')) return given;
  const kept: ReadonlySet<string> = new Set<FilterName>(filtersForEverybody.at(request.version));
  const dropped: Record<string, undefined> = {};
  for (const name in given) if (!kept.has(name)) dropped[name] = undefined;
  return { ...given, ...dropped };
};

/** Reads the filters of a list as Nova does (`_get_servers` of nova/api/openstack/compute/servers.py). */
export const selectionOf = (
  request: RequestContext,
  given: ListServers,
  reader: Reader,
  allTenantsRule: PolicyRule,
): Selection | Nothing | Refusal => {
  const filters = permitted(request, given);
  const scope = projectScope(request, filters, allTenantsRule);
  if ('refusal' in scope) return scope.refusal;
  const states = stateTest(request, given.status);
  if ('kind' in states) return states;
  const since = filters['changes-since'];
  const before = filters['changes-before'];
  if (since !== undefined && before !== undefined && before < since)
    return refuseWith(400, 'The value of changes-since must be less than or equal to changes-before.');
  const tests = serverTests(filters, reader);
  if ('kind' in tests) return tests;
  const all = [...states.tests, ...tests];
  if (since !== undefined) all.push((server: Instance) => server.updatedAtMs >= since);
  if (before !== undefined) all.push((server: Instance) => server.updatedAtMs <= before);
  const withChanges = since !== undefined || before !== undefined;
  const deletion = deletionOf(filters, { withChanges, withStates: states.tests.length > 0 });
  if (!states.onlyDeleted) all.push(...deletion.tests);
  return {
    kind: 'selection',
    projectId: scope.projectId,
    deleted: states.onlyDeleted ? 'only' : deletion.deleted,
    test: all.length === 0 ? () => true : (server) => all.every((test) => test(server)),
  };
};

/** Whose servers: the caller's project's, or those of all projects, or of one that an administrator names. */
const projectScope = (
  request: RequestContext,
  filters: Partial<ListServers>,
  allTenantsRule: PolicyRule,
): { readonly projectId: string | null } | { readonly refusal: Refusal } => {
  const { all_tenants: word, tenant_id: tenantId, project_id: projectId } = filters;
  const own = request.caller.projectId;
  // Without all_tenants, a project that is named is not looked at (Nova: bug 1185290).
  const allTenants = word === undefined ? false : word === '' || booleanWord(word);
  if (allTenants === null) {
    const message = `Unrecognized value '${(word ?? '').slice(0, 255)}', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'`;
    return { refusal: refuseWith(400, message) };
  }
  if (!allTenants) return { projectId: own };
  const refusal = request.refusalOf(allTenantsRule);
  return refusal === null ? { projectId: projectId ?? tenantId ?? null } : { refusal };
};

interface StateTest {
  readonly tests: ServerTest[];
  readonly onlyDeleted: boolean;
}

interface Deletion {
  readonly deleted: Selection['deleted'];
  readonly tests: readonly ServerTest[];
}

const isSoftDeleted: ServerTest = ({ vmState }) => vmState === 'soft-delete';

/**
 * Which of deleted servers are meant. Those deleted softly count as deleted, unless `soft_deleted` says otherwise; a list of
 * changes leaves nothing out. Nova: `instance_get_all_by_filters_sort` (nova/db/main/api.py). Ours: a status that is asked
 * for finds them without more.
 */
const deletionOf = (
  filters: Pick<ListServers, 'deleted' | 'soft_deleted'>,
  { withChanges, withStates }: { readonly withChanges: boolean; readonly withStates: boolean },
): Deletion => {
  const softly = booleanWord(filters.soft_deleted ?? '');
  if (filters.deleted === undefined && withChanges) return { deleted: 'too', tests: [] };
  if (booleanWord(filters.deleted ?? '') === true) {
    if (softly === false) return { deleted: 'only', tests: [] };
    return { deleted: 'too', tests: [(server) => server.deletedAtMs !== null || isSoftDeleted(server)] };
  }
  return { deleted: 'none', tests: (softly ?? withStates) ? [] : [(server) => !isSoftDeleted(server)] };
};

const stateTest = (request: RequestContext, status: readonly string[] | undefined): StateTest | Nothing | Refusal => {
  if (status === undefined || status.length === 0) return { tests: [], onlyDeleted: false };
  const states = statesOf(status);
  if (states === null) {
    return refusesUnknownStatus.at(request.version) ? refuseWith(400, 'Invalid status value') : { kind: 'nothing' };
  }
  const { vmStates, taskStates } = states;
  const onlyDeleted = vmStates.size === 1 && vmStates.has('deleted');
  if (onlyDeleted && !request.caller.isAdmin) return refuseWith(403, 'Only administrators may list deleted instances');
  const test: ServerTest = (server) =>
    vmStates.has(server.vmState) &&
    (taskStates === null || (server.taskState !== null && taskStates.has(server.taskState)));
  return { tests: [test], onlyDeleted };
};
