import type { DriverResult } from '../drivers/result.ts';
import type { EffectOutcome } from '../runtime/message.ts';
import { failed, ok } from '../runtime/result.ts';

/** The driver's outcome as one of an effect: its error becomes a code and a sentence. */
export function outcomeOf(result: DriverResult<unknown>): EffectOutcome {
  if (result.ok) return ok(result.value);
  const { error } = result;
  switch (error.code) {
    case 'GuestNotFound':
      return failed({ code: error.code, reason: `There is no guest of instance ${error.instanceId} on the host.` });
    case 'Unsupported':
      return failed({ code: error.code, reason: `The hypervisor cannot do it: ${error.capability}.` });
    default:
      return failed({ code: error.code, reason: error.reason });
  }
}
