import type { ActorKind } from '../../runtime/actor.ts';
import type { Address } from '../../runtime/address.ts';
import type { Context } from '../../runtime/context.ts';
import type { RowTable } from '../../runtime/table.ts';
import { actionId, type InstanceAction, instanceActions, presentAction } from '../instance/actions/row.ts';
import { PassedOn } from '../instance/passed-on.ts';
import type { InstanceMessage, PassedOnMessage } from '../instance/protocol.ts';
import type { Instance } from '../instance/row.ts';
import { publish } from './envelope.ts';
import { eventTypesOf, OF_GUESTS } from './event-types.ts';
import { actionPayload, type By, updatePayload } from './instance-payload.ts';
import { asksScheduler, schedulingTold, taskFailuresTold } from './of-scheduling.ts';
import type { Sink } from './protocol.ts';

type InstanceKind = ActorKind<Instance | null, InstanceMessage | PassedOnMessage>;

/** What is told of instances, and where. */
export interface InstanceNotifications {
  readonly sinks: readonly Sink[];
  /** Whether each change of a state is told, too. Nova: `notify_on_state_change`. */
  readonly stateChanges: boolean;
}

/** An action as a handler has recorded it. */
interface Recorded {
  readonly before: InstanceAction | undefined;
  readonly action: InstanceAction;
}

/** A context that sees which actions are recorded, and whether the scheduler is asked; `present`: what the instance was doing. */
class Seeing extends PassedOn {
  readonly recorded: Recorded[] = [];
  hasAsked = false;
  readonly #present: InstanceAction | null;

  constructor(ctx: Context, present: InstanceAction | null) {
    super(ctx, ctx.asker);
    this.#present = present;
  }

  override put<Row>(table: RowTable<Row>, id: string, row: Row | undefined): void {
    if (Object.is(table, instanceActions) && row !== undefined) {
      const before = instanceActions.read(this.rows, id) ?? this.#presentAt(id);
      super.put(table, id, row);
      const action = instanceActions.read(this.rows, id);
      if (action) this.recorded.push({ before, action });
    } else super.put(table, id, row);
  }

  override tell<Message>(to: Address<Message, unknown>, message: Message): void {
    if (asksScheduler(to.kind, message)) this.hasAsked = true;
    super.tell(to, message);
  }

  #presentAt(id: string): InstanceAction | undefined {
    const present = this.#present;
    return present !== null && actionId(present.instanceId, present.startMs, present.requestId) === id
      ? present
      : undefined;
  }
}

/** What has begun with a message and not ended; null: nothing. */
function begunBy(state: Instance | null, next: Instance): Recorded | null {
  const action = presentAction(next);
  if (action === null) return null;
  const before = state?.operation;
  const isKnown = before?.requestId === action.requestId && before.startedMs === action.startMs;
  return isKnown ? null : { before: undefined, action };
}

const NOBODY: By = { requestId: null, userId: null, projectId: null };

/**
 * The kind of actors that instances are, where something is to be told of them: what an instance does is told as it is
 * recorded, in the same commit. Without a sink this stands between nothing.
 */
export function notifyingInstances(kind: InstanceKind, { sinks, stateChanges }: InstanceNotifications): InstanceKind {
  return {
    ...kind,
    handle(state, message, ctx) {
      const before = state?.handsOn === true ? null : state;
      const seeing = new Seeing(ctx, before && presentAction(before));
      const next = kind.handle(state, message, seeing);
      const row = next ?? state;
      if (row === null) return next;
      // A cell may hand a new instance on to the next one: its build is told as begun by the one that keeps it.
      const begun = next === null || next.handsOn === true ? null : begunBy(before, next);
      const recorded = begun ? [...seeing.recorded, begun] : seeing.recorded;
      const actions = recorded.map(({ action }) => action);
      const handled = { before: state, next, message, hasAsked: seeing.hasAsked, actions };
      for (const { eventType, payload } of schedulingTold(handled)) publish(sinks, eventType, null, payload, ctx);
      for (const { before: known, action } of recorded) {
        for (const eventType of eventTypesOf(known, action)) {
          if (OF_GUESTS.has(eventType) && (state ?? row).host === null) continue;
          const isBegun = eventType.endsWith('.start');
          // What it was doing says which image or volume the end is about.
          const told = isBegun ? row : { ...row, operation: state?.operation ?? null };
          publish(sinks, eventType, row.host, actionPayload(eventType, told, action, action.message !== null), ctx);
        }
      }
      for (const { eventType, payload } of taskFailuresTold(handled)) publish(sinks, eventType, null, payload, ctx);
      if (state !== null && next !== null && isTold(state, next, stateChanges))
        publish(sinks, 'instance.update', next.host, updatePayload(state, next, byOf(recorded)), ctx);
      return next;
    },
  };
}

const byOf = ([first]: readonly Recorded[]): By => first?.action ?? NOBODY;

/** Whether a change is one that is told: of what users see and can change, or of a state where that is asked for. */
function isTold(before: Instance, next: Instance, stateChanges: boolean): boolean {
  if (stateChanges && (before.vmState !== next.vmState || before.taskState !== next.taskState)) return true;
  return (
    before.name !== next.name ||
    before.description !== next.description ||
    before.hostname !== next.hostname ||
    before.metadata !== next.metadata ||
    before.tags !== next.tags ||
    before.accessIpV4 !== next.accessIpV4 ||
    before.accessIpV6 !== next.accessIpV6
  );
}
