import { cell } from '../../cell/protocol.ts';
import { IMAGE_ACTOR_ID, imageRegistry } from '../../image/protocol.ts';
import { claim, placed } from '../claim.ts';
import { removeGuest, removeGuestLater, runGuest, stopGuest } from '../driver-steps.ts';
import type { Operation, Step, StepStart } from '../operation.ts';
import { tellPlaced } from '../port-groups.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { requestOf } from '../requests.ts';
import type { Instance, ShelvedDetails } from '../row.ts';
import { POWER } from '../states.ts';
import { recordVolumes } from '../volume-steps.ts';
import { isVolumeBacked, tellAttached } from '../volumes.ts';
import { snapshotDetails, snapshotSteps } from './snapshot.ts';

/** The name of the timer after which a shelved instance gives up its host. */
const OFFLOAD_TIMER = 'offload-shelved';

const idle = { taskState: [null], launched: true, unlocked: true, placed: false } as const;
const { makeImage, capture, finishImage, discard } = snapshotSteps;

/** The image that an instance was shelved into, once its bytes are there. */
function shelvedOf({ shelved, operation, flavor, image }: Instance): ShelvedDetails | null {
  const captured = operation?.details?.kind === 'snapshot' ? operation.details.captured : null;
  const format = captured?.diskFormat;
  if (!shelved || !captured || (format !== 'raw' && format !== 'qcow2')) return shelved ?? null;
  const { contentId, sizeBytes } = captured;
  const { imageId } = shelved;
  const properties = image?.properties ?? {};
  return {
    ...shelved,
    image: { imageId, contentId, format, sizeBytes, minDiskGib: flavor.rootGib, minRamMib: 0, properties },
  };
}

/** Deletes the image of a shelved instance, which nobody needs any more. */
export function deleteShelvedImage({ projectId, shelved }: Instance, { ctx }: Pick<StepStart, 'ctx'>): void {
  if (!shelved) return;
  const by = { projectId, isAdmin: false, mayWrite: true };
  ctx.tell(imageRegistry.at(IMAGE_ACTOR_ID), { type: 'delete', by, imageId: shelved.imageId });
}

/** What boots from a volume keeps everything there: no image is needed. */
const hasRootDisk = (instance: Instance): boolean => !isVolumeBacked(instance);

/** Powers the guest off and makes an image of its disk. Nova: server action `shelve`. */
export const shelve: Operation = {
  name: 'shelve',
  action: 'shelve',
  event: 'compute_shelve_instance',
  from: { ...idle, vmState: ['active', 'paused', 'stopped', 'suspended'] },
  taskState: 'shelving',
  prepare(instance, request, ctx) {
    const asked = requestOf(request, 'shelve');
    if (asked === null) return instance;
    // It still has one when somebody has set its state by hand.
    deleteShelvedImage(instance, { ctx });
    const { imageId } = asked;
    const offloadAfterMs = isVolumeBacked(instance) ? 0 : asked.offloadAfterMs;
    return { ...instance, shelved: { imageId, image: null, offloadAfterMs } };
  },
  details(request, by) {
    const asked = requestOf(request, 'shelve');
    return (
      asked && { ...snapshotDetails({ ...asked, operation: 'createImage', properties: {} }, by, null), asker: null }
    );
  },
  steps: [
    {
      ...stopGuest,
      undo({ instance, ctx }) {
        if (instance.vmState !== 'active') return;
        ctx.tell(instanceProtocol.at(instance.id), { type: 'resumeGuest', requestId: `req-${ctx.newId()}` });
      },
    },
    { ...makeImage, taskState: 'shelving_image_pending_upload', applies: hasRootDisk },
    { ...capture, taskState: 'shelving_image_uploading', applies: hasRootDisk },
    { ...finishImage, taskState: 'shelving_image_uploading', applies: hasRootDisk },
  ],
  abandoned(start) {
    discard(start);
    // Its bytes may be there already.
    deleteShelvedImage(start.instance, start);
  },
  overtakenAs: (instance) => ({ ...instance, shelved: null }),
  end: (instance) => ({ ...instance, vmState: 'shelved', shelved: shelvedOf(instance) }),
  afterEnd({ instance, ctx }) {
    const { offloadAfterMs } = instance.shelved ?? { offloadAfterMs: null };
    if (offloadAfterMs === null) return;
    if (offloadAfterMs > 0) ctx.setTimer(OFFLOAD_TIMER, offloadAfterMs, { type: 'offloadOverdue' });
    else ctx.tell(instanceProtocol.at(instance.id), { type: 'offloadOverdue' });
  },
  whenFailed: (instance) => ({ ...instance, shelved: null }),
};

/** Gives up the host of a shelved instance. Nova: server action `shelveOffload`. */
export const shelveOffload: Operation = {
  name: 'shelveOffload',
  action: 'shelveOffload',
  event: 'compute_shelve_offload_instance',
  from: { ...idle, vmState: ['shelved'] },
  taskState: 'shelving_offloading',
  steps: [removeGuest],
  end: (instance) => ({
    ...instance,
    vmState: 'shelved_offloaded',
    powerState: POWER.shutdown,
    host: null,
    availabilityZone: null,
  }),
  afterEnd({ instance, ctx }) {
    ctx.cancelTimer(OFFLOAD_TIMER);
    tellAttached({ ...instance, host: null }, ctx);
    tellPlaced({ ...instance, host: null }, ctx);
    ctx.tell(cell.at(instance.cell), { type: 'release', instanceId: instance.id });
  },
  whenFailed: (instance) => instance,
};

const isOffloaded = ({ vmState }: Instance): boolean => vmState === 'shelved_offloaded';

/** Claims a host for an instance that has none. */
const claimHost: Step = {
  name: 'claim host',
  applies: isOffloaded,
  begin(start) {
    const { flavor, shelved } = start.instance;
    return claim(start, { flavor, host: shelved?.wantedHost ?? null, excludedHosts: [] });
  },
  fold: placed,
  undo({ instance, ctx }) {
    if (isOffloaded(instance)) ctx.tell(cell.at(instance.cell), { type: 'release', instanceId: instance.id });
  },
};

/** Brings a shelved instance back: on its host, or on another one from its image. Nova: server action `unshelve`. */
export const unshelve: Operation = {
  name: 'unshelve',
  action: 'unshelve',
  event: 'compute_unshelve_instance',
  from: { ...idle, vmState: ['shelved', 'shelved_offloaded'] },
  taskState: 'unshelving',
  prepare(instance, request) {
    const asked = requestOf(request, 'unshelve');
    const { shelved } = instance;
    if (asked === null || !shelved) return instance;
    const requestedZone = asked.zone === undefined ? instance.requestedZone : asked.zone;
    return { ...instance, requestedZone, shelved: { ...shelved, wantedHost: asked.host } };
  },
  steps: [
    claimHost,
    {
      ...runGuest,
      taskState: 'spawning',
      applies: isOffloaded,
      // Its disk is made of the image that it was shelved into, whose bytes must stay as long as it stands on them.
      enter: (instance) => ({ ...instance, rootImage: instance.shelved?.image ?? instance.rootImage ?? null }),
      undo: (start) => (isOffloaded(start.instance) ? removeGuestLater(start) : undefined),
    },
    { ...recordVolumes, applies: (instance) => isOffloaded(instance) && recordVolumes.applies?.(instance) !== false },
    { ...runGuest, taskState: 'powering-on', applies: (instance) => !isOffloaded(instance) },
  ],
  end: (instance, nowMs) => ({ ...instance, vmState: 'active', shelved: null, launchedAtMs: nowMs }),
  afterEnd({ instance, ctx }) {
    ctx.cancelTimer(OFFLOAD_TIMER);
    if (isOffloaded(instance)) tellPlaced(instance, ctx);
    deleteShelvedImage(instance, { ctx });
  },
  whenFailed: (instance) => (isOffloaded(instance) ? { ...instance, host: null, availabilityZone: null } : instance),
};
