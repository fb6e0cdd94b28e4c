import { type BoundVolume, VOLUME_MAIN, volume } from '../volume/protocol.ts';
import { atSource } from './move.ts';
import type { Step } from './operation.ts';
import { instance as instanceProtocol } from './protocol.ts';
import type { Instance } from './row.ts';
import { releaseVolumes, tellAttached, volumesOf, withBound } from './volumes.ts';

/** Whether a step's answer is one of the volume service. */
export const areBound = (value: unknown): value is readonly BoundVolume[] =>
  Array.isArray(value) &&
  value.every((one: unknown) => typeof one === 'object' && one !== null && 'attachmentId' in one);

const wanted = ({ blockDevices }: Instance) => blockDevices ?? [];

/**
 * Gets the volumes that the instance is created with: those that are there are taken, the others are made, which may last.
 * On another host they are the same ones.
 */
export const bindVolumes: Step = {
  name: 'bind volumes',
  taskState: 'block_device_mapping',
  applies: (instance) => wanted(instance).length > 0,
  begin({ instance, ctx, stepId }) {
    const { id: instanceId, projectId, userId } = instance;
    ctx.tell(volume.at(VOLUME_MAIN), {
      type: 'bindVolumes',
      requestId: stepId,
      instanceId,
      owner: { projectId, userId },
      answerTo: instanceProtocol.at(instanceId),
      what: 'created',
      requests: wanted(instance),
    });
    return 'waits';
  },
  fold(instance, value) {
    if (!areBound(value)) return instance;
    return value.reduce((known, bound, index) => {
      const asked = wanted(instance)[index];
      return asked ? withBound(known, bound, asked) : known;
    }, instance);
  },
};

/** Lets go of the volumes of an instance that could not be built: what was made for it alone is deleted. */
export function releaseBuilt(instance: Instance, ctx: Parameters<typeof releaseVolumes>[1]): void {
  if (wanted(instance).length > 0) releaseVolumes(instance, ctx, null, true);
}

/** Tells the service that the guest has its volumes, on the host where it is now. */
export const recordVolumes: Step = {
  name: 'record volumes',
  applies: (instance) => volumesOf(instance).length > 0,
  begin({ instance, ctx }) {
    tellAttached(instance, ctx);
    return 'done';
  },
  // A move that fails leads back.
  undo: ({ instance, ctx }) => (instance.move ? tellAttached(atSource(instance), ctx) : undefined),
};

/** The instance with all of its volumes attached. */
export const withAttached = (instance: Instance): Instance =>
  volumesOf(instance).length === 0
    ? instance
    : { ...instance, volumes: volumesOf(instance).map((known) => ({ ...known, state: 'attached' as const })) };
