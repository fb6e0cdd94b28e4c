import type { PolicyDefinition } from '../../policy.ts';
import { ADMIN, ANYONE, MANAGER, OLD_ADMIN } from './base.ts';

/** Rules of what runs the cloud: hosts, aggregates, services, migrations. Facts: nova/policies/*.py. */
export const ADMINISTRATION_RULES = {
  'os_compute_api:os-aggregates:set_metadata': {
    check: ADMIN,
    description: 'Create or replace metadata of an aggregate.',
    operations: ['POST /os-aggregates/{aggregate_id}/action (set_metadata)'],
  },
  'os_compute_api:os-aggregates:add_host': {
    check: ADMIN,
    description: 'Put a host into an aggregate.',
    operations: ['POST /os-aggregates/{aggregate_id}/action (add_host)'],
  },
  'os_compute_api:os-aggregates:create': {
    check: ADMIN,
    description: 'Create an aggregate.',
    operations: ['POST /os-aggregates'],
  },
  'os_compute_api:os-aggregates:remove_host': {
    check: ADMIN,
    description: 'Take a host out of an aggregate.',
    operations: ['POST /os-aggregates/{aggregate_id}/action (remove_host)'],
  },
  'os_compute_api:os-aggregates:update': {
    check: ADMIN,
    description: 'Rename an aggregate or change its availability zone.',
    operations: ['PUT /os-aggregates/{aggregate_id}'],
  },
  'os_compute_api:os-aggregates:index': {
    check: ADMIN,
    description: 'List aggregates.',
    operations: ['GET /os-aggregates'],
  },
  'os_compute_api:os-aggregates:delete': {
    check: ADMIN,
    description: 'Delete an aggregate.',
    operations: ['DELETE /os-aggregates/{aggregate_id}'],
  },
  'os_compute_api:os-aggregates:show': {
    check: ADMIN,
    description: 'Show an aggregate.',
    operations: ['GET /os-aggregates/{aggregate_id}'],
  },
  'compute:aggregates:images': {
    check: ADMIN,
    description: 'Ask the hosts of an aggregate to cache images.',
    operations: ['POST /os-aggregates/{aggregate_id}/images'],
  },
  'os_compute_api:os-availability-zone:list': {
    check: ANYONE,
    description: 'List availability zones.',
    operations: ['GET /os-availability-zone'],
  },
  'os_compute_api:os-availability-zone:detail': {
    check: ADMIN,
    description: 'List availability zones with their hosts and services.',
    operations: ['GET /os-availability-zone/detail'],
  },
  'os_compute_api:os-hosts:list': {
    check: ADMIN,
    description: 'List hosts (deprecated API).',
    operations: ['GET /os-hosts'],
    deprecated: { name: 'os_compute_api:os-hosts', check: OLD_ADMIN, since: '22.0.0' },
  },
  'os_compute_api:os-hosts:show': {
    check: ADMIN,
    description: 'Show a host and its resources (deprecated API).',
    operations: ['GET /os-hosts/{host_name}'],
    deprecated: { name: 'os_compute_api:os-hosts', check: OLD_ADMIN, since: '22.0.0' },
  },
  'os_compute_api:os-hosts:update': {
    check: ADMIN,
    description: 'Enable or disable a host, or switch its maintenance mode (deprecated API).',
    operations: ['PUT /os-hosts/{host_name}'],
    deprecated: { name: 'os_compute_api:os-hosts', check: OLD_ADMIN, since: '22.0.0' },
  },
  'os_compute_api:os-hosts:reboot': {
    check: ADMIN,
    description: 'Reboot a host (deprecated API).',
    operations: ['GET /os-hosts/{host_name}/reboot'],
    deprecated: { name: 'os_compute_api:os-hosts', check: OLD_ADMIN, since: '22.0.0' },
  },
  'os_compute_api:os-hosts:shutdown': {
    check: ADMIN,
    description: 'Shut a host down (deprecated API).',
    operations: ['GET /os-hosts/{host_name}/shutdown'],
    deprecated: { name: 'os_compute_api:os-hosts', check: OLD_ADMIN, since: '22.0.0' },
  },
  'os_compute_api:os-hosts:start': {
    check: ADMIN,
    description: 'Start a host (deprecated API).',
    operations: ['GET /os-hosts/{host_name}/startup'],
    deprecated: { name: 'os_compute_api:os-hosts', check: OLD_ADMIN, since: '22.0.0' },
  },
  'os_compute_api:os-hypervisors:list': {
    check: ADMIN,
    description: 'List hypervisors.',
    operations: ['GET /os-hypervisors'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-hypervisors:list-detail': {
    check: ADMIN,
    description: 'List hypervisors with details.',
    operations: ['GET /os-hypervisors/details'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-hypervisors:statistics': {
    check: ADMIN,
    description: 'Show figures over all hypervisors; up to 2.87.',
    operations: ['GET /os-hypervisors/statistics'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-hypervisors:show': {
    check: ADMIN,
    description: 'Show a hypervisor.',
    operations: ['GET /os-hypervisors/{hypervisor_id}'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-hypervisors:uptime': {
    check: ADMIN,
    description: 'Show how long a hypervisor is up; up to 2.87.',
    operations: ['GET /os-hypervisors/{hypervisor_id}/uptime'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-hypervisors:search': {
    check: ADMIN,
    description: 'Find hypervisors by a part of their name; up to 2.52.',
    operations: ['GET /os-hypervisors/{hypervisor_hostname_pattern}/search'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-hypervisors:servers': {
    check: ADMIN,
    description: 'List the servers of matching hypervisors; up to 2.52.',
    operations: ['GET /os-hypervisors/{hypervisor_hostname_pattern}/servers'],
    deprecated: { name: 'os_compute_api:os-hypervisors', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-instance-usage-audit-log:list': {
    check: ADMIN,
    description: 'List the usage audits of all hosts.',
    operations: ['GET /os-instance_usage_audit_log'],
    deprecated: { name: 'os_compute_api:os-instance-usage-audit-log', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-instance-usage-audit-log:show': {
    check: ADMIN,
    description: 'List the usage audits before a time.',
    operations: ['GET /os-instance_usage_audit_log/{before_timestamp}'],
    deprecated: { name: 'os_compute_api:os-instance-usage-audit-log', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-migrations:index': {
    check: MANAGER,
    description: 'List migrations of the own project, without hosts.',
    operations: ['GET /os-migrations'],
  },
  'os_compute_api:os-migrations:index:all_projects': {
    check: ADMIN,
    description: 'List migrations of all projects, or of another one.',
    operations: ['GET /os-migrations'],
    deprecated: { name: 'os_compute_api:os-migrations:index', check: ADMIN, since: '32.0.0' },
  },
  'os_compute_api:os-migrations:index:host': {
    check: ADMIN,
    description: 'See source and target hosts in lists of migrations.',
    operations: ['GET /os-migrations'],
    deprecated: { name: 'os_compute_api:os-migrations:index', check: ADMIN, since: '32.0.0' },
  },
  'os_compute_api:os-services:list': {
    check: ADMIN,
    description: 'List the services of the controller and its hosts.',
    operations: ['GET /os-services'],
    deprecated: { name: 'os_compute_api:os-services', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-services:update': {
    check: ADMIN,
    description: 'Enable, disable or force down a service.',
    operations: ['PUT /os-services/{service_id}'],
    deprecated: { name: 'os_compute_api:os-services', check: OLD_ADMIN, since: '21.0.0' },
  },
  'os_compute_api:os-services:delete': {
    check: ADMIN,
    description: 'Delete a service.',
    operations: ['DELETE /os-services/{service_id}'],
    deprecated: { name: 'os_compute_api:os-services', check: OLD_ADMIN, since: '21.0.0' },
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;
