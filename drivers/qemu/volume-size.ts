import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { isInstanceId } from './guest-files.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import { nodeBytes, openNode } from './volume-nodes.ts';

const GIB = 1024 ** 3;

/** See Hypervisor.ensureVolumeSize. QEMU grows the file, and tells the guest (QMP `block_resize`). */
export async function ensureVolumeSize(
  host: QemuHost,
  guest: Guest,
  volumeId: string,
  sizeGib: number,
): Promise<DriverResult<boolean>> {
  if (!isInstanceId(volumeId)) return driverFailed({ code: 'HypervisorFailed', reason: 'a volume has a UUID' });
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value === null) return driverOk(false);
  const { qmp } = hold.value;
  const node = await openNode(qmp, volumeId);
  if (node === null) return driverOk(false);
  const bytes = await nodeBytes(qmp, node);
  if (bytes === null) return driverFailed({ code: 'HypervisorFailed', reason: 'the size of the volume is not known' });
  if (bytes >= sizeGib * GIB) return driverOk(true);
  const grown = await qmp.execute('block_resize', { 'node-name': node, size: sizeGib * GIB });
  return grown.ok ? driverOk(true) : grown;
}
