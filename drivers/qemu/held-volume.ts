import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { isInstanceId } from './guest-files.ts';
import { takeHold } from './hold.ts';
import type { Guest, QemuHost } from './host.ts';
import type { QmpClient } from './qmp-client.ts';
import { openNode } from './volume-nodes.ts';

/**
 * A volume as a running guest has it open: its node, and QEMU to ask about it. To be called in the guest's turn. Null: the
 * guest does not run, or does not have it. Errors: HypervisorFailed (no volume's id), Unreachable.
 */
export async function heldVolume(
  host: QemuHost,
  guest: Guest,
  volumeId: string,
): Promise<DriverResult<{ readonly qmp: QmpClient; readonly node: string } | null>> {
  if (!isInstanceId(volumeId)) return driverFailed({ code: 'HypervisorFailed', reason: 'a volume has a UUID' });
  const hold = await takeHold(host, guest);
  if (!hold.ok) return hold;
  if (hold.value === null) return driverOk(null);
  const { qmp } = hold.value;
  const node = await openNode(qmp, volumeId);
  return driverOk(node === null ? null : { qmp, node });
}
