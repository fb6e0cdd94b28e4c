import type { Context } from '../../runtime/context.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import type { Requester } from './protocol.ts';
import type { OperationRequest } from './requests.ts';
import type { Instance, OperationDetails, OperationName, RunningOperation } from './row.ts';
import type { TaskState, VmState } from './states.ts';

/** How a step failed: the sentence for everybody, and more for administrators. */
export interface StepFailure {
  readonly code: string;
  readonly message: string;
  readonly details: string;
}

/** What a step is given to begin with. */
export interface StepStart {
  readonly instance: Instance;
  readonly ctx: Context;
  /** Names this try of this step: the answer carries it back, and another answer is out of date. */
  readonly stepId: string;
}

/**
 * One step of an operation. `begin` asks for something (an effect, or a message to another actor) whose answer brings
 * the step's end; a step that needs no answer returns `done`.
 */
export interface Step {
  readonly name: string;
  /** What the instance is said to be doing from this step on; absent: as before. */
  readonly taskState?: TaskState;
  /** Whether the step is needed; absent: always. */
  readonly applies?: (instance: Instance) => boolean;
  /** The instance as the step finds it: for what it asks for is made of the stored rows. Applied again by a repetition. */
  readonly enter?: (instance: Instance) => Instance;
  /** A failure: the step cannot be done at all. */
  readonly begin: (start: StepStart) => 'waits' | 'done' | StepFailure;
  /** What the answer changes. The value has been checked by whoever received it. */
  readonly fold?: (instance: Instance, value: unknown, nowMs: number) => Instance;
  /** Takes back what the step may have done, also when its answer never came. Must not need an answer. */
  readonly undo?: (start: StepStart) => void;
  /** How often the step is tried before the operation fails. @default 1 */
  readonly attemptsMax?: number;
  /** What becomes of an operation whose step has failed for good. @default 'fails' */
  readonly whenExhausted?: 'fails' | 'goesOn';
}

/** Who has asked for an operation, and waits for an answer. */
export interface RequestedBy {
  readonly requester: Requester;
  readonly asker: ReplyTo | null;
}

/**
 * An operation on an instance, as data: which states allow it, what it does, and how it ends. The table of all of them
 * (operations/index.ts) is the truth for the code, for the 409 answers and for the tests.
 */
export interface Operation {
  readonly name: OperationName;
  /** The action under which it is recorded. Nova: `nova.compute.instance_actions`. */
  readonly action: string;
  /** How a refusal of a state calls it, where that is not the action. Nova: the handlers of its API. */
  readonly refusedAs?: string;
  /** The event under which it is recorded. Nova: name of the compute manager's method, prefixed. */
  readonly event: string;
  readonly from: {
    readonly vmState: readonly VmState[] | 'any';
    readonly taskState: readonly (TaskState | null)[] | 'any';
    /** Whether the instance must have run once. */
    readonly launched: boolean;
    /** Whether a lock stops others than administrators. */
    readonly unlocked: boolean;
    /** Whether it must have a host. */
    readonly placed: boolean;
  };
  /** Null: none, as for what only the API's own records show. What begins meanwhile waits (waiting.ts). */
  readonly taskState: TaskState | null;
  /**
   * The instance with what was asked for folded in, before the first step. `request` is null when nobody asked, as for
   * what the cloud begins by itself.
   */
  readonly prepare?: (instance: Instance, request: OperationRequest | null, ctx: Context) => Instance;
  /** What its steps need of what was asked for, kept with it until it ends; `instance` is as it was before `prepare`. */
  readonly details?: (request: OperationRequest, by: RequestedBy, instance: Instance) => OperationDetails | null;
  /** Whether who has asked is answered by a step, and not at once. @default false */
  readonly answersLater?: boolean;
  /** Called when something overtakes it, for messages to others. */
  readonly abandoned?: (start: StepStart) => void;
  /** The instance when something overtakes it, without what only its end would have made true. @default as it stands */
  readonly overtakenAs?: (instance: Instance) => Instance;
  readonly steps: readonly Step[];
  /** The instance after the last step. `taskState` and `operation` are cleared by the engine. */
  readonly end: (instance: Instance, nowMs: number) => Instance;
  /** Called after the last step, for messages to others. */
  readonly afterEnd?: (start: StepStart) => void;
  /** Called when it has failed, for messages to others; the steps begun have been undone. */
  readonly afterFailure?: (start: StepStart, failure: StepFailure) => void;
  /** Called when another operation overtakes it, for what is recorded of it elsewhere. */
  readonly whenOvertaken?: (start: StepStart) => void;
  /** The instance after a failure; the steps begun have been undone. `taskState` is cleared and the fault is set by the engine. */
  readonly whenFailed: (instance: Instance) => Instance;
  /** Whether a failure of this step of a try starts the operation anew elsewhere, instead of failing it. */
  readonly startsAnew?: (instance: Instance, step: Step, failure: StepFailure) => Instance | null;
  /** What is told of a failure, when the step's own words are not what the API says. */
  readonly explain?: (instance: Instance, step: Step, failure: StepFailure) => StepFailure;
  /**
   * Whether it may begin while another operation is under way. That one ends as it stands and nothing of it is undone:
   * whoever overtakes takes care of what it may have got. @default false
   */
  readonly overtakes?: boolean;
}

/** A try of a step of some operation, and the last id that was made for it. */
interface MadeId {
  readonly ending: string;
  requestId: string;
  id: string;
}

/** Steps of many instances are begun by one request, one after the other: these share the text of the id. */
const madeIds = new Map<number, MadeId>();
/** So many rounds, steps and tries each are remembered. */
const REMEMBERED_MAX = 32;

const isRemembered = ({ round, step, attempt }: RunningOperation): boolean =>
  round < REMEMBERED_MAX && step < REMEMBERED_MAX && attempt < REMEMBERED_MAX;

/** The id of one try of one step. Also the id of its effect, and of the order at the driver. */
export function stepId(running: RunningOperation): string {
  const { requestId, round, step, attempt } = running;
  if (!isRemembered(running)) return `${requestId}.${round}.${step}.${attempt}`;
  const place = (round * REMEMBERED_MAX + step) * REMEMBERED_MAX + attempt;
  let made = madeIds.get(place);
  if (made === undefined) {
    made = { ending: `.${round}.${step}.${attempt}`, requestId: '', id: '' };
    madeIds.set(place, made);
  }
  if (made.requestId !== requestId) {
    made.requestId = requestId;
    made.id = requestId + made.ending;
  }
  return made.id;
}
