import type { Host } from '../../../actors/host/row.ts';

/** What `host_status` says of the host of a server. */
export type HostStatus = 'UP' | 'DOWN' | 'MAINTENANCE' | 'UNKNOWN' | '';

/** The status of a server's host; null: it has none. Nova: get_instance_host_status (nova/compute/api.py). */
export const hostStatusOf = (host: Host | null | undefined): HostStatus => {
  if (host === null) return '';
  if (host === undefined) return 'UNKNOWN';
  if (host.disabled) return 'MAINTENANCE';
  return host.state === 'up' ? 'UP' : 'UNKNOWN';
};
