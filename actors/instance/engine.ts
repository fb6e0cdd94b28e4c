import { assert } from '../../runtime/assert.ts';
import type { Context } from '../../runtime/context.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import { limits } from '../limits.ts';
import { recordEnd, recordOf } from './actions/record.ts';
import { amended, changed } from './changed.ts';
import { type Operation, type Step, type StepFailure, type StepStart, stepId } from './operation.ts';
import { OPERATIONS } from './operations/index.ts';
import type { OperationRequest, Requester } from './protocol.ts';
import type { Instance, InstanceFault, OperationName, RunningOperation } from './row.ts';

/** The name of the timer of a step that is to be tried again. */
const RETRY_TIMER = 'retry-step';

/** Starts an operation whose legality has been checked. One that it overtakes ends here: its answers come too late. */
export function begin(
  instance: Instance,
  name: OperationName,
  requestId: string,
  requester: Requester | null,
  ctx: Context,
  request: OperationRequest | null = null,
  asker: ReplyTo | null = null,
): Instance {
  const operation = OPERATIONS[name];
  assert(instance.operation === null || operation.overtakes === true, `${name} begins on an idle instance`);
  const cleared = instance.operation ? abandon(instance, instance.operation, ctx) : instance;
  return start(cleared, cleared !== instance, name, requestId, requester, ctx, request, asker);
}

/** Starts the first operation of an instance that has just been made, and that nobody has seen yet. */
export const beginNew = (made: Instance, name: OperationName, requester: Requester, ctx: Context): Instance =>
  start(made, true, name, requester.requestId, requester, ctx, null, null);

/** `isOwn`: the instance was made while this message is handled. */
function start(
  instance: Instance,
  isOwn: boolean,
  name: OperationName,
  requestId: string,
  requester: Requester | null,
  ctx: Context,
  request: OperationRequest | null,
  asker: ReplyTo | null,
): Instance {
  const operation = OPERATIONS[name];
  const details = request && requester ? (operation.details?.(request, { requester, asker }, instance) ?? null) : null;
  const record = recordOf(instance, operation, requester);
  const first = { action: name, requestId, round: 0, step: 0, attempt: 1, startedMs: ctx.nowMs, record };
  const running: RunningOperation = details === null ? first : { ...first, details };
  const prepared = operation.prepare?.(instance, request, ctx) ?? instance;
  const changes = { taskState: operation.taskState, operation: running, updatedAtMs: ctx.nowMs };
  const begun = amended(prepared, isOwn || prepared !== instance, changes);
  return runSteps(begun, operation, running, ctx, true);
}

/** An answer to the step `id` has come: goes on, unless it is the answer to another try or operation. */
export function stepSucceeded(instance: Instance, id: string, value: unknown, ctx: Context): Instance {
  const current = currentStep(instance, id);
  if (!current) return instance;
  const { operation, running, step } = current;
  const folded = step.fold ? step.fold(instance, value, ctx.nowMs) : instance;
  const next = { ...(folded.operation ?? running), step: running.step + 1, attempt: 1 };
  return runSteps(folded, operation, next, ctx, folded !== instance);
}

/** The step `id` has failed: it is tried again, or the operation starts anew, goes on without it, or fails. */
export function stepFailed(instance: Instance, id: string, failure: StepFailure, ctx: Context): Instance {
  const current = currentStep(instance, id);
  if (!current) return instance;
  const { operation, running, step } = current;
  if (running.attempt < (step.attemptsMax ?? 1)) {
    const delayMs = limits.retryStepMs * 2 ** (running.attempt - 1);
    ctx.setTimer(RETRY_TIMER, delayMs, { type: 'retryStep', requestId: running.requestId, step: running.step });
    return { ...instance, operation: { ...running, attempt: running.attempt + 1 }, updatedAtMs: ctx.nowMs };
  }
  if (step.whenExhausted === 'goesOn') {
    const next = { ...running, step: running.step + 1, attempt: 1 };
    return runSteps(instance, operation, next, ctx);
  }
  undoSteps(instance, operation, running, ctx);
  const anew = operation.startsAnew?.(instance, step, failure);
  if (anew) {
    // Another round, so that late answers of this one cannot be taken for those of the next.
    const next = { ...running, round: running.round + 1, step: 0, attempt: 1 };
    const fault = faultOf(failure, ctx);
    return runSteps(changed(anew, { fault, taskState: operation.taskState }), operation, next, ctx);
  }
  return fail(instance, operation, running, operation.explain?.(instance, step, failure) ?? failure, ctx);
}

/** Ends the operation under way as a failure, whatever its step waits for: the effect is aborted, its steps are undone. */
export function giveUp(instance: Instance, failure: StepFailure, ctx: Context): Instance {
  const running = instance.operation;
  if (!running) return instance;
  ctx.cancelEffect(stepId(running));
  ctx.cancelTimer(RETRY_TIMER);
  undoSteps(instance, OPERATIONS[running.action], running, ctx);
  return fail(instance, OPERATIONS[running.action], running, failure, ctx);
}

/** Records an operation that has failed before its first step. */
export function failAtOnce(
  instance: Instance,
  name: OperationName,
  requester: Requester,
  failure: StepFailure,
  ctx: Context,
): Instance {
  const { requestId } = requester;
  const record = recordOf(instance, OPERATIONS[name], requester);
  const place = { round: 0, step: 0, attempt: 1 };
  const running: RunningOperation = { action: name, requestId, ...place, startedMs: ctx.nowMs, record };
  return fail({ ...instance, updatedAtMs: ctx.nowMs }, OPERATIONS[name], running, failure, ctx);
}

/** A step that had failed is due again. */
export function retryStep(instance: Instance, requestId: string, step: number, ctx: Context): Instance {
  const running = instance.operation;
  if (!running || running.requestId !== requestId || running.step !== step) return instance;
  return runSteps(instance, OPERATIONS[running.action], running, ctx);
}

/**
 * Runs steps, from the one that `running` names, until one waits for its answer, or the operation is at its end. The instance
 * may still be at the step before. `isOwn`: it was made while this message is handled, and nobody else has seen it.
 */
function runSteps(
  instance: Instance,
  operation: Operation,
  running: RunningOperation,
  ctx: Context,
  isOwn = false,
): Instance {
  let current = instance;
  let isCurrentOwn = isOwn;
  for (let index = running.step; index < operation.steps.length; index++) {
    const step = operation.steps[index];
    if (!step || (step.applies && !step.applies(current))) continue;
    const now: RunningOperation = index === running.step ? running : { ...running, step: index, attempt: 1 };
    const entered = step.enter?.(current) ?? current;
    current = atStep(entered, isCurrentOwn || entered !== current, now, step.taskState ?? entered.taskState, ctx);
    // What a step asks for may tell of it.
    isCurrentOwn = false;
    const begun = step.begin(startOf(current, now, ctx));
    if (begun === 'waits') return current;
    if (begun !== 'done') return stepFailed(current, stepId(now), begun, ctx);
  }
  return finish(current, operation, running, ctx);
}

/** The instance at a step; as it is, where the operation has just begun so. */
function atStep(
  instance: Instance,
  isOwn: boolean,
  now: RunningOperation,
  taskState: Instance['taskState'],
  ctx: Context,
): Instance {
  if (instance.operation === now && instance.taskState === taskState) return instance;
  return amended(instance, isOwn, { operation: now, taskState, updatedAtMs: ctx.nowMs });
}

function finish(instance: Instance, operation: Operation, running: RunningOperation, ctx: Context): Instance {
  recordEnd(ctx, instance, running, null);
  operation.afterEnd?.(startOf(instance, running, ctx));
  const ended = operation.end(instance, ctx.nowMs);
  return amended(ended, ended !== instance, { taskState: null, operation: null, updatedAtMs: ctx.nowMs });
}

function fail(
  instance: Instance,
  operation: Operation,
  running: RunningOperation,
  failure: StepFailure,
  ctx: Context,
): Instance {
  recordEnd(ctx, instance, running, failure);
  operation.afterFailure?.(startOf(instance, running, ctx), failure);
  const failed = operation.whenFailed(instance);
  return { ...failed, fault: faultOf(failure, ctx), taskState: null, operation: null, updatedAtMs: ctx.nowMs };
}

/** Nova gives every failure of an operation the code 500. */
const faultOf = ({ message, details }: StepFailure, ctx: Context): InstanceFault => ({
  code: 500,
  message,
  details,
  atMs: ctx.nowMs,
});

/** Takes back the steps begun, the last first. */
function undoSteps(instance: Instance, operation: Operation, running: RunningOperation, ctx: Context): void {
  for (let index = running.step; index >= 0; index--) {
    operation.steps[index]?.undo?.(startOf(instance, { ...running, step: index }, ctx));
  }
}

/** Ends an operation that something overtakes: its effect is aborted, its answers will be out of date. */
export function abandon(instance: Instance, running: RunningOperation, ctx: Context): Instance {
  ctx.cancelEffect(stepId(running));
  OPERATIONS[running.action].abandoned?.(startOf(instance, running, ctx));
  ctx.cancelTimer(RETRY_TIMER);
  recordEnd(ctx, instance, running, { message: 'Overtaken by another operation.' });
  OPERATIONS[running.action].whenOvertaken?.(startOf(instance, running, ctx));
  const left = OPERATIONS[running.action].overtakenAs?.(instance) ?? instance;
  return changed(left, { operation: null, taskState: null });
}

function currentStep(
  instance: Instance,
  id: string,
): { readonly operation: Operation; readonly running: RunningOperation; readonly step: Step } | null {
  const running = instance.operation;
  if (!running || stepId(running) !== id) return null;
  const operation = OPERATIONS[running.action];
  const step = operation.steps[running.step];
  return step ? { operation, running, step } : null;
}

const startOf = (instance: Instance, running: RunningOperation, ctx: Context): StepStart => ({
  instance,
  ctx,
  stepId: stepId(running),
});
