import type { Context } from '../../runtime/context.ts';
import { failed } from '../../runtime/result.ts';
import { OPERATIONS } from './operations/index.ts';
import { type InstanceMessage, instance as instanceProtocol } from './protocol.ts';
import type { Instance } from './row.ts';

/** Most messages that wait for the end of what no state shows. */
const WAITING_MAX = 32;

/** How soon somebody may come again for whom there is no room. */
const AGAIN_MS = 1_000;

/**
 * Whether something is under way that no task state shows, as when a volume is attached: what begins meanwhile is legal, and
 * comes next. Nova has a lock for it.
 */
export const isBusyUnseen = ({ operation }: Instance): boolean =>
  operation !== null && OPERATIONS[operation.action].taskState === null;

/** Whether a message would begin something that does not overtake what is under way. */
export function mustWait(instance: Instance, message: InstanceMessage): boolean {
  if (!isBusyUnseen(instance)) return false;
  switch (message.type) {
    case 'begin':
      return OPERATIONS[message.operation].overtakes !== true;
    case 'resumeGuest':
    case 'restoreGuest':
    case 'offloadOverdue':
      return true;
    case 'externalEvent':
      return message.event.name === 'volume-extended' || message.event.name === 'network-vif-deleted';
    default:
      return false;
  }
}

/** Keeps a message until what is under way has ended. */
export function waitFor(instance: Instance, message: InstanceMessage, ctx: Context): Instance {
  const waiting = instance.waiting ?? [];
  if (waiting.length >= WAITING_MAX) {
    ctx.reply(failed({ code: 'MailboxFull', retryAfterMs: AGAIN_MS }));
    return instance;
  }
  return { ...instance, waiting: [...waiting, { message, asker: ctx.asker }] };
}

/** Takes up what has waited, in order, now that nothing hinders it. */
export function goOn(instance: Instance, ctx: Context): Instance {
  const self = instanceProtocol.at(instance.id);
  for (const { message, asker } of instance.waiting ?? []) ctx.tell(self, { type: 'passedOn', message, asker });
  return { ...instance, waiting: [] };
}
