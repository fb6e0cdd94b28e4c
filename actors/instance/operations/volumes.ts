import type { ReplyTo } from '../../../runtime/message.ts';
import { failed } from '../../../runtime/result.ts';
import { limits } from '../../limits.ts';
import { VOLUME_MAIN, volume } from '../../volume/protocol.ts';
import { request } from '../driver-steps.ts';
import type { Operation, Step, StepStart } from '../operation.ts';
import type { VolumeDetails } from '../operation-details.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import type { Instance } from '../row.ts';
import { areBound } from '../volume-steps.ts';
import {
  releaseVolumes,
  tellAttached,
  tellLeaving,
  volumesOf,
  withBound,
  withoutVolume,
  withVolumeState,
} from '../volumes.ts';

const detailsOf = ({ operation }: Instance): VolumeDetails | null =>
  operation?.details?.kind === 'volume' ? operation.details : null;

const isComing = (instance: Instance): boolean => {
  const volumeId = detailsOf(instance)?.volumeId;
  return volumesOf(instance).some((known) => known.volumeId === volumeId && known.state === 'attaching');
};

/** Takes the volume. Who has asked is answered when that is done (volume-answer.ts). */
const takeVolume: Step = {
  name: 'take volume',
  begin({ instance, ctx, stepId }) {
    const wanted = detailsOf(instance)?.request;
    if (!wanted) return 'done';
    const { projectId, userId } = instance;
    ctx.tell(volume.at(VOLUME_MAIN), {
      type: 'bindVolumes',
      requestId: stepId,
      instanceId: instance.id,
      owner: { projectId, userId },
      answerTo: instanceProtocol.at(instance.id),
      what: 'one',
      requests: [wanted],
    });
    return 'waits';
  },
  fold(instance, value) {
    const wanted = detailsOf(instance)?.request;
    const [bound] = areBound(value) ? value : [];
    return wanted && bound ? withBound(instance, bound, wanted) : instance;
  },
  undo({ instance, ctx }) {
    const details = detailsOf(instance);
    if (details && isComing(instance)) releaseVolumes(instance, ctx, [details.volumeId], false);
  },
};

/** Has the guest given what the instance has, and taken what it has not. */
export const plug = (name: string): Step => ({
  name,
  applies: ({ host }) => host !== null,
  begin(start) {
    start.ctx.effect(request(start, 'driver.ensureVolumes', limits.plugMs));
    return 'waits';
  },
  attemptsMax: limits.plugAttemptsMax,
});

/** Takes the volume away from a guest that may have it already: the compensation of `plug`. */
const plugVolume: Step = {
  ...plug('plug volume'),
  undo: unplugLater,
};

/** Has the guest given what the rows say by then: without the volume that did not come. */
export function unplugLater(start: StepStart): void {
  if (start.instance.host === null) return;
  const effect = request(start, 'driver.ensureVolumes', limits.plugMs);
  start.ctx.effect({ ...effect, effectId: `${start.stepId}.undo` });
}

/** Where users may attach and detach volumes. Nova: the decorators of `attach_volume` and `detach_volume`. */
const from = {
  vmState: ['active', 'paused', 'stopped', 'resized', 'soft-delete', 'shelved', 'shelved_offloaded'],
  taskState: [null],
  launched: true,
  unlocked: true,
  placed: false,
} as const;

const withoutComing = (instance: Instance): Instance => {
  const details = detailsOf(instance);
  return details && isComing(instance) ? withoutVolume(instance, details.volumeId) : instance;
};

function answerOvertaken({ instance, ctx }: StepStart, asker: ReplyTo | null): void {
  const [action, attribute] = ['attach_volume', 'task_state'] as const;
  const error = {
    code: 'InstanceInvalidState',
    instanceId: instance.id,
    action,
    attribute,
    state: 'deleting',
  } as const;
  ctx.replyTo(asker, failed(error));
}

/** Gives the instance a volume; the guest, where it runs, sees it at once. Nova: `os-volume_attachments`. */
export const attachVolume: Operation = {
  name: 'attachVolume',
  action: 'attach_volume',
  event: 'compute_attach_volume',
  from,
  taskState: null,
  answersLater: true,
  details(asked, { asker }) {
    const wanted = requestOf(asked, 'attachVolume');
    return wanted && { kind: 'volume', volumeId: wanted.volumeId, request: wanted.request, asker };
  },
  steps: [
    takeVolume,
    plugVolume,
    {
      name: 'record attachment',
      begin({ instance, ctx }) {
        const details = detailsOf(instance);
        if (details) tellAttached(instance, ctx, [details.volumeId]);
        return 'done';
      },
    },
  ],
  end: (instance) => withVolumeState(instance, detailsOf(instance)?.volumeId ?? '', 'attached'),
  abandoned(start) {
    const details = detailsOf(start.instance);
    if (details === null) return;
    // Nobody has been answered as long as the service has not.
    if (!isComing(start.instance)) answerOvertaken(start, details.asker);
    // One that it has already, for which it would have been refused, stays.
    const isOwn = volumesOf(start.instance).some(
      ({ volumeId, state }) => volumeId === details.volumeId && state === 'attached',
    );
    if (!isOwn) releaseVolumes(start.instance, start.ctx, [details.volumeId], false);
    unplugLater(start);
  },
  overtakenAs: withoutComing,
  whenFailed: withoutComing,
};

/** Tells the service that the volume stays with the instance. */
function tellKept({ instance, ctx }: StepStart): void {
  const details = detailsOf(instance);
  if (details) tellAttached(instance, ctx, [details.volumeId]);
}

/** Takes a volume from the instance. Nova: `os-volume_attachments`. */
export const detachVolume: Operation = {
  name: 'detachVolume',
  action: 'detach_volume',
  event: 'compute_detach_volume',
  from,
  taskState: null,
  details(asked) {
    const wanted = requestOf(asked, 'detachVolume');
    return wanted && { kind: 'volume', volumeId: wanted.volumeId, request: null, asker: null };
  },
  prepare(instance, asked) {
    const wanted = requestOf(asked, 'detachVolume');
    return wanted ? withVolumeState(instance, wanted.volumeId, 'detaching') : instance;
  },
  steps: [
    {
      name: 'begin detaching',
      applies: ({ host }) => host !== null,
      begin({ instance, ctx }) {
        const details = detailsOf(instance);
        if (details) tellLeaving(instance, ctx, details.volumeId);
        return 'done';
      },
    },
    plug('unplug volume'),
  ],
  end: (instance) => withoutVolume(instance, detailsOf(instance)?.volumeId ?? ''),
  afterEnd({ instance, ctx }) {
    const details = detailsOf(instance);
    if (details) releaseVolumes(instance, ctx, [details.volumeId], false);
  },
  abandoned: tellKept,
  afterFailure: tellKept,
  overtakenAs: (instance) => withVolumeState(instance, detailsOf(instance)?.volumeId ?? '', 'attached'),
  whenFailed: (instance) => withVolumeState(instance, detailsOf(instance)?.volumeId ?? '', 'attached'),
};
