import type { PolicyDefinition } from '../../policy.ts';
import { ADMIN, MANAGER, MEMBER, NOBODY, OLD_OWNER, READER, SERVICE } from './base.ts';

/** Rules of servers themselves: listing, creating, changing, their migrations and groups. Facts: nova/policies/*.py. */
export const SERVER_RULES = {
  'os_compute_api:servers:index': { check: READER, description: 'List servers.', operations: ['GET /servers'] },
  'os_compute_api:servers:detail': {
    check: READER,
    description: 'List servers with details.',
    operations: ['GET /servers/detail'],
  },
  'os_compute_api:servers:index:get_all_tenants': {
    check: ADMIN,
    description: 'List the servers of all projects.',
    operations: ['GET /servers'],
  },
  'os_compute_api:servers:detail:get_all_tenants': {
    check: ADMIN,
    description: 'List the servers of all projects with details.',
    operations: ['GET /servers/detail'],
  },
  'os_compute_api:servers:allow_all_filters': {
    check: ADMIN,
    description: 'Use every filter in lists of servers.',
    operations: ['GET /servers', 'GET /servers/detail'],
  },
  'os_compute_api:servers:show': {
    check: READER,
    description: 'Show a server.',
    operations: ['GET /servers/{server_id}'],
  },
  'os_compute_api:servers:show:flavor-extra-specs': {
    check: READER,
    description: 'See the extra specs of the flavor in server answers, from 2.47 on.',
    operations: [
      'GET /servers/detail',
      'GET /servers/{server_id}',
      'PUT /servers/{server_id}',
      'POST /servers/{server_id}/action (rebuild)',
    ],
    deprecated: { name: 'os_compute_api:os-flavor-extra-specs:index', check: OLD_OWNER, since: '' },
  },
  'os_compute_api:servers:show:host_status': {
    check: ADMIN,
    description: "See the state of a server's host, from 2.16 on.",
    operations: [
      'GET /servers/{server_id}',
      'GET /servers/detail',
      'PUT /servers/{server_id}',
      'POST /servers/{server_id}/action (rebuild)',
    ],
  },
  'os_compute_api:servers:show:host_status:unknown-only': {
    check: ADMIN,
    description: "See the state of a server's host only when it is unknown, from 2.16 on.",
    operations: [
      'GET /servers/{server_id}',
      'GET /servers/detail',
      'PUT /servers/{server_id}',
      'POST /servers/{server_id}/action (rebuild)',
    ],
  },
  'os_compute_api:servers:create': { check: MEMBER, description: 'Create a server.', operations: ['POST /servers'] },
  'os_compute_api:servers:create:forced_host': {
    check: ADMIN,
    description: 'Create a server on a named host, past the scheduler.',
    operations: ['POST /servers'],
  },
  'compute:servers:create:requested_destination': {
    check: ADMIN,
    description: 'Name the host or node of a new server, checked by the scheduler, from 2.74 on.',
    operations: ['POST /servers'],
  },
  'os_compute_api:servers:create:attach_volume': {
    check: MEMBER,
    description: 'Create a server with volumes.',
    operations: ['POST /servers'],
  },
  'os_compute_api:servers:create:attach_network': {
    check: MEMBER,
    description: 'Create a server with networks or ports.',
    operations: ['POST /servers'],
  },
  'os_compute_api:servers:create:trusted_certs': {
    check: MEMBER,
    description: 'Create a server with trusted image certificates, from 2.63 on.',
    operations: ['POST /servers'],
  },
  'os_compute_api:servers:create:zero_disk_flavor': {
    check: ADMIN,
    description: 'Boot an image with a flavor without a disk.',
    operations: ['POST /servers'],
  },
  'network:attach_external_network': {
    check: ADMIN,
    description: 'Attach a server to an external network that is not shared.',
    operations: ['POST /servers', 'POST /servers/{server_id}/os-interface'],
  },
  'os_compute_api:servers:delete': {
    check: MEMBER,
    description: 'Delete a server.',
    operations: ['DELETE /servers/{server_id}'],
  },
  'os_compute_api:servers:update': {
    check: MEMBER,
    description: 'Rename a server or change its other attributes.',
    operations: ['PUT /servers/{server_id}'],
  },
  'os_compute_api:servers:confirm_resize': {
    check: MEMBER,
    description: 'Confirm a resize.',
    operations: ['POST /servers/{server_id}/action (confirmResize)'],
  },
  'os_compute_api:servers:revert_resize': {
    check: MEMBER,
    description: 'Take a resize back.',
    operations: ['POST /servers/{server_id}/action (revertResize)'],
  },
  'os_compute_api:servers:reboot': {
    check: MEMBER,
    description: 'Reboot a server.',
    operations: ['POST /servers/{server_id}/action (reboot)'],
  },
  'os_compute_api:servers:resize': {
    check: MEMBER,
    description: 'Give a server another flavor.',
    operations: ['POST /servers/{server_id}/action (resize)'],
  },
  'compute:servers:resize:cross_cell': {
    check: NOBODY,
    description: 'Let a resize move a server into another cell.',
    operations: ['POST /servers/{server_id}/action (resize)'],
  },
  'os_compute_api:servers:rebuild': {
    check: MEMBER,
    description: 'Rebuild a server.',
    operations: ['POST /servers/{server_id}/action (rebuild)'],
  },
  'os_compute_api:servers:rebuild:trusted_certs': {
    check: MEMBER,
    description: 'Rebuild a server with trusted image certificates, from 2.63 on.',
    operations: ['POST /servers/{server_id}/action (rebuild)'],
  },
  'os_compute_api:servers:create_image': {
    check: MEMBER,
    description: 'Make an image of a server.',
    operations: ['POST /servers/{server_id}/action (createImage)'],
  },
  'os_compute_api:servers:create_image:allow_volume_backed': {
    check: MEMBER,
    description: 'Make an image of a server that boots from a volume.',
    operations: ['POST /servers/{server_id}/action (createImage)'],
  },
  'os_compute_api:servers:start': {
    check: MEMBER,
    description: 'Start a server.',
    operations: ['POST /servers/{server_id}/action (os-start)'],
  },
  'os_compute_api:servers:stop': {
    check: MEMBER,
    description: 'Stop a server.',
    operations: ['POST /servers/{server_id}/action (os-stop)'],
  },
  'os_compute_api:servers:trigger_crash_dump': {
    check: MEMBER,
    description: 'Let a server write a crash dump.',
    operations: ['POST /servers/{server_id}/action (trigger_crash_dump)'],
  },
  'os_compute_api:servers:migrations:show': {
    check: ADMIN,
    description: 'Show a running live migration of a server.',
    operations: ['GET /servers/{server_id}/migrations/{migration_id}'],
  },
  'os_compute_api:servers:migrations:force_complete': {
    check: MANAGER,
    description: 'Make a running live migration end soon.',
    operations: ['POST /servers/{server_id}/migrations/{migration_id}/action (force_complete)'],
  },
  'os_compute_api:servers:migrations:delete': {
    check: MANAGER,
    description: 'Cancel a running live migration.',
    operations: ['DELETE /servers/{server_id}/migrations/{migration_id}'],
  },
  'os_compute_api:servers:migrations:index': {
    check: MANAGER,
    description: 'List the running live migrations of a server.',
    operations: ['GET /servers/{server_id}/migrations'],
  },
  'os_compute_api:servers:migrations:index:host': {
    check: ADMIN,
    description: "See hosts in the list of a server's live migrations.",
    operations: ['GET /servers/{server_id}/migrations'],
    deprecated: { name: 'os_compute_api:servers:migrations:index', check: ADMIN, since: '32.0.0' },
  },
  'os_compute_api:os-extended-server-attributes': {
    check: ADMIN,
    description: 'See host, hypervisor and other administrative attributes of servers.',
    operations: [
      'GET /servers/{id}',
      'GET /servers/detail',
      'PUT /servers/{server_id}',
      'POST /servers/{server_id}/action (rebuild)',
    ],
  },
  'os_compute_api:os-server-groups:create': {
    check: MEMBER,
    description: 'Create a server group.',
    operations: ['POST /os-server-groups'],
  },
  'os_compute_api:os-server-groups:delete': {
    check: MEMBER,
    description: 'Delete a server group.',
    operations: ['DELETE /os-server-groups/{server_group_id}'],
  },
  'os_compute_api:os-server-groups:index': {
    check: READER,
    description: 'List server groups.',
    operations: ['GET /os-server-groups'],
  },
  'os_compute_api:os-server-groups:index:all_projects': {
    check: ADMIN,
    description: 'List the server groups of all projects.',
    operations: ['GET /os-server-groups'],
  },
  'os_compute_api:os-server-groups:show': {
    check: READER,
    description: 'Show a server group.',
    operations: ['GET /os-server-groups/{server_group_id}'],
  },
  'compute:server:topology:index': {
    check: READER,
    description: 'Show the NUMA topology of a server.',
    operations: ['GET /servers/{server_id}/topology'],
  },
  'compute:server:topology:host:index': {
    check: ADMIN,
    description: "See the host's side of a server's NUMA topology, too.",
    operations: ['GET /servers/{server_id}/topology'],
  },
  'os_compute_api:os-server-diagnostics': {
    check: ADMIN,
    description: 'Show usage figures of a running server.',
    operations: ['GET /servers/{server_id}/diagnostics'],
  },
  'os_compute_api:os-server-external-events:create': {
    check: SERVICE,
    description: 'Tell of events outside the controller, such as a plugged port; meant for other services.',
    operations: ['POST /os-server-external-events'],
  },
  'os_compute_api:os-instance-actions:events:details': {
    check: ADMIN,
    description: 'See the host and details of an event of a server action, from 2.84 on.',
    operations: ['GET /servers/{server_id}/os-instance-actions/{request_id}'],
  },
  'os_compute_api:os-instance-actions:events': {
    check: ADMIN,
    description: 'See the events of a server action.',
    operations: ['GET /servers/{server_id}/os-instance-actions/{request_id}'],
  },
  'os_compute_api:os-instance-actions:list': {
    check: READER,
    description: 'List the actions of a server.',
    operations: ['GET /servers/{server_id}/os-instance-actions'],
    deprecated: { name: 'os_compute_api:os-instance-actions', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-instance-actions:show': {
    check: READER,
    description: 'Show an action of a server.',
    operations: ['GET /servers/{server_id}/os-instance-actions/{request_id}'],
    deprecated: { name: 'os_compute_api:os-instance-actions', check: OLD_OWNER, since: '21.0.0' },
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;
