import type { Hono } from 'hono';
import type { QosRuleType } from '../../actors/network/row.ts';
import { type Answer, badRequest, fault, forbidden } from './faults.ts';
import { type Gate, idOf } from './gate.ts';
import { pickFields } from './listing.ts';
import { MINIMUM_FIELDS } from './qos-policies.ts';
import { MINIMUM_MAX, RULE_DIRECTIONS, UNREALISED_RULES } from './qos-rules.ts';
import type { NetworkRequest } from './request.ts';

const REALISED = ['minimum_bandwidth', 'minimum_packet_rate'] as const;

const isTrue = (value: string | null): boolean => value !== null && ['true', '1'].includes(value.toLowerCase());

/** The types of rules that can be made; `all_rules`: also those of Neutron's that cannot. */
function listed({ query }: NetworkRequest): Answer {
  const known = ['all_rules', 'all_supported', 'type', 'fields', 'limit', 'marker', 'sort_key', 'sort_dir'];
  const strange = [...query.keys()].find((name) => !known.includes(name));
  if (strange !== undefined) return badRequest(`['${strange.slice(0, 100)}'] is invalid attribute for filtering`);
  const types = isTrue(query.get('all_rules')) ? [...REALISED, ...UNREALISED_RULES] : REALISED;
  const wanted = query.getAll('type');
  const shown = types.filter((type) => wanted.length === 0 || wanted.includes(type));
  return { status: 200, body: { rule_types: shown.map((type) => ({ type })) } };
}

/** What a rule of a type says, and who sees to it. */
const details = (type: QosRuleType) => ({
  type,
  drivers: [
    {
      name: 'placement',
      supported_parameters: [
        {
          parameter_name: MINIMUM_FIELDS[type],
          parameter_type: 'range',
          parameter_values: { start: 0, end: MINIMUM_MAX },
        },
        { parameter_name: 'direction', parameter_type: 'choices', parameter_values: RULE_DIRECTIONS[type] },
      ],
    },
  ],
});

/** The routes of the types of QoS rules. Neutron API v2: /v2.0/qos/rule-types. */
export function addQosRuleTypeRoutes(app: Hono, { version, authenticated }: Gate): void {
  app.get(`${version}/qos/rule-types`, authenticated(listed));
  app.get(
    `${version}/qos/rule-types/:id`,
    authenticated(({ caller, query }, c) => {
      if (!caller.isAdmin) return forbidden('get_rule_type');
      const type = REALISED.find((realised) => realised === idOf(c));
      return type
        ? { status: 200, body: { rule_type: pickFields(details(type), query.getAll('fields')) } }
        : fault(404, 'HTTPNotFound', `The rule_type ${idOf(c)} could not be found.`);
    }),
  );
}
