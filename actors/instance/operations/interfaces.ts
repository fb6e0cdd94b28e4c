import { failed, ok } from '../../../runtime/result.ts';
import type { ComputeError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type BoundPort, NETWORK_MAIN, network } from '../../network/protocol.ts';
import { request } from '../driver-steps.ts';
import { type Operation, type Step, type StepFailure, type StepStart, stepId } from '../operation.ts';
import type { InterfaceDetails } from '../operation-details.ts';
import { withAllocation } from '../port-groups.ts';
import { portsWithout } from '../ports.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import type { Instance } from '../row.ts';

const service = network.at(NETWORK_MAIN);

const detailsOf = ({ operation }: Instance): InterfaceDetails | null =>
  operation?.details?.kind === 'interface' ? operation.details : null;

const portIdOf = (instance: Instance): string => detailsOf(instance)?.portId ?? '';

const without = (instance: Instance, portId: string): Instance => ({
  ...instance,
  ports: instance.ports.filter((port) => port.portId !== portId),
});

/** The one try of the step in which the network binds the port: whatever that has bound goes by it. */
const bindingOf = ({ operation }: Instance): string => (operation ? stepId({ ...operation, step: 0, attempt: 1 }) : '');

/** Has the network let go of the port, also of one of which it has not told yet. */
function letGo({ instance, ctx, stepId: requestId }: StepStart): void {
  // The device that the card may be is given back, too.
  portsWithout(instance, portIdOf(instance), ctx);
  ctx.tell(service, { type: 'releasePorts', requestId, instanceId: instance.id, boundBy: bindingOf(instance) });
}

const arePorts = (value: unknown): value is readonly BoundPort[] => Array.isArray(value);

/** Gets a port of the network. Who has asked is told at once when there is none (handle.ts). */
const bindPort: Step = {
  name: 'bind port',
  begin({ instance, ctx, stepId: requestId }) {
    const wanted = detailsOf(instance)?.request;
    if (!wanted) return 'done';
    ctx.tell(service, {
      type: 'bindPorts',
      requestId,
      instanceId: instance.id,
      projectId: instance.projectId,
      host: instance.host ?? '',
      answerTo: instanceProtocol.at(instance.id),
      requests: [wanted],
      securityGroups: [],
    });
    return 'waits';
  },
  fold(instance, value) {
    const { operation } = instance;
    const details = detailsOf(instance);
    const [port] = arePorts(value) ? value : [];
    if (!port || !operation || !details) return instance;
    const ports = [...without(instance, port.portId).ports, port];
    const bound = { ...instance, ports, operation: { ...operation, details: { ...details, portId: port.portId } } };
    const { request } = details;
    return request !== null && 'portId' in request ? withAllocation(bound, request.allocation) : bound;
  },
  undo: letGo,
};

/** Has the guest, where it is in memory, given the cards of the instance's ports, and taken the others. */
const plug = (name: string): Step => ({
  name,
  applies: ({ host }) => host !== null,
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureCards', limits.plugMs));
    return 'waits';
  },
  attemptsMax: limits.plugAttemptsMax,
});

/** Has the guest given what the rows say by then: without a card that did not come. */
function plugLater(start: StepStart): void {
  if (start.instance.host === null) return;
  const effect = request(start, 'driver.ensureCards', limits.plugMs);
  start.ctx.effect({ ...effect, effectId: `${start.stepId}.undo` });
}

const from = {
  vmState: ['active', 'paused', 'stopped'],
  taskState: [null],
  launched: true,
  unlocked: true,
  placed: false,
} as const;

/** What who has asked is told of a card that the guest did not get. */
function plugError(instanceId: string, { code, message }: StepFailure): ComputeError {
  const isRefused = code === 'Unsupported' || code === 'OutOfResources';
  return isRefused
    ? { code: 'InterfaceNotSupported', instanceId, reason: message }
    : { code: 'InterfaceAttachFailed', instanceId };
}

/** Gives the instance a port; the guest, where it runs, sees the card at once. Nova: `os-interface`. */
export const attachInterface: Operation = {
  name: 'attachInterface',
  action: 'attach_interface',
  event: 'compute_attach_interface',
  from,
  taskState: null,
  answersLater: true,
  details(asked, { asker }) {
    const wanted = requestOf(asked, 'attachInterface');
    return wanted && { kind: 'interface', portId: null, request: wanted.request, asker };
  },
  steps: [bindPort, { ...plug('plug interface'), undo: plugLater }],
  end: (instance) => instance,
  afterEnd({ instance, ctx }) {
    const { portId = null, asker = null } = detailsOf(instance) ?? {};
    ctx.replyTo(asker, ok({ instanceId: instance.id, ...(portId === null ? {} : { portId }) }));
  },
  afterFailure({ instance, ctx }, failure) {
    const details = detailsOf(instance);
    // A port that was not had has been told of already.
    if (details?.portId) ctx.replyTo(details.asker, failed(plugError(instance.id, failure)));
  },
  abandoned(start) {
    const { instance, ctx } = start;
    const { id: instanceId } = instance;
    const [action, attribute, state] = ['attach_interface', 'task_state', 'deleting'] as const;
    const error = { code: 'InstanceInvalidState', instanceId, action, attribute, state } as const;
    ctx.replyTo(detailsOf(instance)?.asker ?? null, failed(error));
    letGo(start);
    plugLater(start);
  },
  overtakenAs: (instance) => without(instance, portIdOf(instance)),
  whenFailed: (instance) => without(instance, portIdOf(instance)),
};

/**
 * Takes a port from the instance, when the guest has let go of its card. Begun by a user, or when the network has removed a
 * port: the instance does not have that any more, but its guest may. Nova: `os-interface`.
 */
export const detachInterface: Operation = {
  name: 'detachInterface',
  action: 'detach_interface',
  event: 'compute_detach_interface',
  from,
  taskState: null,
  details(asked) {
    const wanted = requestOf(asked, 'detachInterface');
    return wanted && { kind: 'interface', portId: wanted.portId, request: null, asker: null };
  },
  steps: [plug('unplug interface')],
  afterEnd({ instance, ctx, stepId: requestId }) {
    const portId = portIdOf(instance);
    if (portId === '') return;
    portsWithout(instance, portId, ctx);
    ctx.tell(service, { type: 'releasePorts', requestId, instanceId: instance.id, portIds: [portId] });
  },
  end: (instance) => without(instance, portIdOf(instance)),
  whenFailed: (instance) => instance,
};
