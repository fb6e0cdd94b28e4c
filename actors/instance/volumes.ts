import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { type BoundVolume, VOLUME_MAIN, type VolumeRequest, volume } from '../volume/protocol.ts';
import { agentOf } from './guest-agent.ts';
import type { Instance, InstanceVolume } from './row.ts';

const service = volume.at(VOLUME_MAIN);

/** The volumes of an instance, whatever becomes of them. */
export const volumesOf = ({ volumes }: Pick<Instance, 'volumes'>): readonly InstanceVolume[] => volumes ?? [];

/** Whether the guest boots from a volume, so that it has no root disk of its own. */
export const isVolumeBacked = ({ image, blockDevices }: Pick<Instance, 'image' | 'blockDevices'>): boolean =>
  image === null && (blockDevices ?? []).some(({ bootIndex }) => bootIndex === 0);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** The name under which the guest sees its n-th disk, from 0 on. After z comes aa. */
const deviceAt = (index: number): string => {
  const last = LETTERS[index % LETTERS.length] ?? '';
  const first = index < LETTERS.length ? '' : (LETTERS[Math.floor(index / LETTERS.length) - 1] ?? '');
  return `/dev/vd${first}${last}`;
};

/** The devices of the disks that are the host's own: root, ephemeral and swap. */
const localDisks = (instance: Instance): number =>
  Number(!isVolumeBacked(instance)) + Number(instance.flavor.ephemeralGib > 0) + Number(instance.flavor.swapMib > 0);

/** Whether a device is in use. */
function isDeviceTaken(instance: Instance, device: string): boolean {
  if (volumesOf(instance).some((known) => known.device === device)) return true;
  return Array.from({ length: localDisks(instance) }, (_, index) => deviceAt(index)).includes(device);
}

/** The first device that nothing has. What a guest boots from is the first one of all. */
function freeDevice(instance: Instance, bootIndex: number | null): string {
  let index = bootIndex === 0 ? 0 : localDisks(instance);
  while (isDeviceTaken(instance, deviceAt(index)) && index < LETTERS.length * LETTERS.length) index += 1;
  return deviceAt(index);
}

/** The first place that no volume has. */
function freeSlot(volumes: readonly InstanceVolume[]): number {
  let slot = 0;
  while (volumes.some((known) => known.slot === slot)) slot += 1;
  return slot;
}

/** The instance with a volume that the service has bound for it. One that it knows stays as it is. */
export function withBound(instance: Instance, bound: BoundVolume, asked: VolumeRequest): Instance {
  const volumes = volumesOf(instance);
  if (volumes.some(({ volumeId }) => volumeId === bound.volumeId)) return instance;
  const { bootIndex, tag, deleteOnTermination } = asked;
  const { volumeId, attachmentId, deviceId, sizeGib, readOnly, multiattach } = bound;
  const wanted = asked.device !== null && !isDeviceTaken(instance, asked.device) ? asked.device : null;
  const device = wanted ?? freeDevice(instance, bootIndex);
  const added: InstanceVolume = {
    volumeId,
    attachmentId,
    deviceId,
    sizeGib,
    readOnly,
    device,
    slot: freeSlot(volumes),
    bootIndex,
    tag,
    deleteOnTermination,
    state: 'attaching',
    ...(multiattach ? { shared: true } : {}),
    ...(bootIndex === 0 ? agentOf(bound.imageMetadataJson) : {}),
  };
  return { ...instance, volumes: [...volumes, added] };
}

/** The instance with one of its volumes in another state. */
export const withVolumeState = (instance: Instance, volumeId: string, state: InstanceVolume['state']): Instance => ({
  ...instance,
  volumes: volumesOf(instance).map((known) => (known.volumeId === volumeId ? { ...known, state } : known)),
});

/** The instance without one of its volumes. */
export const withoutVolume = (instance: Instance, volumeId: string): Instance => ({
  ...instance,
  volumes: volumesOf(instance).filter((known) => known.volumeId !== volumeId),
});

/** Tells the service that the instance has these volumes now, and where. */
export function tellAttached(instance: Instance, ctx: Context, volumeIds: readonly string[] | null = null): void {
  const { id: instanceId, host } = instance;
  const volumes = volumesOf(instance);
  if (volumes.length === 0) return;
  const devices = Object.fromEntries(volumes.map(({ volumeId, device }) => [volumeId, device]));
  ctx.tell(service, { type: 'volumesAre', instanceId, volumeIds, status: 'attached', host, devices });
}

/** Tells the service that a volume is on its way out of the instance. Cinder: `os-begin_detaching`. */
export function tellLeaving({ id: instanceId, host }: Instance, ctx: Context, volumeId: string): void {
  ctx.tell(service, { type: 'volumesAre', instanceId, volumeIds: [volumeId], status: 'detaching', host, devices: {} });
}

/** Lets go of volumes: null, of all that the service may have bound for the instance. `ended`: the instance is gone. */
export function releaseVolumes(
  { id: instanceId }: Pick<Instance, 'id'>,
  ctx: Context,
  volumeIds: readonly string[] | null,
  ended: boolean,
): void {
  ctx.tell(service, { type: 'releaseVolumes', instanceId, volumeIds, ended });
}

/** Notes whether a volume goes with the instance, here and at the service. Errors: VolumeNotFound. */
export function keepVolume(
  instance: Instance,
  { volumeId, deleteOnTermination }: { readonly volumeId: string; readonly deleteOnTermination: boolean },
  ctx: Context,
): Instance {
  const isKnown = volumesOf(instance).some((known) => known.volumeId === volumeId);
  if (!isKnown || instance.deletedAtMs !== null) {
    ctx.reply(failed({ code: 'VolumeNotFound', volumeId }));
    return instance;
  }
  ctx.reply(ok({ instanceId: instance.id }));
  ctx.tell(service, { type: 'keepVolume', instanceId: instance.id, volumeId, deleteOnTermination });
  const volumes = volumesOf(instance).map((known) =>
    known.volumeId === volumeId ? { ...known, deleteOnTermination } : known,
  );
  return { ...instance, volumes, updatedAtMs: ctx.nowMs };
}
