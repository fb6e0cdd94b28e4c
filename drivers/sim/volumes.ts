import type { ImageIntake } from '../images.ts';
import { capturedRoot } from '../intake-result.ts';
import { driverFailed, driverOk } from '../result.ts';
import type { GrowOpen, VolumeOrder, VolumeStore } from '../volumes.ts';
import { whole } from './guest.ts';

/** Bytes of the image that is made of a simulated volume. */
const IMAGE_BYTES = 64 * 1024;

/** Volumes of which there is no more than their rows: everything succeeds at once. */
export const createSimVolumes = (): VolumeStore => {
  const done = async ({ signal }: VolumeOrder) =>
    signal.aborted ? driverFailed({ code: 'TimedOut', reason: 'the order was aborted' }) : driverOk(null);
  const grown = async (order: VolumeOrder, growOpen: GrowOpen) => {
    const open = await growOpen();
    return open.ok ? done(order) : open;
  };
  return {
    ensureVolume: done,
    ensureContent: done,
    ensureVolumeAbsent: done,
    ensureSize: (order, _volumeId, _sizeGib, growOpen) => (growOpen === null ? done(order) : grown(order, growOpen)),
    ensureSnapshot: done,
    ensureSnapshotAbsent: done,
    async capture({ signal }, volumeId: string, format: 'raw' | 'qcow2', intake: ImageIntake) {
      if (format !== 'raw') return driverFailed({ code: 'Unsupported', capability: `images of the format ${format}` });
      const bytes = Buffer.alloc(IMAGE_BYTES);
      bytes.write(`simulated volume ${volumeId}\n`);
      return capturedRoot(
        await intake.put(whole(bytes), { diskFormat: 'raw', expectedBytes: bytes.length, signal }),
        'raw',
      );
    },
  };
};
