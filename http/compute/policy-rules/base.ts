import type { PolicyDefinition } from '../../policy.ts';

/** Rules that others are built from. They are asked about through those others only. Facts: nova/policies/base.py. */
export const BASE_RULES = {
  context_is_admin: {
    check: 'role:admin',
    description: 'An administrator, whatever the token is for.',
    operations: [],
    deprecated: { name: 'rule:admin_api', check: 'is_admin:True', since: '21.0.0' },
  },
  admin_or_owner: {
    check: 'is_admin:True or project_id:%(project_id)s',
    description: 'The old rule of owners and administrators.',
    operations: [],
  },
  admin_api: { check: 'is_admin:True', description: 'The old rule of administrators.', operations: [] },
  project_manager_api: {
    check: 'role:manager and project_id:%(project_id)s',
    description: 'A manager of the project that owns the thing.',
    operations: [],
    deprecated: { name: 'rule:admin_api', check: 'is_admin:True', since: '21.0.0' },
  },
  project_member_api: {
    check: 'role:member and project_id:%(project_id)s',
    description: 'A member of the project that owns the thing.',
    operations: [],
    deprecated: { name: 'rule:admin_or_owner', check: 'is_admin:True or project_id:%(project_id)s', since: '21.0.0' },
  },
  project_reader_api: {
    check: 'role:reader and project_id:%(project_id)s',
    description: 'A reader of the project that owns the thing.',
    operations: [],
    deprecated: { name: 'rule:admin_or_owner', check: 'is_admin:True or project_id:%(project_id)s', since: '21.0.0' },
  },
  service_api: {
    check: 'role:service',
    description: 'Another service of the cloud.',
    operations: [],
    deprecated: { name: 'rule:admin_api', check: 'is_admin:True', since: '21.0.0' },
  },
  project_manager_or_admin: {
    check: 'rule:project_manager_api or rule:context_is_admin',
    description: 'A manager of the owning project, or an administrator.',
    operations: [],
    deprecated: { name: 'rule:admin_api', check: 'is_admin:True', since: '21.0.0' },
  },
  project_member_or_admin: {
    check: 'rule:project_member_api or rule:context_is_admin',
    description: 'A member of the owning project, or an administrator.',
    operations: [],
    deprecated: { name: 'rule:admin_or_owner', check: 'is_admin:True or project_id:%(project_id)s', since: '21.0.0' },
  },
  project_reader_or_admin: {
    check: 'rule:project_reader_api or rule:context_is_admin',
    description: 'A reader of the owning project, or an administrator.',
    operations: [],
    deprecated: { name: 'rule:admin_or_owner', check: 'is_admin:True or project_id:%(project_id)s', since: '21.0.0' },
  },
  service_or_admin: {
    check: 'rule:service_api or rule:context_is_admin',
    description: 'Another service of the cloud, or an administrator.',
    operations: [],
    deprecated: { name: 'rule:admin_api', check: 'is_admin:True', since: '21.0.0' },
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;

// The check strings that most rules have, by what they mean.
export const ADMIN = 'rule:context_is_admin';
export const MANAGER = 'rule:project_manager_or_admin';
export const MEMBER = 'rule:project_member_or_admin';
export const READER = 'rule:project_reader_or_admin';
export const SERVICE = 'rule:service_or_admin';
export const OWN_USER = '(rule:context_is_admin) or user_id:%(user_id)s';
export const ANYONE = '@';
export const NOBODY = '!';
export const OLD_OWNER = 'rule:admin_or_owner';
export const OLD_ADMIN = 'rule:admin_api';
