import type { GuestPower } from '../../drivers/hypervisor.ts';
import type { Instance } from './row.ts';
import { POWER, type PowerState, type VmState } from './states.ts';

/** The power state of the API for what the hypervisor reports; a guest that has crashed is off, as Nova's sync makes it. */
function powerStateOf(power: GuestPower): PowerState {
  switch (power) {
    case 'running':
      return POWER.running;
    case 'paused':
      return POWER.paused;
    case 'suspended':
      return POWER.suspended;
    case 'stopped':
    case 'crashed':
      return POWER.shutdown;
  }
}

/** What an instance in one of these states is, when no operation explains its guest's power: the guest is the truth. */
const FOLLOWING: readonly VmState[] = ['active', 'paused', 'suspended'];

function vmStateOf(power: GuestPower): VmState {
  switch (power) {
    case 'running':
      return 'active';
    case 'paused':
    case 'suspended':
      return power;
    case 'stopped':
    case 'crashed':
      return 'stopped';
  }
}

/**
 * The instance when its guest has this power and no operation explains it: somebody on the host, the guest itself, or an
 * order that was said to have failed.
 */
export function withPower(instance: Instance, power: GuestPower): Instance {
  const powerState = powerStateOf(power);
  const vmState = FOLLOWING.includes(instance.vmState) ? vmStateOf(power) : instance.vmState;
  return powerState === instance.powerState && vmState === instance.vmState
    ? instance
    : { ...instance, powerState, vmState };
}

/** Whether a guest of this power must not be: it takes memory that nobody knows of. */
export const mustStop = (instance: Instance, power: GuestPower): boolean =>
  instance.vmState === 'stopped' && (power === 'running' || power === 'paused');

/** Whether the instance need not hear of this power of its guest. */
export const isAsKnown = (instance: Instance, power: GuestPower): boolean =>
  !mustStop(instance, power) && withPower(instance, power) === instance;
