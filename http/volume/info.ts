import { VOLUME_ZONE } from '../../actors/volume/row.ts';
import { reply, type VolumeAnswer, type VolumeRequest, type VolumeRoute } from './route.ts';
import { timeText, VOLUME_HOST } from './views.ts';

/** The service that Cinder would have for volumes; the scheduler is this process. */
function services({ minor, clock }: VolumeRequest): VolumeAnswer {
  // Whoever reads this has been answered by the service, so it is up.
  const service = (binary: string, host: string): object => ({
    binary,
    host,
    zone: VOLUME_ZONE,
    status: 'enabled',
    state: 'up',
    updated_at: timeText(clock.now()),
    disabled_reason: null,
    ...(minor >= 49 ? { backend_state: 'up' } : {}),
    ...(minor >= 7 ? { cluster: null } : {}),
    ...(binary === 'cinder-volume' ? { replication_status: 'disabled', active_backend_id: null, frozen: false } : {}),
  });
  const [host = ''] = VOLUME_HOST.split('#');
  return reply({ services: [service('cinder-scheduler', 'novella'), service('cinder-volume', host)] });
}

/** What this service is: zones, services, pools, and the names of extensions that clients look for. */
export const infoRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/os-availability-zone',
    rule: 'volume:availability_zone_list',
    handle: () => reply({ availabilityZoneInfo: [{ zoneName: VOLUME_ZONE, zoneState: { available: true } }] }),
  },
  { method: 'GET', path: '/os-services', rule: 'volume_extension:services:index', adminOnly: true, handle: services },
  {
    method: 'GET',
    path: '/scheduler-stats/get_pools',
    rule: 'scheduler_extension:scheduler_stats:get_pools',
    adminOnly: true,
    handle: () => reply({ pools: [{ name: VOLUME_HOST }] }),
  },
  { method: 'GET', path: '/extensions', rule: 'volume:extensions', handle: () => reply({ extensions: [] }) },
];
