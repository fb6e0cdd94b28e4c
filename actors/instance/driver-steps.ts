import type { CapturedRoot } from '../../drivers/hypervisor.ts';
import type { EffectRequest } from '../../runtime/effect.ts';
import { limits } from '../limits.ts';
import { changed } from './changed.ts';
import type { Step, StepStart } from './operation.ts';
import type { Instance } from './row.ts';
import { POWER } from './states.ts';

const onHost = (instance: Instance): boolean => instance.host !== null;

/** An order to the driver of the instance's host, as the effect of a step. */
export function request(start: StepStart, name: string, deadlineMs: number, extra?: object): EffectRequest {
  const host = start.instance.host ?? '';
  const order = { host, instanceId: start.instance.id };
  const args = extra === undefined ? order : { ...order, ...extra };
  return { effectId: start.stepId, name, args, deadlineMs, lane: `host:${host}` };
}

/** Makes the guest exist and run. */
export const runGuest: Step = {
  name: 'run guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureRunning', limits.spawnMs));
    return 'waits';
  },
  fold: (instance) => changed(instance, { powerState: POWER.running }),
};

/** Powers the guest off, by force when it takes longer than the grace. */
export const stopGuest: Step = {
  name: 'stop guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureStopped', limits.stopMs, { graceMs: limits.shutdownGraceMs }));
    return 'waits';
  },
  fold: (instance) => changed(instance, { powerState: POWER.shutdown }),
};

/** Stops the guest's processors. */
export const pauseGuest: Step = {
  name: 'pause guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensurePaused', limits.pauseMs));
    return 'waits';
  },
  fold: (instance) => changed(instance, { powerState: POWER.paused }),
};

/** Writes the guest's memory to disk and ends its process. */
export const suspendGuest: Step = {
  name: 'suspend guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureSuspended', limits.suspendMs));
    return 'waits';
  },
  fold: (instance) => changed(instance, { powerState: POWER.suspended }),
};

/** Restarts the guest from inside, or by force. */
export const rebootGuest = (kind: 'soft' | 'hard'): Step => ({
  name: `${kind} reboot of guest`,
  begin(start) {
    const extra = { kind, graceMs: limits.shutdownGraceMs };
    start.ctx.effect(request(start, 'driver.ensureRebooted', limits.rebootMs, extra));
    return 'waits';
  },
  fold: (instance) => changed(instance, { powerState: POWER.running }),
});

/** Makes the root disk anew and starts the guest from it. */
export const rebuildGuest: Step = {
  name: 'rebuild guest',
  begin(start) {
    const details = start.instance.operation?.details;
    const preserveEphemeral = details?.kind === 'rebuild' && details.preserveEphemeral;
    start.ctx.effect(request(start, 'driver.ensureRebuilt', limits.spawnMs, { preserveEphemeral }));
    return 'waits';
  },
  fold: (instance) => changed(instance, { powerState: POWER.running }),
};

/** Has the guest's administrator get the password that the instance's boot data say. */
export const changeGuestPassword: Step = {
  name: 'set password in guest',
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensurePassword', limits.pauseMs));
    return 'waits';
  },
};

/** Has the root disk copied into the image store. It has a lane of its own, since it takes long and hinders nobody. */
export const captureRoot: Step = {
  name: 'capture root disk',
  begin(start) {
    const lane = `capture:${start.instance.host ?? ''}`;
    start.ctx.effect({ ...request(start, 'driver.captureRoot', limits.copyMs), lane });
    return 'waits';
  },
  fold: (instance, value) => {
    const { operation } = instance;
    if (operation?.details?.kind !== 'snapshot' || !isCapturedRoot(value)) return instance;
    return { ...instance, operation: { ...operation, details: { ...operation.details, captured: value } } };
  },
  attemptsMax: limits.captureAttemptsMax,
};

const isCapturedRoot = (value: unknown): value is CapturedRoot =>
  typeof value === 'object' && value !== null && 'contentId' in value && 'diskFormat' in value;

/** Removals have a lane of their own, so that guests that take long to start do not hold them up. */
function removal({ instance: { id: instanceId, host: at }, stepId: effectId }: StepStart): EffectRequest {
  const host = at ?? '';
  const [name, deadlineMs, lane] = ['driver.ensureAbsent', limits.deleteMs, removalLane(host)];
  return { effectId, name, args: { host, instanceId }, deadlineMs, lane };
}

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

/** The removal of a guest from a host where the instance is not. It is not done where the instance has come back meanwhile. */
export const removalElsewhere = (start: StepStart, host: string): EffectRequest => ({
  ...request(start, 'driver.ensureAbsent', limits.deleteMs),
  args: { host, instanceId: start.instance.id, unlessHere: true },
  lane: removalLane(host),
});

/** Asks for the removal of a guest without waiting for it: the compensation of `runGuest`. */
export function removeGuestLater(start: StepStart): void {
  if (onHost(start.instance)) start.ctx.effect({ ...removal(start), effectId: `${start.stepId}.undo` });
}
