import type { PolicyDefinition } from '../policy.ts';

/** Rules that Placement's others are built from. Source: `placement.json`, `policies`. */
export const PLACEMENT_BASE_RULES = {
  admin_or_service_api: {
    check: 'role:admin or role:service',
    description: 'An administrator, or another service of the cloud.',
    operations: [],
  },
  admin_or_project_reader_or_service_api: {
    check: 'role:admin or (role:reader and project_id:%(project_id)s) or role:service',
    description: 'An administrator, a reader of the project, or another service of the cloud.',
    operations: [],
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;

const ADMIN_OR_SERVICE = 'rule:admin_or_service_api';

const rule = (description: string, ...operations: readonly string[]) => ({
  check: ADMIN_OR_SERVICE,
  description,
  operations,
});

const PROVIDER = '/placement/resource_providers/{uuid}';
const INVENTORIES = `${PROVIDER}/inventories`;

/** Who may do what in the Placement API by default. An operator's policy file replaces single check strings. */
export const PLACEMENT_POLICIES = {
  'placement:resource_providers:list': rule('List resource providers.', 'GET /placement/resource_providers'),
  'placement:resource_providers:create': rule('Make a resource provider.', 'POST /placement/resource_providers'),
  'placement:resource_providers:show': rule('Show a resource provider.', `GET ${PROVIDER}`),
  'placement:resource_providers:update': rule('Rename or move a resource provider.', `PUT ${PROVIDER}`),
  'placement:resource_providers:delete': rule('Delete a resource provider.', `DELETE ${PROVIDER}`),
  'placement:resource_classes:list': rule('List resource classes.', 'GET /placement/resource_classes'),
  'placement:resource_classes:create': rule('Make a resource class.', 'POST /placement/resource_classes'),
  'placement:resource_classes:show': rule('Show a resource class.', 'GET /placement/resource_classes/{name}'),
  'placement:resource_classes:update': rule(
    'Rename a resource class, or make sure that it is there.',
    'PUT /placement/resource_classes/{name}',
  ),
  'placement:resource_classes:delete': rule('Delete a resource class.', 'DELETE /placement/resource_classes/{name}'),
  'placement:resource_providers:inventories:list': rule('List the inventories of a provider.', `GET ${INVENTORIES}`),
  'placement:resource_providers:inventories:create': rule('Add an inventory.', `POST ${INVENTORIES}`),
  'placement:resource_providers:inventories:show': rule('Show an inventory.', `GET ${INVENTORIES}/{resource_class}`),
  'placement:resource_providers:inventories:update': rule(
    'Set the inventories of a provider, or one of them.',
    `PUT ${INVENTORIES}`,
    `PUT ${INVENTORIES}/{resource_class}`,
  ),
  'placement:resource_providers:inventories:delete': rule(
    'Delete the inventories of a provider, or one of them.',
    `DELETE ${INVENTORIES}`,
    `DELETE ${INVENTORIES}/{resource_class}`,
  ),
  'placement:resource_providers:aggregates:list': rule('List aggregates of a provider.', `GET ${PROVIDER}/aggregates`),
  'placement:resource_providers:aggregates:update': rule('Set aggregates of a provider.', `PUT ${PROVIDER}/aggregates`),
  'placement:resource_providers:usages': rule('Show what is taken of a provider.', `GET ${PROVIDER}/usages`),
  'placement:usages': {
    check: 'rule:admin_or_project_reader_or_service_api',
    description: 'Show what a project, or a user in it, takes.',
    operations: ['GET /placement/usages'],
  },
  'placement:traits:list': rule('List traits.', 'GET /placement/traits'),
  'placement:traits:show': rule('Ask whether there is a trait.', 'GET /placement/traits/{name}'),
  'placement:traits:update': rule('Make a trait.', 'PUT /placement/traits/{name}'),
  'placement:traits:delete': rule('Delete a trait.', 'DELETE /placement/traits/{name}'),
  'placement:resource_providers:traits:list': rule('List the traits of a provider.', `GET ${PROVIDER}/traits`),
  'placement:resource_providers:traits:update': rule('Set the traits of a provider.', `PUT ${PROVIDER}/traits`),
  'placement:resource_providers:traits:delete': rule('Take all traits from a provider.', `DELETE ${PROVIDER}/traits`),
  'placement:allocations:manage': rule('Set what several consumers take.', 'POST /placement/allocations'),
  'placement:allocations:list': rule('Show what a consumer takes.', 'GET /placement/allocations/{consumer_uuid}'),
  'placement:allocations:update': rule('Set what a consumer takes.', 'PUT /placement/allocations/{consumer_uuid}'),
  'placement:allocations:delete': rule(
    'Take everything from a consumer.',
    'DELETE /placement/allocations/{consumer_uuid}',
  ),
  'placement:resource_providers:allocations:list': rule(
    'List who takes something of a provider.',
    `GET ${PROVIDER}/allocations`,
  ),
  'placement:allocation_candidates:list': rule(
    'Ask who could serve a request.',
    'GET /placement/allocation_candidates',
  ),
  'placement:reshaper:reshape': {
    check: 'role:service',
    description: 'Move inventories and what is taken of them between providers.',
    operations: ['POST /placement/reshaper'],
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;

/** The name of a rule that a route of the Placement API asks about. */
export type PlacementRule = keyof typeof PLACEMENT_POLICIES;
