import { beginOperation } from '../../actors/instance/client.ts';
import type { OperationRequest } from '../../actors/instance/protocol.ts';
import { instances } from '../../actors/instance/row.ts';
import { changeVolumes } from '../../actors/volume/client.ts';
import type { VolumeRequest } from '../../actors/volume/protocol.ts';
import { volumeAttachments, volumes } from '../../actors/volume/row.ts';
import type { World } from './world.ts';

const OWNER = { projectId: 'p0', userId: 'u0' };
const REQUESTER = { ...OWNER, isAdmin: false };
/** Volumes that the clients of a history share: few, so that they want the same ones. */
const SHARED_MAX = 6;

/** The last of them may be had by several instances at once. */
const isForSeveral = (volumeId: string): boolean => volumeId === sharedId(SHARED_MAX - 1);

const volumeRequest = (
  content: VolumeRequest['content'],
  bootIndex: number | null,
  deleteOnTermination: boolean,
): VolumeRequest => ({
  content,
  sizeGib: 1,
  imageMetadataJson: null,
  bootIndex,
  device: null,
  tag: null,
  deleteOnTermination,
});

const sharedId = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** What a new instance is to have of volumes: most often nothing, now and then what it boots from. */
export function blockDevicesOf(world: World): readonly VolumeRequest[] {
  const goes = world.happens(0.5);
  if (world.happens(0.08)) return [volumeRequest({ kind: 'blank' }, 0, goes)];
  if (world.happens(0.08)) return [volumeRequest({ kind: 'blank' }, null, goes)];
  if (!world.happens(0.05)) return [];
  return [volumeRequest({ kind: 'existing', volumeId: sharedId(world.upTo(SHARED_MAX)) }, null, false)];
}

/** A client that wants a volume for its instance, and perhaps takes it away again. What it is refused it does without. */
export async function useVolume(world: World, instanceId: string): Promise<void> {
  const volumeId = sharedId(world.upTo(SHARED_MAX));
  const volume = {
    id: volumeId,
    name: null,
    description: null,
    sizeGib: 1,
    content: { kind: 'blank' },
    metadataJson: '{}',
    imageMetadataJson: null,
    bootable: false,
    multiattach: isForSeveral(volumeId),
  } as const;
  if (!volumes.read(world.rows, volumeId)) {
    await changeVolumes(world.system, { type: 'createVolume', owner: OWNER, volume });
    await world.sleep(world.upTo(2_000));
  }
  const content = { kind: 'existing', volumeId } as const;
  const request = volumeRequest(content, null, world.happens(0.3));
  await begin(world, instanceId, { operation: 'attachVolume', volumeId, request });
  await world.sleep(world.upTo(6_000));
  if (world.happens(0.1))
    await changeVolumes(world.system, { type: 'deleteVolume', id: volumeId, cascade: false, force: false });
  const [known] = instances.read(world.rows, instanceId)?.volumes ?? [];
  if (known === undefined) return;
  if (world.happens(0.5)) await swapVolume(world, instanceId, known.volumeId);
  if (world.happens(0.2)) await growVolume(world, known.volumeId);
  if (known.bootIndex === 0 || world.happens(0.4)) return;
  await begin(world, instanceId, { operation: 'detachVolume', volumeId: known.volumeId });
}

/** An administrator who has another volume put in the place of one, as the volume service does when it moves it. */
async function swapVolume(world: World, instanceId: string, volumeId: string): Promise<void> {
  await changeVolumes(world.system, {
    type: 'setVolumeStatus',
    id: volumeId,
    status: null,
    detached: false,
    migrationStatus: 'migrating',
  });
  const attached = instances.read(world.rows, instanceId)?.volumes ?? [];
  // What the front refuses.
  if (!attached.some((known) => known.volumeId === volumeId && known.state === 'attached')) return;
  const first = world.upTo(SHARED_MAX);
  const ids = Array.from({ length: SHARED_MAX }, (_, index) => sharedId((first + index) % SHARED_MAX));
  const sizeGib = volumes.read(world.rows, volumeId)?.sizeGib ?? 0;
  const newVolumeId = ids.find((id) => {
    const row = volumes.read(world.rows, id);
    return row?.status === 'available' && row.sizeGib >= sizeGib;
  });
  if (newVolumeId === undefined) return;
  if ([...volumeAttachments.ids(world.rows, 'byVolume', [volumeId])].length > 1) return;
  await begin(world, instanceId, { operation: 'swapVolume', volumeId, newVolumeId });
}

async function growVolume(world: World, id: string): Promise<void> {
  const sizeGib = (volumes.read(world.rows, id)?.sizeGib ?? 0) + 1;
  await changeVolumes(world.system, { type: 'extendVolume', id, sizeGib, attachedToo: true });
}

async function begin(world: World, instanceId: string, request: OperationRequest): Promise<void> {
  const ask = () =>
    beginOperation(world.system, instanceId, request, { ...REQUESTER, requestId: `req-${world.random.uuid()}` });
  if (world.happens(world.rates.asksTwice)) void ask();
  await ask();
}
