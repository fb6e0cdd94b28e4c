import { failed } from '../../../runtime/result.ts';
import { limits } from '../../limits.ts';
import { VOLUME_MAIN, volume } from '../../volume/protocol.ts';
import { request } from '../driver-steps.ts';
import type { Operation, Step, StepStart } from '../operation.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import type { Instance, InstanceVolume, SwapDetails } from '../row.ts';
import { areBound } from '../volume-steps.ts';
import { releaseVolumes, tellAttached, tellLeaving, volumesOf, withVolumeState } from '../volumes.ts';
import { plug, unplugLater } from './volumes.ts';

const service = volume.at(VOLUME_MAIN);

const detailsOf = ({ operation }: Instance): SwapDetails | null =>
  operation?.details?.kind === 'swapVolume' ? operation.details : null;

function withDetails(instance: Instance, changes: Partial<SwapDetails>): Instance {
  const { operation } = instance;
  const details = detailsOf(instance);
  return operation && details
    ? { ...instance, operation: { ...operation, details: { ...details, ...changes } } }
    : instance;
}

const withVolume = (instance: Instance, volumeId: string, next: InstanceVolume): Instance => ({
  ...instance,
  volumes: volumesOf(instance).map((known) => (known.volumeId === volumeId ? next : known)),
});

/** Takes the other volume. Who has asked is answered when that is done (volume-answer.ts). */
const takeOther: Step = {
  name: 'take other volume',
  begin({ instance, ctx, stepId }) {
    const details = detailsOf(instance);
    if (!details) return 'done';
    // Something that was waited for may have taken it away.
    if (!volumesOf(instance).some(({ volumeId, state }) => volumeId === details.volumeId && state === 'attached')) {
      const reason = 'Old volume is attached to a different instance.';
      ctx.replyTo(details.asker, failed({ code: 'InvalidVolume', reason }));
      return { code: 'InvalidVolume', message: reason, details: reason };
    }
    const { projectId, userId } = instance;
    ctx.tell(service, {
      type: 'bindVolumes',
      requestId: stepId,
      instanceId: instance.id,
      owner: { projectId, userId },
      answerTo: instanceProtocol.at(instance.id),
      what: 'one',
      requests: [
        {
          content: { kind: 'existing', volumeId: details.newVolumeId },
          sizeGib: null,
          imageMetadataJson: null,
          bootIndex: null,
          device: null,
          tag: null,
          // Should the instance end now, the volume is none of its own yet.
          deleteOnTermination: false,
        },
      ],
    });
    return 'waits';
  },
  fold(instance, value) {
    const [taken] = areBound(value) ? value : [];
    return taken ? withDetails(instance, { taken }) : instance;
  },
};

/**
 * Has the guest write to both volumes. Only when both have the same bytes the instance says that it has the other one, and the
 * guest gets that for its own: so whatever ends the guest meanwhile, it starts again with all that it had written.
 */
const mirror: Step = {
  name: 'mirror volume',
  applies: ({ host }) => host !== null,
  begin(start) {
    const details = detailsOf(start.instance);
    if (details) tellLeaving(start.instance, start.ctx, details.volumeId);
    start.ctx.effect(request(start, 'driver.ensureMirrored', limits.copyMs));
    return 'waits';
  },
  fold: switched,
  attemptsMax: limits.plugAttemptsMax,
  undo: unplugLater,
};

/** The instance with the other volume in the place of the one, with all that the place is known by. */
function switched(instance: Instance): Instance {
  const details = detailsOf(instance);
  const former = volumesOf(instance).find(({ volumeId }) => volumeId === details?.volumeId);
  if (!details?.taken || !former) return instance;
  const { volumeId, attachmentId, sizeGib, readOnly, multiattach } = details.taken;
  const next: InstanceVolume = { ...former, volumeId, attachmentId, sizeGib, readOnly, state: 'attaching' };
  const shared = multiattach ? { ...next, shared: true } : { ...next, shared: false };
  return withDetails(withVolume(instance, former.volumeId, shared), { former });
}

/** The instance with the volume that it had. */
function switchedBack(instance: Instance): Instance {
  const details = detailsOf(instance);
  return details?.former ? withVolume(instance, details.newVolumeId, details.former) : instance;
}

/** Both sides know that the other volume is the instance's, and whether it goes with it. */
function record(start: StepStart): void {
  const { instance, ctx } = start;
  const details = detailsOf(instance);
  if (!details?.former) return;
  const { newVolumeId: volumeId, former } = details;
  const { deleteOnTermination } = former;
  tellAttached(instance, ctx, [volumeId]);
  ctx.tell(service, { type: 'keepVolume', instanceId: instance.id, volumeId, deleteOnTermination });
  ctx.tell(service, { type: 'migrationEnded', volumeId: former.volumeId, failed: false });
  releaseVolumes(instance, ctx, [former.volumeId], false);
}

/** Everything is as before. */
function takeBack({ instance, ctx }: StepStart): void {
  const details = detailsOf(instance);
  if (!details) return;
  // It may have it already, for which the swap was refused.
  const isOwn = details.former === null && volumesOf(instance).some(({ volumeId }) => volumeId === details.newVolumeId);
  if (!isOwn) releaseVolumes(instance, ctx, [details.newVolumeId], false);
  tellAttached(switchedBack(instance), ctx, [details.volumeId]);
  ctx.tell(service, { type: 'migrationEnded', volumeId: details.volumeId, failed: true });
}

/** Puts another volume in the place of one, with its content. Nova: `os-volume_attachments`, action `swap_volume`. */
export const swapVolume: Operation = {
  name: 'swapVolume',
  action: 'swap_volume',
  event: 'compute_swap_volume',
  from: {
    vmState: ['active', 'paused', 'resized'],
    taskState: [null],
    launched: true,
    unlocked: true,
    placed: false,
  },
  taskState: null,
  answersLater: true,
  details(asked, { asker }) {
    const wanted = requestOf(asked, 'swapVolume');
    if (wanted === null) return null;
    const { volumeId, newVolumeId } = wanted;
    return { kind: 'swapVolume', volumeId, newVolumeId, asker, taken: null, former: null };
  },
  steps: [
    takeOther,
    mirror,
    plug('replace volume'),
    {
      name: 'record swap',
      begin(start) {
        record(start);
        return 'done';
      },
    },
  ],
  end: (instance) => withVolumeState(instance, detailsOf(instance)?.newVolumeId ?? '', 'attached'),
  abandoned(start) {
    const details = detailsOf(start.instance);
    if (details === null) return;
    if (details.taken === null) {
      const { id: instanceId } = start.instance;
      const [action, attribute] = ['swap_volume', 'task_state'] as const;
      const error = { code: 'InstanceInvalidState', instanceId, action, attribute, state: 'deleting' } as const;
      start.ctx.replyTo(details.asker, failed(error));
    }
    // What the guest writes goes to the other volume by now, or to both.
    if (details.former === null) takeBack(start);
    else record(start);
    unplugLater(start);
  },
  overtakenAs: (instance) => withVolumeState(instance, detailsOf(instance)?.newVolumeId ?? '', 'attached'),
  whenFailed: switchedBack,
  afterFailure: takeBack,
};
