import { VOLUME_LIMITS, type VolumeUsage, volumeUsage } from '../../actors/volume/client.ts';
import { fault, owns, reply, type VolumeAnswer, type VolumeRequest, type VolumeRoute } from './route.ts';

const NO_BACKUPS = { backups: 0, backup_gigabytes: 0, groups: 0 } as const;

const LIMITS: VolumeUsage = {
  volumes: VOLUME_LIMITS.volumesMax,
  snapshots: VOLUME_LIMITS.snapshotsMax,
  gigabytes: VOLUME_LIMITS.gigabytesMax,
};

/** The limits by the names that Cinder has for them; those of one volume have no bound beside its largest size. */
const limitsView = (): Readonly<Record<string, number>> => ({
  ...LIMITS,
  ...NO_BACKUPS,
  per_volume_gigabytes: VOLUME_LIMITS.sizeGibMax,
});

function absolute({ reader, projectId }: VolumeRequest): VolumeAnswer {
  const used = volumeUsage(reader, projectId);
  return reply({
    limits: {
      rate: [],
      absolute: {
        maxTotalVolumes: LIMITS.volumes,
        maxTotalSnapshots: LIMITS.snapshots,
        maxTotalVolumeGigabytes: LIMITS.gigabytes,
        maxTotalBackups: 0,
        maxTotalBackupGigabytes: 0,
        totalVolumesUsed: used.volumes,
        totalSnapshotsUsed: used.snapshots,
        totalGigabytesUsed: used.gigabytes,
        totalBackupsUsed: 0,
        totalBackupGigabytesUsed: 0,
      },
    },
  });
}

function show(request: VolumeRequest): VolumeAnswer {
  const id = request.param('id');
  if (!owns(request, id)) return fault(403, "Policy doesn't allow volume_extension:quotas:show to be performed.");
  const wantsUsage = (request.query.get('usage') ?? '').toLowerCase() === 'true';
  if (!wantsUsage) return reply({ quota_set: { id, ...limitsView() } });
  const used = new Map(Object.entries(volumeUsage(request.reader, id)));
  const entries = Object.entries(limitsView()).map(([name, limit]) => [
    name,
    { limit, in_use: used.get(name) ?? 0, reserved: 0 },
  ]);
  return reply({ quota_set: { id, ...Object.fromEntries(entries) } });
}

const defaults = (request: VolumeRequest): VolumeAnswer =>
  reply({ quota_set: { id: request.param('id'), ...limitsView() } });

/** Limits, which are the same for every project and cannot be changed. Cinder API v3: `/limits`, `/os-quota-sets`. */
export const quotaRoutes: readonly VolumeRoute[] = [
  { method: 'GET', path: '/limits', rule: 'limits_extension:used_limits', handle: absolute },
  { method: 'GET', path: '/os-quota-sets/:id', rule: 'volume_extension:quotas:show', handle: show },
  { method: 'GET', path: '/os-quota-sets/:id/defaults', rule: 'volume_extension:quotas:show', handle: defaults },
];
