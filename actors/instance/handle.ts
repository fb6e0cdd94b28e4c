import type { GuestPower } from '../../drivers/hypervisor.ts';
import { assertNever } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { BindError } from '../network/errors.ts';
import { project } from '../project/protocol.ts';
import { annotated } from './annotations.ts';
import { keepBootData } from './boot-data.ts';
import { reportBuild } from './build-report.ts';
import { CRASH_DUMP_EFFECT, crashDumpEnded, triggerCrashDump } from './crash-dump.ts';
import { begin, beginNew, retryStep, stepFailed, stepSucceeded } from './engine.ts';
import { externalEvent } from './external-events.ts';
import { refusal } from './legality.ts';
import { abortMigration, forceMigration, migrationProgressed } from './live-migration.ts';
import { changeLock } from './lock.ts';
import { giveBackQuota } from './move.ts';
import { newInstance } from './new-instance.ts';
import { stepId } from './operation.ts';
import { OPERATIONS } from './operations/index.ts';
import { overdue } from './overdue.ts';
import { changePort } from './ports.ts';
import { isAsKnown, mustStop, withPower } from './power-state.ts';
import type { InstanceMessage, InstanceSpec, Requester, UserOperation } from './protocol.ts';
import { reclaim } from './reclaim.ts';
import { resetState } from './reset-state.ts';
import { confirmOverdue, needsQuota, reserveFirst } from './resizing.ts';
import type { Instance, OperationName } from './row.ts';
import { snapshotAnswered } from './snapshot-answer.ts';
import { volumesAnswered } from './volume-answer.ts';
import { keepVolume } from './volumes.ts';
import { goOn, isBusyUnseen, mustWait, waitFor } from './waiting.ts';

/** An instance, or nothing yet under this id. */
export type InstanceState = Instance | null;

/** Handles one message of an instance that is here, if anywhere. */
export function handle(state: InstanceState, message: InstanceMessage, ctx: Context): InstanceState {
  if (state !== null && mustWait(state, message)) return waitFor(state, message, ctx);
  const next = handleNow(state, message, ctx);
  const hasWaited = next !== null && next.waiting !== undefined && next.waiting.length > 0;
  return hasWaited && !isBusyUnseen(next) ? goOn(next, ctx) : next;
}

function handleNow(state: InstanceState, message: InstanceMessage, ctx: Context): InstanceState {
  if (message.type === 'create') {
    const { spec, requester, answer } = message;
    if (answer) ctx.replyTo(answer.asker, ok({ instanceIds: answer.instanceIds }));
    return state ? createdBefore(state, spec, requester, ctx) : create(spec, requester, ctx);
  }
  if (state === null) {
    ctx.reply(failed({ code: 'InstanceNotFound', instanceId: ctx.self.id }));
    return state;
  }
  switch (message.type) {
    case 'begin': {
      const asker = message.reserved ? message.reserved.asker : ctx.asker;
      const error = refusal(OPERATIONS[message.operation], state, message.requester.isAdmin);
      if (error) {
        if (message.reserved) giveBackQuota(state, message.reserved, ctx);
        ctx.replyTo(asker, failed(error));
        return state;
      }
      if (!message.reserved && needsQuota(state, message)) return reserveFirst(state, message, ctx);
      if (OPERATIONS[message.operation].answersLater !== true) ctx.replyTo(asker, ok({ instanceId: state.id }));
      if (isDone(state, message.operation)) return state;
      return begin(
        state,
        ableTo(state, message.operation),
        message.requester.requestId,
        message.requester,
        ctx,
        message,
        asker,
      );
    }
    case 'update':
      if (state.deletedAtMs !== null) {
        ctx.reply(failed({ code: 'InstanceNotFound', instanceId: state.id }));
        return state;
      }
      ctx.reply(ok({ instanceId: state.id }));
      return { ...state, ...message.changes, updatedAtMs: ctx.nowMs };
    case 'setMetadata':
    case 'deleteMetadata':
    case 'setTags':
    case 'addTag':
    case 'removeTag': {
      const changed = annotated(state, message);
      if (!changed.ok) {
        ctx.reply(changed);
        return state;
      }
      ctx.reply(ok({ instanceId: state.id }));
      return changed.value === state ? state : { ...changed.value, updatedAtMs: ctx.nowMs };
    }
    case 'lock':
    case 'unlock':
      return changeLock(state, message, ctx);
    case 'changePort':
      return changePort(state, message, ctx);
    case 'claimed': {
      const { claimId, outcome } = message;
      if (outcome.ok) return stepSucceeded(state, claimId, outcome.value, ctx);
      const { code, reason, details } = outcome.error;
      return stepFailed(state, claimId, { code, message: reason, details }, ctx);
    }
    case 'snapshotAnswered':
      return snapshotAnswered(state, message, ctx);
    case 'portsBound': {
      const { requestId, outcome } = message;
      if (outcome.ok) return stepSucceeded(state, requestId, outcome.value, ctx);
      const { code } = outcome.error;
      answerAttacher(state, requestId, outcome.error, ctx);
      const details = `bind ports: ${JSON.stringify(outcome.error)}`;
      return stepFailed(state, requestId, { code, message: bindErrorText(outcome.error), details }, ctx);
    }
    case 'volumesBound':
    case 'volumesSnapshotted':
    case 'volumeReimaged':
      return volumesAnswered(state, message, ctx);
    case 'keepVolume':
      return keepVolume(state, message, ctx);
    case 'effectEnded': {
      if (message.name === CRASH_DUMP_EFFECT) {
        crashDumpEnded(state, message, ctx);
        return state;
      }
      reportBuild(state, message, ctx);
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
    case 'resetState':
      return resetState(state, message.state, message.requester, ctx);
    case 'triggerCrashDump':
      return triggerCrashDump(state, message.requester, ctx);
    case 'reclaim':
      return reclaim(state, ctx);
    case 'retryStep':
      return retryStep(state, message.requestId, message.step, ctx);
    case 'powerChanged':
      return powerChanged(state, message.power, ctx);
    case 'resumeGuest':
    case 'restoreGuest': {
      const mayBegin = refusal(OPERATIONS[message.type], state, true) === null;
      return mayBegin ? begin(state, message.type, message.requestId, null, ctx) : state;
    }
    case 'offloadOverdue': {
      const mayBegin = refusal(OPERATIONS.shelveOffload, state, true) === null;
      return mayBegin ? begin(state, 'shelveOffload', `req-${ctx.newId()}`, null, ctx) : state;
    }
    case 'abortMigration':
      return abortMigration(state, message.migration, message.requester, ctx);
    case 'forceMigration':
      return forceMigration(state, message.migration, message.requester, ctx);
    case 'migrationProgressed':
      return migrationProgressed(state, message.migration, message.progress, ctx);
    case 'externalEvent':
      return externalEvent(state, message.event, ctx);
    case 'overdue':
      return overdue(state, message.what, ctx);
    case 'confirmOverdue':
      return confirmOverdue(state, message.migration, ctx);
    default:
      return assertNever(message);
  }
}

/** What moves has something on two hosts: it is deleted for good at once. Nova confirms the move first. */
const ableTo = ({ move }: Instance, asked: UserOperation): UserOperation =>
  asked === 'softDelete' && move ? 'delete' : asked;

/** A deletion has nothing to do while one of its kind, or for good, is under way. */
function isDone({ operation }: Instance, asked: UserOperation): boolean {
  // A deletion wins over whatever comes after it.
  if (asked === 'delete' || asked === 'evacuate') return operation?.action === 'delete';
  return asked === 'softDelete' && isDeletion(operation?.action);
}

const isDeletion = (action: OperationName | undefined): boolean => action === 'delete' || action === 'softDelete';

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
function createdBefore(
  state: Instance,
  { flavor }: InstanceSpec,
  { projectId, userId }: Requester,
  ctx: Context,
): Instance {
  const { vcpus: cores, memoryMib: ramMib } = flavor;
  ctx.tell(project.at(projectId), { type: 'release', instances: 1, cores, ramMib, userId });
  return state;
}

/** Tells who has asked for a port why there is none. */
function answerAttacher({ operation }: Instance, id: string, error: BindError, ctx: Context): void {
  const asker = operation?.details?.kind === 'interface' ? operation.details.asker : null;
  if (operation !== null && stepId(operation) === id) ctx.replyTo(asker, failed(error));
}

/** Nova's words where they become part of the fault (`NoMoreFixedIps`). */
const bindErrorText = (error: BindError): string =>
  error.code === 'NoMoreAddresses'
    ? `No fixed IP addresses available for network: ${error.networkId}`
    : `The ports could not be bound: ${error.code}.`;

function create(spec: InstanceSpec, requester: Requester, ctx: Context): Instance {
  keepBootData(spec.id, spec.bootData, ctx);
  const instance = newInstance(spec, requester, ctx.nowMs);
  return beginNew(instance, 'create', requester, ctx);
}
