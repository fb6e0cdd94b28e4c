import { failed } from '../../../runtime/result.ts';
import { IMAGE_ACTOR_ID, imageRegistry } from '../../image/protocol.ts';
import { VOLUME_MAIN, volume } from '../../volume/protocol.ts';
import { captureRoot } from '../driver-steps.ts';
import { quiescingOf } from '../guest-agent.ts';
import type { Operation, RequestedBy, Step, StepStart } from '../operation.ts';
import type { SnapshotDetails } from '../operation-details.ts';
import { instance as instanceProtocol } from '../protocol.ts';
import { type BackupRequest, requestOf, type SnapshotRequest } from '../requests.ts';
import type { Instance } from '../row.ts';
import { volumesOf } from '../volumes.ts';

const images = imageRegistry.at(IMAGE_ACTOR_ID);

/** Properties of an image that say something of itself alone. Nova: `non_inheritable_image_properties`, and signatures. */
const NOT_INHERITED = /^(cache_in_nova|bittorrent|img_signature.*)$/;

const detailsOf = ({ operation }: Instance): SnapshotDetails | null =>
  operation?.details?.kind === 'snapshot' ? operation.details : null;

/** As Nova names them (`create_image` of nova/compute/utils.py), behind what the image had and what the user wants. */
function propertiesOf(instance: Instance, { backup, propertiesJson }: SnapshotDetails): Record<string, string> {
  const inherited = Object.entries(instance.image?.properties ?? {}).filter(([name]) => !NOT_INHERITED.test(name));
  const wanted: Record<string, string> = JSON.parse(propertiesJson);
  return {
    ...Object.fromEntries(inherited),
    ...wanted,
    base_image_ref: instance.image?.imageId ?? '',
    user_id: instance.userId,
    owner_id: instance.projectId,
    image_location: 'snapshot',
    image_state: 'available',
    // The user's word counts here; that of a backup does not, since the rotation goes by it.
    image_type: backup === null ? (wanted['image_type'] ?? 'snapshot') : 'backup',
    ...(backup === null ? {} : { backup_type: backup.type }),
  };
}

function discard({ instance, ctx }: StepStart): void {
  const details = detailsOf(instance);
  if (details) ctx.tell(images, { type: 'discardSnapshot', imageId: details.imageId, instanceId: instance.id });
}

/** Whether an image stands for snapshots of volumes, and has no bytes of its own. */
const isOfVolumes = (details: SnapshotDetails | null): boolean => (details?.volumeSnapshots ?? []).length > 0;

/** The disks that an image stands for, as Nova writes them down (`block_device_mapping` of an image's properties). */
function devicesOf(instance: Instance, { volumeSnapshots = [] }: SnapshotDetails): Record<string, string> {
  const devices = volumeSnapshots.flatMap(({ snapshotId, volumeId }) => {
    const known = volumesOf(instance).find((one) => one.volumeId === volumeId);
    if (!known) return [];
    return [
      {
        source_type: 'snapshot',
        destination_type: 'volume',
        snapshot_id: snapshotId,
        volume_size: known.sizeGib,
        boot_index: known.bootIndex,
        device_name: known.device,
        delete_on_termination: known.deleteOnTermination,
      },
    ];
  });
  if (devices.length === 0) return {};
  return { block_device_mapping: JSON.stringify(devices), bdm_v2: 'True', root_device_name: '/dev/vda' };
}

/** Makes the image, without bytes. Who has asked is answered when it is there (handle.ts). */
const makeImage: Step = {
  name: 'make image',
  begin({ instance, ctx, stepId }) {
    const details = detailsOf(instance);
    if (!details) return 'done';
    const { imageId, name, owner } = details;
    ctx.tell(images, {
      type: 'createSnapshot',
      snapshot: {
        imageId,
        instanceId: instance.id,
        name,
        owner,
        minDiskGib: instance.flavor.rootGib > 0 ? instance.flavor.rootGib : (instance.image?.minDiskGib ?? 0),
        minRamMib: instance.image?.minRamMib ?? 0,
        properties: { ...propertiesOf(instance, details), ...devicesOf(instance, details) },
      },
      requestId: stepId,
      answerTo: instanceProtocol.at(instance.id),
    });
    return 'waits';
  },
  undo: discard,
};

/** Has the driver store the bytes. */
const capture: Step = {
  ...captureRoot,
  begin(start) {
    const details = detailsOf(start.instance);
    if (!details) return 'done';
    const { imageId } = details;
    start.ctx.tell(images, { type: 'beginSnapshot', imageId, instanceId: start.instance.id });
    return captureRoot.begin(start);
  },
};

const NO_BYTES = { contentId: '', checksum: '', sizeBytes: 0, virtualSizeBytes: 0, diskFormat: 'qcow2' } as const;

/**
 * Has snapshots made of the volumes that the image stands for. They are copied while the guest goes on; where its agent can, it
 * has written everything to a volume at the moment of which that is copied.
 */
const snapshotVolumes: Step = {
  name: 'snapshot volumes',
  applies: (instance) => isOfVolumes(detailsOf(instance)),
  begin({ instance, ctx, stepId }) {
    const { projectId, userId } = instance;
    const details = detailsOf(instance);
    ctx.tell(volume.at(VOLUME_MAIN), {
      type: 'snapshotVolumes',
      requestId: stepId,
      instanceId: instance.id,
      owner: { projectId, userId },
      name: `snapshot for ${details?.name ?? ''}`.slice(0, NAME_LENGTH_MAX),
      snapshots: details?.volumeSnapshots ?? [],
      // Nova: a guest that stands still, or is off, has nothing to write.
      quiescing: instance.vmState === 'active' ? quiescingOf(instance) : 'no',
      answerTo: instanceProtocol.at(instance.id),
    });
    return 'waits';
  },
};

/** Longest name of a volume's snapshot. */
const NAME_LENGTH_MAX = 255;

/** Gives the bytes to the image. */
const finishImage: Step = {
  name: 'finish image',
  taskState: 'image_uploading',
  begin({ instance, ctx, stepId }) {
    const details = detailsOf(instance);
    if (!details || (!details.captured && !isOfVolumes(details))) return 'done';
    const { imageId, captured } = details;
    const { diskFormat, ...content } = captured ?? NO_BYTES;
    ctx.tell(images, {
      type: 'finishSnapshot',
      imageId,
      instanceId: instance.id,
      content: captured === null ? null : content,
      diskFormat,
      requestId: stepId,
      answerTo: instanceProtocol.at(instance.id),
    });
    return 'waits';
  },
};

/** The steps that make an image of the root disk, for other operations that need one. */
export const snapshotSteps = { makeImage, capture, finishImage, discard };

const rest = {
  from: {
    vmState: ['active', 'paused', 'stopped', 'suspended'],
    taskState: [null],
    launched: true,
    unlocked: false,
    placed: false,
  },
  answersLater: true,
  abandoned(start: StepStart) {
    discard(start);
    const details = detailsOf(start.instance);
    if (!details?.asker || details.captured) return;
    const { id: instanceId } = start.instance;
    const attribute = 'task_state';
    const action = details.backup === null ? 'createImage' : 'createBackup';
    const error = { code: 'InstanceInvalidState', instanceId, action, attribute, state: 'deleting' } as const;
    start.ctx.replyTo(details.asker, failed(error));
  },
  end: (instance: Instance) => instance,
  whenFailed: (instance: Instance) => instance,
} as const;

/** What the steps of a snapshot go by. */
export const snapshotDetails = (
  asked: SnapshotRequest | BackupRequest,
  { requester, asker }: RequestedBy,
  backup: SnapshotDetails['backup'],
): SnapshotDetails => ({
  kind: 'snapshot',
  imageId: asked.imageId,
  name: asked.name,
  propertiesJson: JSON.stringify(asked.properties),
  owner: requester.projectId,
  isAdmin: requester.isAdmin,
  backup,
  asker,
  captured: null,
  ...(asked.volumeSnapshots === undefined ? {} : { volumeSnapshots: asked.volumeSnapshots }),
});

/** Makes an image of the root disk; the guest goes on meanwhile. Nova: server action `createImage`. */
export const createImage: Operation = {
  ...rest,
  name: 'createImage',
  action: 'createImage',
  event: 'compute_snapshot_instance',
  taskState: 'image_snapshot_pending',
  details(request, by) {
    const asked = requestOf(request, 'createImage');
    return asked && snapshotDetails(asked, by, null);
  },
  steps: [
    makeImage,
    snapshotVolumes,
    { ...capture, taskState: 'image_snapshot', applies: (instance) => !isOfVolumes(detailsOf(instance)) },
    finishImage,
  ],
};

/** Makes an image of the root disk, and deletes older ones of its type. Nova: server action `createBackup`. */
export const createBackup: Operation = {
  ...rest,
  name: 'createBackup',
  action: 'createBackup',
  event: 'compute_backup_instance',
  taskState: 'image_backup',
  details(request, by) {
    const asked = requestOf(request, 'createBackup');
    return asked && snapshotDetails(asked, by, { type: asked.backupType, rotation: asked.rotation });
  },
  steps: [makeImage, capture, finishImage],
  afterEnd({ instance, ctx }) {
    const made = detailsOf(instance);
    if (!made?.backup) return;
    const { type: backupType, rotation: keep } = made.backup;
    const by = { projectId: made.owner, isAdmin: made.isAdmin, mayWrite: true };
    ctx.tell(images, { type: 'rotateBackups', instanceId: instance.id, backupType, keep, by });
  },
};
