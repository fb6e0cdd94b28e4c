import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { askCompute } from '../ask.ts';
import type { ComputeError } from '../errors.ts';
import { type HostRegistration, host } from './protocol.ts';

type Done = Promise<Result<{ readonly host: string }, ComputeError>>;

/** Makes a host known, or known again after a start. Safe to repeat. */
export const registerHost = (system: ActorSystem, registration: HostRegistration): Done =>
  askCompute(system, host.at(registration.name), { type: 'register', registration });

/** Says that a host is down, whatever it says itself, or takes that back. Errors: HostNotFound. Safe to repeat. */
export const setHostForcedDown = (system: ActorSystem, name: string, forcedDown: boolean): Done =>
  askCompute(system, host.at(name), { type: 'setForcedDown', forcedDown });

/** Takes a host out of scheduling or back. Errors: HostNotFound. */
export const setHostDisabled = (system: ActorSystem, name: string, disabled: boolean, reason: string | null): Done =>
  askCompute(system, host.at(name), { type: 'setDisabled', disabled, reason });
