import type { GuestSpec } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { guestSpecProblem } from './guest-spec.ts';
import type { QemuHost } from './host.ts';
import { hostMemoryMib, shareOf } from './inventory.ts';

/** Why a guest of this spec cannot run here at all, as an error; a success when nothing speaks against it. */
export function refusal(host: QemuHost, spec: GuestSpec): DriverResult {
  const problem = guestSpecProblem(spec);
  if (problem !== null) return driverFailed({ code: 'HypervisorFailed', reason: problem });
  const memoryMib = shareOf(hostMemoryMib(), host.share);
  if (spec.memoryMib <= memoryMib) return driverOk(null);
  const reason = `the guest wants ${spec.memoryMib} MiB of memory, the host has ${memoryMib}`;
  return driverFailed({ code: 'OutOfResources', reason });
}
