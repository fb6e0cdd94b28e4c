import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import { changeNetwork, type NetworkChange } from '../../actors/network/client.ts';
import type { QosPolicyRow, QosRule, QosRuleType } from '../../actors/network/row.ts';
import { type Answer, faultOf } from './faults.ts';
import { checkBody, whole } from './fields.ts';
import { type Gate, idOf } from './gate.ts';
import { listAnswer, pickFields, type Walk } from './listing.ts';
import { findQosPolicy, MINIMUM_FIELDS, qosRefusal, qosRuleView } from './qos-policies.ts';
import type { NetworkRequest } from './request.ts';
import { notRealised } from './unrealised.ts';

/** Largest amount. neutron_lib: DB_INTEGER_MAX_VALUE. */
export const MINIMUM_MAX = 2_147_483_647;

/** In what directions a rule of each type can be. Neutron: the extensions qos-bw-minimum-ingress and qos-pps-minimum. */
export const RULE_DIRECTIONS = {
  minimum_bandwidth: ['egress', 'ingress'],
  minimum_packet_rate: ['egress', 'ingress', 'any'],
} as const satisfies Record<QosRuleType, readonly QosRule['direction'][]>;

/** Types of Neutron's that nothing on the hosts would do. */
export const UNREALISED_RULES = ['bandwidth_limit', 'dscp_marking', 'packet_rate_limit'] as const;

const minimum = whole(0, MINIMUM_MAX);

/** The bodies of rules of each type, with one name for the amount. */
const SCHEMAS = {
  minimum_bandwidth: {
    create: v.pipe(
      v.strictObject(
        { min_kbps: minimum, direction: v.optional(v.picklist(RULE_DIRECTIONS.minimum_bandwidth)) },
        'an object is expected',
      ),
      v.transform(({ min_kbps, direction }) => ({ minimum: min_kbps, direction })),
    ),
    update: v.pipe(
      v.strictObject(
        { min_kbps: v.optional(minimum), direction: v.optional(v.picklist(RULE_DIRECTIONS.minimum_bandwidth)) },
        'an object is expected',
      ),
      v.transform(({ min_kbps, direction }) => ({ minimum: min_kbps, direction })),
    ),
  },
  minimum_packet_rate: {
    create: v.pipe(
      v.strictObject(
        { min_kpps: minimum, direction: v.optional(v.picklist(RULE_DIRECTIONS.minimum_packet_rate)) },
        'an object is expected',
      ),
      v.transform(({ min_kpps, direction }) => ({ minimum: min_kpps, direction })),
    ),
    update: v.pipe(
      v.strictObject(
        { min_kpps: v.optional(minimum), direction: v.optional(v.picklist(RULE_DIRECTIONS.minimum_packet_rate)) },
        'an object is expected',
      ),
      v.transform(({ min_kpps, direction }) => ({ minimum: min_kpps, direction })),
    ),
  },
};

/** A call on the rules of a policy that the caller sees. */
type RuleWork = (request: NetworkRequest, policy: QosPolicyRow, c: Context, body: unknown) => Answer | Promise<Answer>;

const ruleIdOf = (c: Context): string => c.req.param('rule') ?? '';

const noRule = (c: Context): Answer => faultOf({ code: 'QosRuleNotFound', ruleId: ruleIdOf(c), policyId: idOf(c) });

const onPolicy =
  (work: RuleWork) =>
  (request: NetworkRequest, c: Context, body?: unknown): Answer | Promise<Answer> => {
    const policy = findQosPolicy(request, idOf(c));
    return policy ? work(request, policy, c, body) : faultOf({ code: 'QosPolicyNotFound', policyId: idOf(c) });
  };

/** Rules in the order of their ids, from where a walk begins. */
function* walked(rules: readonly QosRule[], { after, reverse }: Walk): Iterable<QosRule> {
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (reverse) sorted.reverse();
  for (const rule of sorted) if (after === undefined || (reverse ? rule.id < after : rule.id > after)) yield rule;
}

/** The rules of one type as they are listed. */
function listed(type: QosRuleType): RuleWork {
  return (request, policy) => {
    const rules = policy.rules.filter((rule) => rule.type === type);
    const listing = {
      plural: `${type}_rules`,
      path: `qos/policies/${policy.id}/${type}_rules`,
      attributes: ['id', 'direction', MINIMUM_FIELDS[type]],
      *views(walk: Walk) {
        for (const rule of walked(rules, walk)) yield qosRuleView(rule);
      },
      find(id: string) {
        const rule = rules.find((known) => known.id === id);
        return rule && qosRuleView(rule);
      },
    };
    return listAnswer(listing, request);
  };
}

const ruleOf = (policy: QosPolicyRow | undefined, type: QosRuleType, id: string): QosRule | undefined =>
  policy?.rules.find((rule) => rule.id === id && rule.type === type);

/** Changes the rules of a policy, when the caller may; shows the rule after it. */
async function changedRule(
  request: NetworkRequest,
  policy: QosPolicyRow,
  change: NetworkChange & { readonly ruleType: QosRuleType },
  status: 200 | 201 | 204,
): Promise<Answer> {
  const outcome = await changeNetwork(request.system, change);
  if (!outcome.ok) return faultOf(outcome.error);
  if (status === 204) return { status, body: null };
  const type = change.ruleType;
  const rule = ruleOf(findQosPolicy(request, policy.id), type, outcome.value);
  if (!rule) return faultOf({ code: 'QosRuleNotFound', ruleId: outcome.value, policyId: policy.id });
  return { status, body: { [`${type}_rule`]: qosRuleView(rule) } };
}

function addRules(app: Hono, type: QosRuleType, { version, authenticated, withBody }: Gate): void {
  const all = `${version}/qos/policies/:id/${type}_rules`;
  const one = `${all}/:rule`;
  const permission = (verb: string): string => `${verb}_policy_${type}_rule`;
  const [list, show, create, update, remove] = [
    onPolicy(listed(type)),
    onPolicy((request, policy, c) => {
      const rule = ruleOf(policy, type, ruleIdOf(c));
      if (!rule) return noRule(c);
      return { status: 200, body: { [`${type}_rule`]: pickFields(qosRuleView(rule), request.query.getAll('fields')) } };
    }),
    onPolicy((request, policy, _, body) => {
      const checked = checkBody(`${type}_rule`, SCHEMAS[type].create, body);
      if (!checked.ok) return checked.answer;
      const refusal = qosRefusal(request, policy, permission('create'));
      if (refusal) return refusal;
      const rule = { minimum: checked.value.minimum, direction: checked.value.direction ?? ('egress' as const) };
      return changedRule(request, policy, { type: 'createQosRule', policyId: policy.id, ruleType: type, rule }, 201);
    }),
    onPolicy((request, policy, c, body) => {
      if (!ruleOf(policy, type, ruleIdOf(c))) return noRule(c);
      const checked = checkBody(`${type}_rule`, SCHEMAS[type].update, body);
      if (!checked.ok) return checked.answer;
      const refusal = qosRefusal(request, policy, permission('update'));
      if (refusal) return refusal;
      const wanted = { policyId: policy.id, ruleType: type, id: ruleIdOf(c), changes: checked.value };
      return changedRule(request, policy, { type: 'updateQosRule', ...wanted }, 200);
    }),
    onPolicy((request, policy, c) => {
      if (!ruleOf(policy, type, ruleIdOf(c))) return noRule(c);
      const refusal = qosRefusal(request, policy, permission('delete'));
      if (refusal) return refusal;
      const wanted = { policyId: policy.id, ruleType: type, id: ruleIdOf(c) };
      return changedRule(request, policy, { type: 'deleteQosRule', ...wanted }, 204);
    }),
  ];
  app.get(all, authenticated(list));
  app.get(one, authenticated(show));
  app.post(
    all,
    withBody((request, body, c) => create(request, c, body)),
  );
  app.put(
    one,
    withBody((request, body, c) => update(request, c, body)),
  );
  app.delete(one, authenticated(remove));
}

/** Rules that cannot be made: the list is empty, and making one is refused with the reason. */
function addUnrealisedRules(app: Hono, type: string, { version, authenticated }: Gate): void {
  const all = `${version}/qos/policies/:id/${type}_rules`;
  const plural = `${type}_rules`;
  const kind = {
    path: plural,
    plural,
    singular: `${type}_rule`,
    reason: 'nothing on the hosts limits or marks the packets of a port',
  };
  app.get(all, authenticated(onPolicy(() => ({ status: 200, body: { [plural]: [] } }))));
  app.post(all, authenticated(onPolicy(() => notRealised(kind))));
  app.all(`${all}/:rule`, authenticated(onPolicy((_, __, c) => noRule(c))));
}

/** The routes of the rules of QoS policies. Neutron API v2: /v2.0/qos/policies/{policy_id}/{type}_rules. */
export function addQosRuleRoutes(app: Hono, gate: Gate): void {
  addRules(app, 'minimum_bandwidth', gate);
  addRules(app, 'minimum_packet_rate', gate);
  for (const type of UNREALISED_RULES) addUnrealisedRules(app, type, gate);
}
