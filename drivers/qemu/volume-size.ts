import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { heldVolume } from './held-volume.ts';
import type { Guest, QemuHost } from './host.ts';
import { nodeBytes } from './volume-nodes.ts';

const GIB = 1024 ** 3;

/** See Hypervisor.ensureVolumeSize. QEMU grows the file, and tells the guest (QMP `block_resize`). */
export async function ensureVolumeSize(
  host: QemuHost,
  guest: Guest,
  volumeId: string,
  sizeGib: number,
): Promise<DriverResult<boolean>> {
  const held = await heldVolume(host, guest, volumeId);
  if (!held.ok) return held;
  if (held.value === null) return driverOk(false);
  const { qmp, node } = held.value;
  const bytes = await nodeBytes(qmp, node);
  if (bytes === null) return driverFailed({ code: 'HypervisorFailed', reason: 'the size of the volume is not known' });
  if (bytes >= sizeGib * GIB) return driverOk(true);
  const grown = await qmp.execute('block_resize', { 'node-name': node, size: sizeGib * GIB });
  return grown.ok ? driverOk(true) : grown;
}
