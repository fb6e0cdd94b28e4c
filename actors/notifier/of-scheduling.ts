import type { ClaimAnswer } from '../cell/protocol.ts';
import type { InstanceAction } from '../instance/actions/row.ts';
import { stepId } from '../instance/operation.ts';
import type { InstanceMessage, PassedOnMessage } from '../instance/protocol.ts';
import type { Instance } from '../instance/row.ts';
import { exceptionPayload } from './exception-payload.ts';
import { type NovaObject, novaObject } from './nova-object.ts';
import { requestSpecPayload } from './request-spec-payload.ts';

type Message = InstanceMessage | PassedOnMessage;

/** What has become of an instance with one message. */
export interface Handled {
  readonly before: Instance | null;
  readonly next: Instance | null;
  readonly message: Message;
  /** Whether it has asked the scheduler meanwhile. */
  readonly hasAsked: boolean;
  /** What it has recorded. */
  readonly actions: readonly InstanceAction[];
}

/** Something that is told. */
export interface Told {
  readonly eventType: string;
  readonly payload: NovaObject;
}

/** Whether a message to an actor of this kind asks the scheduler for a host, or about one. */
export const asksScheduler = (kind: string, message: unknown): boolean =>
  kind === 'cell' &&
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  (message.type === 'claim' || message.type === 'suits');

const SELECTION = 'scheduler.select_destinations';

/**
 * What is told of the scheduler: that an instance asks it, and that it has named a host; in Nova nothing ends where there is none. An
 * instance that its cell may hand on to the next one is told of by the one that keeps it, as its build is.
 */
export function schedulingTold({ before, next, message, hasAsked }: Handled): readonly Told[] {
  if (next === null || next.handsOn === true) return [];
  const told = (phase: 'start' | 'end', instance: Instance): Told => ({
    eventType: `${SELECTION}.${phase}`,
    payload: requestSpecPayload(instance),
  });
  const ended = before !== null && answerTo(before, message)?.ok === true ? [told('end', before)] : [];
  if (before?.handsOn === true) return [told('start', before), ...ended];
  return hasAsked || nowhere(message) !== null ? [...ended, told('start', next)] : ended;
}

/** What Nova's conductor calls the work whose failure it tells, by the event under which it is recorded. */
const WORK: Readonly<Record<string, string>> = {
  compute__do_build_and_run_instance: 'build_instances',
  cold_migrate: 'migrate_server',
  compute_live_migration: 'migrate_server',
  compute_rebuild_instance: 'rebuild_server',
};

/** Every type that can be told of scheduling. */
export const SCHEDULING_EVENT_TYPES: readonly string[] = [
  `${SELECTION}.start`,
  `${SELECTION}.end`,
  ...new Set(Object.values(WORK).map((work) => `compute_task.${work}.error`)),
];

/** That an operation has failed for want of a host: there is none, or too many have failed with a build. */
export function taskFailuresTold(handled: Handled): readonly Told[] {
  const { before, next, actions } = handled;
  const instance = next ?? before;
  const reason = reasonOf(handled);
  if (instance === null || reason === null) return [];
  return actions.flatMap(({ events: [event] }) => {
    const work = event?.result === 'Error' ? WORK[event.event] : undefined;
    return work === undefined
      ? []
      : [
          {
            eventType: `compute_task.${work}.error`,
            payload: novaObject('ComputeTaskPayload', {
              instance_uuid: instance.id,
              state: instance.vmState,
              reason,
              request_spec: requestSpecPayload(before?.operation ? before : instance),
            }),
          },
        ];
  });
}

/** Why there is no host; null: something else has failed, or nothing. */
function reasonOf({ before, next, message }: Handled): NovaObject | null {
  const inNoCell = nowhere(message);
  if (inNoCell !== null) return exceptionPayload('NoValidHost', inNoCell);
  if (before === null || before.operation === null) return null;
  const isBuild = before.operation.action === 'create';
  const retriesEnded = (): NovaObject => exceptionPayload('MaxRetriesExceeded', next?.fault?.message ?? '');
  const answer = answerTo(before, message);
  if (answer?.ok === false)
    return isBuild && before.failedHosts.length > 0
      ? retriesEnded()
      : exceptionPayload('NoValidHost', answer.error.reason);
  // A build that fails on its host is tried on another one as long as it may be.
  return isBuild && message.type === 'effectEnded' && message.name === 'driver.ensureRunning' ? retriesEnded() : null;
}

/** The scheduler's answer to what an instance asks; null: the message is none, or one to an earlier question. */
const answerTo = ({ operation }: Instance, message: Message): ClaimAnswer['outcome'] | null =>
  message.type === 'claimed' && operation !== null && message.claimId === stepId(operation) ? message.outcome : null;

/** Why there is no host for a new instance in any cell; null: it has not come to that. */
const nowhere = (message: Message): string | null =>
  message.type === 'create' ? (message.given?.failure?.reason ?? null) : null;
