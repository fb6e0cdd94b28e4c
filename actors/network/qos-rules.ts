import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { NetworkError } from './errors.ts';
import { layoutChanged } from './layout.ts';
import type { Changes, NetworkReply, NewQosRule } from './protocol.ts';
import { boundUnder } from './qos-use.ts';
import { type QosPolicyRow, type QosRule, type QosRuleType, qosPolicyTable } from './row.ts';

const noPolicy = (policyId: string): { readonly ok: false; readonly error: NetworkError } =>
  failed({ code: 'QosPolicyNotFound', policyId });

/** Why a rule cannot stand beside the others of its policy; null when it can. neutron: `qos_policy_validator`. */
function conflict(
  { id: policyId, rules }: QosPolicyRow,
  { id, type: ruleType, direction }: QosRule,
): NetworkError | null {
  for (const other of rules) {
    if (other.id === id || other.type !== ruleType) continue;
    if (other.direction === direction) return { code: 'QosRuleTaken', ruleType, ruleId: other.id, policyId };
    if (direction === 'any' || other.direction === 'any') {
      return { code: 'QosDirectionsMixed', direction, policyId, ruleType, otherDirection: other.direction };
    }
  }
  return null;
}

/** Gives a policy these rules, unless a server has a port under it: what that asks for has been taken of a host. */
function putRules(policy: QosPolicyRow, rules: readonly QosRule[], ctx: Context): NetworkError | null {
  const portId = boundUnder(policy.id, ctx);
  if (portId !== null) return { code: 'QosGuaranteeBound', portId };
  ctx.put(qosPolicyTable, policy.id, { ...policy, rules, updatedAtMs: ctx.nowMs, revision: policy.revision + 1 });
  layoutChanged(ctx);
  return null;
}

export function createQosRule(policyId: string, type: QosRuleType, wanted: NewQosRule, ctx: Context): NetworkReply {
  const policy = qosPolicyTable.read(ctx.rows, policyId);
  if (!policy) return noPolicy(policyId);
  const rule: QosRule = { id: ctx.newId(), type, direction: wanted.direction, minimum: wanted.minimum };
  const problem = conflict(policy, rule) ?? putRules(policy, [...policy.rules, rule], ctx);
  return problem ? failed(problem) : ok(rule.id);
}

export function updateQosRule(
  policyId: string,
  type: QosRuleType,
  id: string,
  changes: Changes<NewQosRule>,
  ctx: Context,
): NetworkReply {
  const policy = qosPolicyTable.read(ctx.rows, policyId);
  if (!policy) return noPolicy(policyId);
  const before = policy.rules.find((rule) => rule.id === id && rule.type === type);
  if (!before) return failed({ code: 'QosRuleNotFound', ruleId: id, policyId });
  const { direction = before.direction, minimum = before.minimum } = changes;
  const rule: QosRule = { ...before, direction, minimum };
  const rules = policy.rules.map((other) => (other === before ? rule : other));
  const problem = conflict(policy, rule) ?? putRules(policy, rules, ctx);
  return problem ? failed(problem) : ok(id);
}

export function deleteQosRule(policyId: string, type: QosRuleType, id: string, ctx: Context): NetworkReply {
  const policy = qosPolicyTable.read(ctx.rows, policyId);
  if (!policy) return noPolicy(policyId);
  const rules = policy.rules.filter((rule) => rule.id !== id || rule.type !== type);
  if (rules.length === policy.rules.length) return failed({ code: 'QosRuleNotFound', ruleId: id, policyId });
  const problem = putRules(policy, rules, ctx);
  return problem ? failed(problem) : ok(id);
}
