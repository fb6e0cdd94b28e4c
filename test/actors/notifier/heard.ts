import { instanceKind } from '../../../actors/instance/index.ts';
import { type InstanceMessage, instance } from '../../../actors/instance/protocol.ts';
import { bootData, type Instance } from '../../../actors/instance/row.ts';
import { notifyingInstances } from '../../../actors/notifier/of-instances.ts';
import { ID, REQUESTS, SPEC, USER } from '../instance/an-instance.ts';
import { RecordingContext } from '../recording-context.ts';
import { type Told, toldTo } from './told.ts';

/** An instance whose notifications are heard. */
export class Heard {
  readonly ctx = new RecordingContext(instance.at(ID));
  readonly #kind;
  state: Instance | null;

  constructor(state: Instance | null, stateChanges = false) {
    this.#kind = notifyingInstances(instanceKind, { sinks: ['webhook'], stateChanges });
    this.state = state;
    this.ctx.put(bootData, ID, SPEC.bootData);
  }

  tell(message: InstanceMessage): void {
    this.ctx.nowMs += 1_000;
    this.state = this.#kind.handle(this.state, message, this.ctx);
  }

  begin(operation: keyof typeof REQUESTS): void {
    this.tell({ type: 'begin', ...REQUESTS[operation], requester: { ...USER, requestId: `req-${operation}` } });
  }

  /** The guest could not be started on its host. */
  runFailed(): void {
    this.ended(false, 'driver.ensureRunning');
  }

  /** The step that is under way has been done, or not. */
  ended(isWell = true, name = 'driver.some'): void {
    const running = this.state?.operation;
    if (!running) throw new Error('Nothing is under way.');
    const effectId = `${running.requestId}.${running.round}.${running.step}.${running.attempt}`;
    const outcome = isWell
      ? ({ ok: true, value: null } as const)
      : ({ ok: false, error: { code: 'HypervisorFailed', reason: 'no disk' } } as const);
    this.tell({ type: 'effectEnded', effectId, name, outcome });
  }

  /** Everything that was told. */
  get all(): readonly Told[] {
    return toldTo(this.ctx);
  }

  /** What was told of the instance itself. */
  get told(): readonly Told[] {
    return this.all.filter(({ event_type }) => event_type.startsWith('instance.'));
  }

  get types(): readonly string[] {
    return this.told.map(({ event_type }) => event_type);
  }
}
