import type { EffectRequest } from '../../runtime/effect.ts';
import { limits } from '../limits.ts';
import type { Step, StepStart } from './operation.ts';
import type { Instance } from './row.ts';
import { POWER } from './states.ts';

const onHost = (instance: Instance): boolean => instance.host !== null;

function request(start: StepStart, name: string, deadlineMs: number, extra: object = {}): EffectRequest {
  const host = start.instance.host ?? '';
  const args = { host, instanceId: start.instance.id, ...extra };
  return { effectId: start.stepId, name, args, deadlineMs, lane: `host:${host}` };
}

/** Makes the guest exist and run. */
export const runGuest: Step = {
  name: 'run guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureRunning', limits.spawnMs));
    return 'waits';
  },
  fold: (instance) => ({ ...instance, powerState: POWER.running }),
};

/** Powers the guest off, by force when it takes longer than the grace. */
export const stopGuest: Step = {
  name: 'stop guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureStopped', limits.stopMs, { graceMs: limits.shutdownGraceMs }));
    return 'waits';
  },
  fold: (instance) => ({ ...instance, powerState: POWER.shutdown }),
};

/** Restarts the guest from inside, or by force. */
export const rebootGuest = (kind: 'soft' | 'hard'): Step => ({
  name: `${kind} reboot of guest`,
  begin(start) {
    const extra = { kind, graceMs: limits.shutdownGraceMs };
    start.ctx.effect(request(start, 'driver.ensureRebooted', limits.rebootMs, extra));
    return 'waits';
  },
  fold: (instance) => ({ ...instance, powerState: POWER.running }),
});

/** Removals have a lane of their own, so that guests that take long to start do not hold them up. */
const removal = (start: StepStart): EffectRequest => ({
  ...request(start, 'driver.ensureAbsent', limits.deleteMs),
  lane: removalLane(start.instance.host ?? ''),
});

/** The lane of all removals of guests from a host. */
export const removalLane = (host: string): string => `remove:${host}`;

/** Removes the guest and its disks. A host that cannot do it now finds the guest as an orphan later. */
export const removeGuest: Step = {
  name: 'remove guest',
  applies: onHost,
  begin(start) {
    start.ctx.effect(removal(start));
    return 'waits';
  },
  attemptsMax: limits.deleteAttemptsMax,
  whenExhausted: 'goesOn',
};

/** Asks for the removal of a guest without waiting for it: the compensation of `runGuest`. */
export function removeGuestLater(start: StepStart): void {
  if (onHost(start.instance)) start.ctx.effect({ ...removal(start), effectId: `${start.stepId}.undo` });
}
