import * as v from 'valibot';
import { GROUP_POLICIES } from '../../../actors/registry/row.ts';
import { choice, list } from '../../parameter.ts';
import { lastOf, object, query, shape } from '../../shape.ts';
import { always, mapSteps, since, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

const onePolicy = <T>(policy: v.GenericSchema<unknown, T>) =>
  list(policy, { minItems: 1, maxItems: 1, uniqueItems: true });

const rules = object({ max_server_per_host: always(v.optional(types.positiveInteger)) });

/** Body of POST /os-server-groups. */
export const createServerGroup = shape('server_group', {
  name: always(types.name),
  policies: stepped(
    onePolicy(choice(['anti-affinity', 'affinity'])),
    ['2.15', onePolicy(choice(GROUP_POLICIES))],
    ['2.64', undefined],
  ),
  policy: since('2.64', choice(GROUP_POLICIES)),
  rules: mapSteps(since('2.64', rules.at('2.64')), (schema) => (schema === undefined ? undefined : v.optional(schema))),
});

/** Query of GET /os-server-groups. */
export const listServerGroups = query(
  {
    all_projects: always(lastOf(types.anyText)),
    limit: always(lastOf(types.nonNegativeInteger)),
    offset: always(lastOf(types.nonNegativeInteger)),
  },
  { unknown: stepped('drop', ['2.75', 'refuse']) },
);
