import { constants } from 'node:fs';
import { access } from 'node:fs/promises';

/** How QEMU runs the guest's processors: by the host's virtualization, or by translation (slow, works anywhere). */
export type Accelerator = 'kvm' | 'tcg';

const exists = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/**
 * The accelerator that works on this machine. A `/dev/kvm` alone proves nothing: where KVM is itself emulated in
 * software it opens, yet no stock kernel boots on it. So the module of a real one must be loaded as well.
 */
export async function detectAccel(root = '/'): Promise<Accelerator> {
  if (!(await exists(`${root}dev/kvm`, constants.R_OK | constants.W_OK))) return 'tcg';
  for (const module of ['kvm_intel', 'kvm_amd']) {
    if (await exists(`${root}sys/module/${module}`, constants.F_OK)) return 'kvm';
  }
  return 'tcg';
}

/** The `-accel` and `-cpu` arguments. The translation buffer is capped, or each guest grows by 40 MB more. */
export const acceleratorArguments = (accelerator: Accelerator): readonly string[] =>
  accelerator === 'kvm' ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,tb-size=32', '-cpu', 'qemu64'];
