import * as v from 'valibot';
import { anything, oneOf, parameter, text } from '../../parameter.ts';
import { lastOf, object, query } from '../../shape.ts';
import { always, mapSteps } from '../../stepped.ts';
import { anyText, nonNegativeInteger, uuid } from '../parameter-types.ts';

const loose = { unknown: 'drop' } as const;
const words = always(text({ minLength: 0, maxLength: 255 }));

/** Body of POST and PUT of groups. */
export const securityGroup = object({ security_group: object({ name: words, description: words }, loose) }, loose);

const rule = object(
  {
    group_id: always(v.optional(oneOf([uuid, parameter({ type: 'null' }, () => null)]))),
    parent_group_id: always(uuid),
    to_port: always(v.optional(anything)),
    from_port: always(v.optional(anything)),
    ip_protocol: always(v.optional(anything)),
    cidr: always(v.optional(anything)),
  },
  loose,
);

/** Body of POST /os-security-group-rules; the rule itself is checked further in `rules.ts`. */
export const createRule = object({ security_group_rule: mapSteps(rule, (schema) => schema) }, loose);

/** Query of GET /os-security-groups. */
export const listGroups = query(
  {
    limit: always(lastOf(nonNegativeInteger)),
    offset: always(lastOf(nonNegativeInteger)),
    all_tenants: always(lastOf(anyText)),
  },
  loose,
);
