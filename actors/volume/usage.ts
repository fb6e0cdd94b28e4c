import { failed, ok, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { BindVolumeError } from './errors.ts';
import { VOLUME_LIMITS } from './limits.ts';
import { volumeSnapshots, volumes } from './row.ts';

/** What a project has. */
export interface VolumeUsage {
  readonly volumes: number;
  readonly snapshots: number;
  /** Of volumes and snapshots together, as Cinder counts. */
  readonly gigabytes: number;
}

/** Counts what a project has: at most a few hundred rows. */
export function volumeUsage(rows: Reader, projectId: string): VolumeUsage {
  const usage = { volumes: 0, snapshots: 0, gigabytes: 0 };
  for (const id of volumes.ids(rows, 'byProject', [projectId])) {
    usage.volumes += 1;
    usage.gigabytes += volumes.read(rows, id)?.sizeGib ?? 0;
  }
  for (const id of volumeSnapshots.ids(rows, 'byProject', [projectId])) {
    usage.snapshots += 1;
    usage.gigabytes += volumeSnapshots.read(rows, id)?.sizeGib ?? 0;
  }
  return usage;
}

const LIMITS = {
  volumes: VOLUME_LIMITS.volumesMax,
  snapshots: VOLUME_LIMITS.snapshotsMax,
  gigabytes: VOLUME_LIMITS.gigabytesMax,
} as const;

/** Whether a project may have so much more. Errors: VolumeQuotaExceeded. */
export function withinQuota(
  rows: Reader,
  projectId: string,
  more: Partial<VolumeUsage>,
): Result<null, BindVolumeError> {
  const usage = volumeUsage(rows, projectId);
  for (const resource of ['volumes', 'snapshots', 'gigabytes'] as const) {
    const requested = more[resource] ?? 0;
    const [used, allowed] = [usage[resource], LIMITS[resource]];
    if (requested > 0 && used + requested > allowed) {
      return failed({ code: 'VolumeQuotaExceeded', resource, requested, used, allowed });
    }
  }
  return ok(null);
}
