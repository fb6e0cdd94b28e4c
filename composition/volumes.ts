import { join } from 'node:path';
import type { VolumeAttachmentRow } from '../actors/volume/row.ts';
import type { CopyOpenVolume, GrowOpenVolume } from '../actors/volume-effects.ts';
import type { Hypervisor } from '../drivers/hypervisor.ts';
import type { ImageContent } from '../drivers/images.ts';
import type { DriverResult } from '../drivers/result.ts';
import type { VolumeStore } from '../drivers/volumes.ts';
import type { Hypervisors } from './hypervisors.ts';
import type { ShardSettings } from './shard-settings.ts';

/** Where volumes are kept on this machine. */
export const volumesDirectory = (stateDir: string): string => join(stateDir, 'volumes');

/** Makes the store of volumes that belongs to the driver. Loads only the one that is used. */
export async function createVolumes(settings: ShardSettings, images: ImageContent): Promise<VolumeStore> {
  switch (settings.driver) {
    case 'sim': {
      const { createSimVolumes } = await import('../drivers/sim/index.ts');
      return createSimVolumes();
    }
    case 'qemu': {
      const { createQemuVolumes } = await import('../drivers/qemu/index.ts');
      const directory = volumesDirectory(settings.stateDir);
      return createQemuVolumes({ directory, qemuImgBinary: settings.qemu.imgBinary, images });
    }
  }
}

/**
 * Has the guest of an attachment copy its own volume, as nobody else may read it while the guest writes. A host that is driven
 * in another shard cannot be asked from here.
 */
export const copyOpenBy =
  (hypervisors: Hypervisors): CopyOpenVolume =>
  (attachment, volumeId, { signal }, quiescing) =>
  async (path) => {
    const found = await holderOf(hypervisors, attachment);
    return found.ok ? found.value.copyVolume(orderOf(attachment, volumeId, signal), volumeId, path, quiescing) : found;
  };

/** Has the guest of an attachment grow its own volume, which nobody else may while it has it open. */
export const growOpenBy =
  (hypervisors: Hypervisors): GrowOpenVolume =>
  (attachment, volumeId, sizeGib, { signal }) =>
  async () => {
    const found = await holderOf(hypervisors, attachment);
    return found.ok ? found.value.ensureVolumeSize(orderOf(attachment, volumeId, signal), volumeId, sizeGib) : found;
  };

const orderOf = ({ instanceId }: VolumeAttachmentRow, volumeId: string, signal: AbortSignal) => ({
  instanceId: instanceId ?? '',
  orderId: `volume ${volumeId}`,
  signal,
});

/** The hypervisor of the host that an attachment is on. */
async function holderOf(
  hypervisors: Hypervisors,
  { host, instanceId }: VolumeAttachmentRow,
): Promise<DriverResult<Hypervisor>> {
  const attached = hypervisors.get(host ?? '');
  if (!attached || instanceId === null) {
    const reason = `the volume is in use on ${host ?? 'a host'}, which is not driven here`;
    return { ok: false, error: { code: 'HypervisorFailed', reason } };
  }
  const connected = await attached.connect();
  return connected.ok ? { ok: true, value: attached.hypervisor } : connected;
}
