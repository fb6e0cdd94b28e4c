import type { PolicyDefinition } from '../../policy.ts';
import { ADMIN, ANYONE, OLD_ADMIN, OLD_OWNER, OWN_USER, READER } from './base.ts';

/** Rules of flavors, keypairs, quotas and usage. Facts: nova/policies/*.py. */
export const PROJECT_RULES = {
  'os_compute_api:extensions': {
    check: ANYONE,
    description: 'List and show API extensions.',
    operations: ['GET /extensions', 'GET /extensions/{alias}'],
  },
  'os_compute_api:os-flavor-access:add_tenant_access': {
    check: ADMIN,
    description: 'Give a project access to a private flavor.',
    operations: ['POST /flavors/{flavor_id}/action (addTenantAccess)'],
  },
  'os_compute_api:os-flavor-access:remove_tenant_access': {
    check: ADMIN,
    description: 'Take the access to a private flavor from a project.',
    operations: ['POST /flavors/{flavor_id}/action (removeTenantAccess)'],
  },
  'os_compute_api:os-flavor-access': {
    check: ADMIN,
    description: 'List the projects that have access to a flavor.',
    operations: ['GET /flavors/{flavor_id}/os-flavor-access'],
    deprecated: { name: 'os_compute_api:os-flavor-access', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-flavor-extra-specs:show': {
    check: READER,
    description: 'Show an extra spec of a flavor.',
    operations: ['GET /flavors/{flavor_id}/os-extra_specs/{flavor_extra_spec_key}'],
  },
  'os_compute_api:os-flavor-extra-specs:create': {
    check: ADMIN,
    description: 'Create extra specs of a flavor.',
    operations: ['POST /flavors/{flavor_id}/os-extra_specs/'],
  },
  'os_compute_api:os-flavor-extra-specs:update': {
    check: ADMIN,
    description: 'Change an extra spec of a flavor.',
    operations: ['PUT /flavors/{flavor_id}/os-extra_specs/{flavor_extra_spec_key}'],
  },
  'os_compute_api:os-flavor-extra-specs:delete': {
    check: ADMIN,
    description: 'Delete an extra spec of a flavor.',
    operations: ['DELETE /flavors/{flavor_id}/os-extra_specs/{flavor_extra_spec_key}'],
  },
  'os_compute_api:os-flavor-extra-specs:index': {
    check: READER,
    description: 'List the extra specs of a flavor, also inside flavor answers from 2.61 on.',
    operations: [
      'GET /flavors/{flavor_id}/os-extra_specs/',
      'POST /flavors',
      'GET /flavors/detail',
      'GET /flavors/{flavor_id}',
      'PUT /flavors/{flavor_id}',
    ],
  },
  'os_compute_api:os-flavor-manage:create': {
    check: ADMIN,
    description: 'Create a flavor.',
    operations: ['POST /flavors'],
  },
  'os_compute_api:os-flavor-manage:update': {
    check: ADMIN,
    description: 'Change the description of a flavor.',
    operations: ['PUT /flavors/{flavor_id}'],
  },
  'os_compute_api:os-flavor-manage:delete': {
    check: ADMIN,
    description: 'Delete a flavor.',
    operations: ['DELETE /flavors/{flavor_id}'],
  },
  'os_compute_api:os-keypairs:index': {
    check: OWN_USER,
    description: 'List the keypairs of a user.',
    operations: ['GET /os-keypairs'],
  },
  'os_compute_api:os-keypairs:create': {
    check: OWN_USER,
    description: 'Create or import a keypair.',
    operations: ['POST /os-keypairs'],
  },
  'os_compute_api:os-keypairs:delete': {
    check: OWN_USER,
    description: 'Delete a keypair.',
    operations: ['DELETE /os-keypairs/{keypair_name}'],
  },
  'os_compute_api:os-keypairs:show': {
    check: OWN_USER,
    description: 'Show a keypair.',
    operations: ['GET /os-keypairs/{keypair_name}'],
  },
  'os_compute_api:limits': {
    check: ANYONE,
    description: 'Show rate and absolute limits of the own project.',
    operations: ['GET /limits'],
  },
  'os_compute_api:limits:other_project': {
    check: ADMIN,
    description: 'Show the limits of another project.',
    operations: ['GET /limits'],
    deprecated: { name: 'os_compute_api:os-used-limits', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-quota-class-sets:show': {
    check: ADMIN,
    description: 'Show the quotas of a quota class.',
    operations: ['GET /os-quota-class-sets/{quota_class}'],
  },
  'os_compute_api:os-quota-class-sets:update': {
    check: ADMIN,
    description: 'Change the quotas of a quota class.',
    operations: ['PUT /os-quota-class-sets/{quota_class}'],
  },
  'os_compute_api:os-quota-sets:update': {
    check: ADMIN,
    description: 'Change the quotas of a project.',
    operations: ['PUT /os-quota-sets/{tenant_id}'],
  },
  'os_compute_api:os-quota-sets:defaults': {
    check: ANYONE,
    description: 'Show the default quotas.',
    operations: ['GET /os-quota-sets/{tenant_id}/defaults'],
  },
  'os_compute_api:os-quota-sets:show': {
    check: READER,
    description: 'Show the quotas of a project.',
    operations: ['GET /os-quota-sets/{tenant_id}'],
  },
  'os_compute_api:os-quota-sets:delete': {
    check: ADMIN,
    description: 'Put the quotas of a project back to the defaults.',
    operations: ['DELETE /os-quota-sets/{tenant_id}'],
  },
  'os_compute_api:os-quota-sets:detail': {
    check: READER,
    description: 'Show the quotas of a project with usage and reservations.',
    operations: ['GET /os-quota-sets/{tenant_id}/detail'],
  },
  'os_compute_api:os-simple-tenant-usage:show': {
    check: READER,
    description: 'Show the usage of a project.',
    operations: ['GET /os-simple-tenant-usage/{tenant_id}'],
  },
  'os_compute_api:os-simple-tenant-usage:list': {
    check: ADMIN,
    description: 'Show the usage of all projects.',
    operations: ['GET /os-simple-tenant-usage'],
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;
