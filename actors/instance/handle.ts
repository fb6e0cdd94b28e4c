import type { GuestPower } from '../../drivers/hypervisor.ts';
import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { BindError } from '../network/errors.ts';
import { project } from '../project/protocol.ts';
import { begin, retryStep, stepFailed, stepSucceeded } from './engine.ts';
import { refusal } from './legality.ts';
import { newInstance } from './new-instance.ts';
import { OPERATIONS } from './operations/index.ts';
import { isAsKnown, mustStop, withPower } from './power-state.ts';
import type { InstanceMessage, InstanceSpec, Requester } from './protocol.ts';
import { bootData, type Instance } from './row.ts';

/** An instance, or nothing yet under this id. */
export type InstanceState = Instance | null;

/** Handles one message of an instance. */
export function handle(state: InstanceState, message: InstanceMessage, ctx: Context): InstanceState {
  if (message.type === 'create') {
    const { spec, requester } = message;
    return state ? createdBefore(state, spec, requester.projectId, ctx) : create(spec, requester, ctx);
  }
  if (state === null) {
    ctx.reply(failed({ code: 'InstanceNotFound', instanceId: ctx.self.id }));
    return state;
  }
  switch (message.type) {
    case 'begin': {
      const error = refusal(OPERATIONS[message.operation], state, message.requester.isAdmin);
      if (error) {
        ctx.reply(failed(error));
        return state;
      }
      ctx.reply(ok({ instanceId: state.id }));
      // A second delete, or one of a deletion that is under way, has nothing to do.
      if (message.operation === 'delete' && state.operation?.action === 'delete') return state;
      return begin(state, message.operation, message.requester.requestId, message.requester, ctx);
    }
    case 'update':
      if (state.deletedAtMs !== null) {
        ctx.reply(failed({ code: 'InstanceNotFound', instanceId: state.id }));
        return state;
      }
      ctx.reply(ok({ instanceId: state.id }));
      return { ...state, ...message.changes, updatedAtMs: ctx.nowMs };
    case 'claimed': {
      const { claimId, outcome } = message;
      if (outcome.ok) return stepSucceeded(state, claimId, outcome.value, ctx);
      const { code, reason, details } = outcome.error;
      return stepFailed(state, claimId, { code, message: reason, details }, ctx);
    }
    case 'portsBound': {
      const { requestId, outcome } = message;
      if (outcome.ok) return stepSucceeded(state, requestId, outcome.value, ctx);
      const { code } = outcome.error;
      const details = `bind ports: ${JSON.stringify(outcome.error)}`;
      return stepFailed(state, requestId, { code, message: bindErrorText(outcome.error), details }, ctx);
    }
    case 'effectEnded': {
      const { effectId, outcome } = message;
      if (outcome.ok) return stepSucceeded(state, effectId, outcome.value, ctx);
      const { code, reason } = outcome.error;
      return stepFailed(
        state,
        effectId,
        { code, message: reason, details: `${message.name}: ${code}: ${reason}` },
        ctx,
      );
    }
    case 'retryStep':
      return retryStep(state, message.requestId, message.step, ctx);
    case 'powerChanged':
      return powerChanged(state, message.power, ctx);
    case 'resumeGuest': {
      const mayResume = refusal(OPERATIONS.resumeGuest, state, true) === null;
      return mayResume ? begin(state, 'resumeGuest', message.requestId, null, ctx) : state;
    }
    default:
      return assertNever(message);
  }
}

/**
 * Takes over what the guest does by itself, when no operation is under way that would explain it; what happens meanwhile
 * the host sees when it looks the next time.
 */
function powerChanged(state: Instance, power: GuestPower, ctx: Context): Instance {
  if (state.operation !== null || state.deletedAtMs !== null || isAsKnown(state, power)) return state;
  const next = { ...withPower(state, power), updatedAtMs: ctx.nowMs };
  return mustStop(state, power) ? begin(next, 'keepStopped', `req-${ctx.newId()}`, null, ctx) : next;
}

/** One of this id is there already: the sender has reserved its quota a second time, and gets that back. */
function createdBefore(state: Instance, { flavor }: InstanceSpec, projectId: string, ctx: Context): Instance {
  const { vcpus: cores, memoryMib: ramMib } = flavor;
  ctx.tell(project.at(projectId), { type: 'release', instances: 1, cores, ramMib });
  return state;
}

/** Nova's words where they become part of the fault (`NoMoreFixedIps`). */
const bindErrorText = (error: BindError): string =>
  error.code === 'NoMoreAddresses'
    ? `No fixed IP addresses available for network: ${error.networkId}`
    : `The ports could not be bound: ${error.code}.`;

function create(spec: InstanceSpec, requester: Requester, ctx: Context): Instance {
  ctx.put(bootData, spec.id, spec.bootData);
  const instance = newInstance(spec, requester, ctx.nowMs);
  return begin(instance, 'create', requester.requestId, requester, ctx);
}
