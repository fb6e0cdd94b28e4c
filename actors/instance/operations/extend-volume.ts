import { limits } from '../../limits.ts';
import { request } from '../driver-steps.ts';
import type { Operation } from '../operation.ts';
import type { Instance } from '../row.ts';
import { volumesOf } from '../volumes.ts';

/** The instance with one of its volumes in another size; null: it does not have it, or as large. */
export function withVolumeSize(instance: Instance, volumeId: string, sizeGib: number): Instance | null {
  const isSmaller = volumesOf(instance).some((known) => known.volumeId === volumeId && known.sizeGib < sizeGib);
  if (!isSmaller) return null;
  const volumes = volumesOf(instance).map((known) => (known.volumeId === volumeId ? { ...known, sizeGib } : known));
  return { ...instance, volumes };
}

/**
 * Shows the guest that a volume has grown, as its row says by now. Begun by the volume service's word, or by that of another
 * one. Nova: the external event `volume-extended`.
 */
export const extendVolume: Operation = {
  name: 'extendVolume',
  action: 'extend_volume',
  event: 'compute_extend_volume',
  from: { vmState: 'any', taskState: [null], launched: true, unlocked: false, placed: true },
  taskState: null,
  steps: [
    {
      name: 'show size of volumes',
      applies: ({ host }) => host !== null,
      begin(start) {
        start.ctx.effect(request(start, 'driver.ensureVolumeSizes', limits.plugMs));
        return 'waits';
      },
      attemptsMax: limits.plugAttemptsMax,
    },
  ],
  end: (instance) => instance,
  whenFailed: (instance) => instance,
};
