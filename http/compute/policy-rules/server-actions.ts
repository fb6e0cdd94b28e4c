import type { PolicyDefinition } from '../../policy.ts';
import { ADMIN, MANAGER, MEMBER, OLD_OWNER } from './base.ts';

/** Rules of what can be done with a server. Facts: nova/policies/*.py. */
export const SERVER_ACTION_RULES = {
  'os_compute_api:os-admin-actions:reset_state': {
    check: ADMIN,
    description: 'Set the state of a server by hand.',
    operations: ['POST /servers/{server_id}/action (os-resetState)'],
  },
  'os_compute_api:os-admin-actions:inject_network_info': {
    check: ADMIN,
    description: 'Write network information into a running server.',
    operations: ['POST /servers/{server_id}/action (injectNetworkInfo)'],
  },
  'os_compute_api:os-admin-password': {
    check: MEMBER,
    description: 'Change the administrator password inside a server.',
    operations: ['POST /servers/{server_id}/action (changePassword)'],
  },
  'os_compute_api:os-console-output': {
    check: MEMBER,
    description: 'Read the console log of a server.',
    operations: ['POST /servers/{server_id}/action (os-getConsoleOutput)'],
  },
  'os_compute_api:os-create-backup': {
    check: MEMBER,
    description: 'Make a rotating backup image of a server.',
    operations: ['POST /servers/{server_id}/action (createBackup)'],
  },
  'os_compute_api:os-deferred-delete:restore': {
    check: MEMBER,
    description: 'Restore a server that waits for its deletion.',
    operations: ['POST /servers/{server_id}/action (restore)'],
    deprecated: { name: 'os_compute_api:os-deferred-delete', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-deferred-delete:force': {
    check: MEMBER,
    description: 'Delete a server at once, without the time to restore it.',
    operations: ['POST /servers/{server_id}/action (forceDelete)'],
    deprecated: { name: 'os_compute_api:os-deferred-delete', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-evacuate': {
    check: ADMIN,
    description: 'Rebuild a server of a failed host on another one.',
    operations: ['POST /servers/{server_id}/action (evacuate)'],
  },
  'os_compute_api:os-lock-server:lock': {
    check: MEMBER,
    description: 'Lock a server.',
    operations: ['POST /servers/{server_id}/action (lock)'],
  },
  'os_compute_api:os-lock-server:unlock': {
    check: MEMBER,
    description: 'Unlock a server.',
    operations: ['POST /servers/{server_id}/action (unlock)'],
  },
  'os_compute_api:os-lock-server:unlock:unlock_override': {
    check: ADMIN,
    description: 'Unlock a server that somebody else has locked.',
    operations: ['POST /servers/{server_id}/action (unlock)'],
  },
  'os_compute_api:os-migrate-server:migrate': {
    check: MANAGER,
    description: 'Move a stopped or running server to another host (cold migration).',
    operations: ['POST /servers/{server_id}/action (migrate)'],
  },
  'os_compute_api:os-migrate-server:migrate:host': {
    check: ADMIN,
    description: 'Name the target host of a cold migration.',
    operations: ['POST /servers/{server_id}/action (migrate)'],
  },
  'os_compute_api:os-migrate-server:migrate_live': {
    check: MANAGER,
    description: 'Move a server while it runs (live migration).',
    operations: ['POST /servers/{server_id}/action (os-migrateLive)'],
  },
  'os_compute_api:os-migrate-server:migrate_live:host': {
    check: ADMIN,
    description: 'Name the target host of a live migration.',
    operations: ['POST /servers/{server_id}/action (os-migrateLive)'],
    deprecated: { name: 'os_compute_api:os-migrate-server:migrate_live', check: ADMIN, since: '32.0.0' },
  },
  'os_compute_api:os-pause-server:pause': {
    check: MEMBER,
    description: 'Pause a server.',
    operations: ['POST /servers/{server_id}/action (pause)'],
  },
  'os_compute_api:os-pause-server:unpause': {
    check: MEMBER,
    description: 'Let a paused server run again.',
    operations: ['POST /servers/{server_id}/action (unpause)'],
  },
  'os_compute_api:os-remote-consoles': {
    check: MEMBER,
    description: 'Open a remote console of a server.',
    operations: [
      'POST /servers/{server_id}/action (os-getSerialConsole)',
      'POST /servers/{server_id}/action (os-getSPICEConsole)',
      'POST /servers/{server_id}/action (os-getVNCConsole)',
      'POST /servers/{server_id}/remote-consoles',
    ],
  },
  'os_compute_api:os-console-auth-tokens': {
    check: ADMIN,
    description: 'Show where the token of a console leads to.',
    operations: ['GET /os-console-auth-tokens/{console_token}'],
  },
  'os_compute_api:os-rescue': {
    check: MEMBER,
    description: 'Boot a server into a rescue image.',
    operations: ['POST /servers/{server_id}/action (rescue)'],
  },
  'os_compute_api:os-unrescue': {
    check: MEMBER,
    description: 'Bring a rescued server back to its own disk.',
    operations: ['POST /servers/{server_id}/action (unrescue)'],
    deprecated: { name: 'os_compute_api:os-rescue', check: OLD_OWNER, since: '21.0.0' },
  },
  'os_compute_api:os-shelve:shelve': {
    check: MEMBER,
    description: 'Shelve a server.',
    operations: ['POST /servers/{server_id}/action (shelve)'],
  },
  'os_compute_api:os-shelve:unshelve': {
    check: MEMBER,
    description: 'Bring a shelved server back.',
    operations: ['POST /servers/{server_id}/action (unshelve)'],
  },
  'os_compute_api:os-shelve:unshelve_to_host': {
    check: ADMIN,
    description: 'Name the host that a shelved server comes back to.',
    operations: ['POST /servers/{server_id}/action (unshelve)'],
  },
  'os_compute_api:os-shelve:shelve_offload': {
    check: ADMIN,
    description: 'Free the host of a shelved server.',
    operations: ['POST /servers/{server_id}/action (shelveOffload)'],
  },
  'os_compute_api:os-suspend-server:resume': {
    check: MEMBER,
    description: 'Resume a suspended server.',
    operations: ['POST /servers/{server_id}/action (resume)'],
  },
  'os_compute_api:os-suspend-server:suspend': {
    check: MEMBER,
    description: 'Suspend a server.',
    operations: ['POST /servers/{server_id}/action (suspend)'],
  },
} as const satisfies Readonly<Record<string, PolicyDefinition>>;
