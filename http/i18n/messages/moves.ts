/** Messages of moves of servers between sizes and hosts, as faults tell them. Names in braces are placeholders. */
export const MOVES_MESSAGES = [
  'Service is unavailable at this time.',
  'Server disk was unable to be resized because: {reason}',
  'Resize to zero disk flavor is not allowed.',
  'When resizing, instances must change flavor!',
  'Cannot migrate to the host where the server exists.',
  "Can't force to a non-provided destination",
  "admin password can't be changed on existing disk",
  "The target host can't be the same one.",
  'Compute service of {host} is still in use.',
  'Compute service of {host} is unavailable at this time.',
  'Migration {migrationId} for server {serverId} is not a live-migration.',
  'Live migration {migrationId} for server {serverId} is not in progress.',
  'Migration {migrationId} state of instance {instanceId} is {state}. Cannot {method} while the migration is in this state.',
  'Unable to migrate instance ({instanceId}) to current host ({host}).',
  '{host} is not on local storage: Block migration can not be used with shared storage.',
  '{host} is not on shared storage: Shared storage live-migration requires either shared storage or boot-from-volume with no local disks.',
  'Specifying an availability zone or a host when unshelving server "{instanceId}" with status "{state}" is not supported. The server status must be SHELVED_OFFLOADED.',
  'Host "{host}" is not in the availability zone "{zone}".',
] as const;
export type MovesMessage = (typeof MOVES_MESSAGES)[number];
