import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { NetworkError } from './errors.ts';
import { NETWORK_LIMITS } from './limits.ts';
import type { Changes, NetworkReply, NewQosPolicy } from './protocol.ts';
import { networkTable, portTable, type QosPolicyRow, qosPolicyTable } from './row.ts';

/** Why a project cannot have another default policy; null when it can. */
function defaultProblem(projectId: string, ctx: Context): NetworkError | null {
  const [taken] = qosPolicyTable.ids(ctx.rows, 'default', [projectId], { limit: 1 });
  return taken === undefined ? null : { code: 'QosDefaultTaken', projectId };
}

export function createQosPolicy(wanted: NewQosPolicy, ctx: Context): NetworkReply {
  const limit = NETWORK_LIMITS.qosPoliciesPerProjectMax;
  if ([...qosPolicyTable.ids(ctx.rows, 'project', [wanted.projectId], { limit })].length >= limit) {
    return failed({ code: 'NetworkQuotaExceeded', resource: 'qos_policy' });
  }
  const problem = wanted.isDefault ? defaultProblem(wanted.projectId, ctx) : null;
  if (problem) return failed(problem);
  const row: QosPolicyRow = {
    ...wanted,
    id: ctx.newId(),
    rules: [],
    tags: [],
    createdAtMs: ctx.nowMs,
    updatedAtMs: ctx.nowMs,
    revision: 0,
  };
  ctx.put(qosPolicyTable, row.id, row);
  return ok(row.id);
}

/** A network or a port that has a policy, of another project than this one when it is named; null: none. */
function userOf(policyId: string, besides: string | null, ctx: Context): NetworkError | null {
  for (const [userType, table] of [
    ['port', portTable],
    ['network', networkTable],
  ] as const) {
    for (const userId of table.ids(ctx.rows, 'qos', [policyId])) {
      if (table.read(ctx.rows, userId)?.projectId !== besides) {
        return { code: 'QosPolicyInUse', policyId, userType, userId };
      }
    }
  }
  return null;
}

export function updateQosPolicy(
  id: string,
  changes: Changes<Omit<NewQosPolicy, 'projectId'>>,
  ctx: Context,
): NetworkReply {
  const row = qosPolicyTable.read(ctx.rows, id);
  if (!row) return failed({ code: 'QosPolicyNotFound', policyId: id });
  const problem =
    (changes.isDefault === true && !row.isDefault ? defaultProblem(row.projectId, ctx) : null) ??
    (changes.shared === false && row.shared ? userOf(id, row.projectId, ctx) : null);
  if (problem) return failed(problem);
  ctx.put(qosPolicyTable, id, {
    ...row,
    name: changes.name ?? row.name,
    description: changes.description ?? row.description,
    shared: changes.shared ?? row.shared,
    isDefault: changes.isDefault ?? row.isDefault,
    updatedAtMs: ctx.nowMs,
    revision: row.revision + 1,
  });
  return ok(id);
}

export function deleteQosPolicy(id: string, ctx: Context): NetworkReply {
  if (!qosPolicyTable.read(ctx.rows, id)) return failed({ code: 'QosPolicyNotFound', policyId: id });
  const user = userOf(id, null, ctx);
  if (user) return failed(user);
  ctx.put(qosPolicyTable, id, undefined);
  return ok(id);
}

/** The default policy of a project; undefined: it has none. */
export const defaultQosPolicy = (projectId: string, ctx: Context): string | undefined =>
  [...qosPolicyTable.ids(ctx.rows, 'default', [projectId], { limit: 1 })][0];
