import type { InstanceFlavor } from '../../../../actors/instance/row.ts';
import { type Refusal, refuseWith } from '../../../reply.ts';
import type { NewServer } from '../requests.ts';

/** A volume that is asked for, before anything is looked up. */
export interface WantedVolume {
  readonly source: 'volume' | 'snapshot' | 'image' | 'blank';
  /** Of the source; empty for a blank one. */
  readonly id: string;
  readonly sizeGib: number | null;
  readonly bootIndex: number | null;
  readonly device: string | null;
  readonly tag: string | null;
  readonly volumeType: string | null;
  readonly deleteOnTermination: boolean;
}

/** The disks of a request. */
export interface WantedDevices {
  /** The image of the boot disk, when that is the host's own and stands among the disks. */
  readonly localImage: string | null;
  readonly volumes: readonly WantedVolume[];
  /** Whether the disk that is booted from has to stand among them: the newer form names all disks. */
  readonly isWhole: boolean;
}

type Device = NonNullable<NewServer['block_device_mapping_v2']>[number];
type OldDevice = NonNullable<NewServer['block_device_mapping']>[number];

const invalid = (reason: string): Refusal => refuseWith(400, `Block Device Mapping is Invalid: ${reason}`);

const BOOT_SEQUENCE =
  'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.';

/** The disks of a request, in either form, if they can be. Rules: Nova's BlockDeviceDict and `_validate_bdm`. */
export function devicesOf(asked: NewServer, flavor: InstanceFlavor): WantedDevices | Refusal {
  const { block_device_mapping: old = [], block_device_mapping_v2: devices = [] } = asked;
  if (old.length > 0 && devices.length > 0) {
    return refuseWith(400, 'Using different block_device_mapping syntaxes is not allowed in the same request.');
  }
  if (old.length > 0) return oldDevices(old, asked.imageRef ?? null);
  let localImage: string | null = null;
  const volumes: WantedVolume[] = [];
  const local = { ephemerals: 0, ephemeralGib: 0, swaps: 0, swapMib: 0 };
  for (const device of devices) {
    if (device.no_device !== undefined && device.no_device !== null && device.no_device !== false) continue;
    const problem = formOf(device, (asked.imageRef ?? '') !== '');
    if (problem !== null) return problem;
    const destination = device.destination_type ?? (device.source_type === 'image' ? 'local' : 'volume');
    if (destination === 'volume') volumes.push(wantedVolume(device));
    else if (device.source_type === 'image') {
      if ((asked.imageRef ?? device.uuid) !== device.uuid || localImage !== null) return refuseWith(400, BOOT_SEQUENCE);
      localImage = device.uuid ?? null;
    } else if (device.guest_format === 'swap') {
      local.swaps += 1;
      local.swapMib += device.volume_size ?? 0;
    } else {
      local.ephemerals += 1;
      local.ephemeralGib += device.volume_size ?? 0;
    }
  }
  const tooLarge = localRefusal(local, flavor);
  if (tooLarge !== null) return tooLarge;
  const order = volumes.flatMap(({ bootIndex }) => bootIndex ?? []);
  const isLocalBoot = localImage !== null || (asked.imageRef ?? null) !== null;
  const indexes = [...(isLocalBoot && !order.includes(0) ? [0] : []), ...order].sort((a, b) => a - b);
  if (indexes.some((index, at) => index !== at)) return refuseWith(400, BOOT_SEQUENCE);
  return { localImage, volumes, isWhole: devices.length > 0 };
}

/** What is wrong with the form of one disk; null: nothing. A local disk is of the image that `imageRef` names. */
function formOf(device: Device, hasImageRef: boolean): Refusal | null {
  const { source_type: source, uuid, destination_type: destination, boot_index: bootIndex } = device;
  if (source === undefined) return invalid('Invalid source_type field.');
  if (source === 'blank' && uuid !== undefined) return invalid('Invalid device UUID.');
  if (source !== 'blank' && uuid === undefined) return invalid('Missing device UUID.');
  if (destination === 'local') {
    if ('volume_type' in device && device.volume_type !== undefined && device.volume_type !== null) {
      return invalid('Specifying a volume_type with destination_type=local is not supported.');
    }
    if (source === 'image' && (bootIndex !== 0 || !hasImageRef))
      return invalid('Mapping image to local is not supported.');
    if (source === 'volume' || source === 'snapshot') return invalid('A volume or snapshot is no local disk.');
    return null;
  }
  if (source === 'image' && destination === 'volume' && device.volume_size === undefined) {
    return invalid("Images with destination_type 'volume' need to have a non-zero size specified");
  }
  if (source === 'blank' && device.volume_size === undefined) {
    return invalid("Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size");
  }
  return null;
}

function wantedVolume(device: Device): WantedVolume {
  const { source_type: source = 'blank', boot_index: bootIndex = null } = device;
  return {
    source,
    id: device.uuid ?? '',
    sizeGib: device.volume_size ?? null,
    // A negative one stands for none, as in Nova.
    bootIndex: bootIndex !== null && bootIndex >= 0 ? bootIndex : null,
    device: device.device_name ?? null,
    tag: device.tag ?? null,
    volumeType: device.volume_type ?? null,
    deleteOnTermination: device.delete_on_termination ?? false,
  };
}

interface Locals {
  readonly ephemerals: number;
  readonly ephemeralGib: number;
  readonly swaps: number;
  readonly swapMib: number;
}

/** Local disks are those of the flavor: what is asked for must fit into them, and is as large as they are. */
function localRefusal({ ephemeralGib, ephemerals, swaps, swapMib }: Locals, flavor: InstanceFlavor): Refusal | null {
  if (swaps > 1) return invalid('More than one swap drive requested.');
  if (swapMib > flavor.swapMib || (swaps > 0 && flavor.swapMib === 0)) {
    return invalid('Swap drive requested is larger than instance type allows.');
  }
  if (ephemeralGib > flavor.ephemeralGib || (ephemerals > 0 && flavor.ephemeralGib === 0)) {
    return invalid(
      'Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used.',
    );
  }
  // Nova makes as many as there is room for; our hosts make one.
  return ephemerals > 1
    ? invalid('More than one ephemeral disk requested: one is supported, of the size of the flavor.')
    : null;
}

/** Disks in the form of old clients: volumes and snapshots. Without an image the first one, or `vda`, is booted from. */
function oldDevices(devices: readonly OldDevice[], imageId: string | null): WantedDevices | Refusal {
  const kept = devices.filter(({ no_device: none }) => none === undefined || none === null || none === false);
  const volumes: WantedVolume[] = [];
  for (const device of kept) {
    const { volume_id: volumeId, snapshot_id: snapshotId, virtual_name: virtualName } = device;
    const id = volumeId ?? snapshotId;
    if (id === undefined) {
      if (virtualName !== undefined) continue;
      return invalid('Unrecognized legacy format.');
    }
    volumes.push({
      source: volumeId === undefined ? 'snapshot' : 'volume',
      id,
      sizeGib: device.volume_size ?? null,
      bootIndex: null,
      device: device.device_name ?? null,
      tag: null,
      volumeType: null,
      deleteOnTermination: device.delete_on_termination ?? false,
    });
  }
  if (imageId !== null) return { localImage: null, volumes, isWhole: false };
  const named = volumes.findIndex(({ device }) => device !== null && /^(\/dev\/)?[a-z]*da$/.test(device));
  const root = Math.max(0, named);
  const ordered = volumes.map((one, at) => (at === root ? { ...one, bootIndex: 0 } : one));
  return { localImage: null, volumes: ordered, isWhole: false };
}

/** The property under which an image says of which disks it is. */
const IN_IMAGE = 'block_device_mapping';

/** The disks that an image stands for: snapshots of a server's volumes. What is not understood is left out. */
export function devicesInImage(properties: Readonly<Record<string, string>>): readonly WantedVolume[] {
  const json = properties[IN_IMAGE];
  if (json === undefined) return [];
  const listed = parsedList(json);
  return listed.flatMap((one): WantedVolume[] => {
    const { snapshot_id: id, volume_size: size, boot_index: bootIndex, device_name: device } = one;
    if (one['source_type'] !== 'snapshot' || typeof id !== 'string') return [];
    return [
      {
        source: 'snapshot',
        id,
        sizeGib: typeof size === 'number' ? size : null,
        bootIndex: typeof bootIndex === 'number' ? bootIndex : null,
        device: typeof device === 'string' ? device : null,
        tag: null,
        volumeType: null,
        deleteOnTermination: one['delete_on_termination'] === true,
      },
    ];
  });
}

function parsedList(json: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const parsed: unknown = JSON.parse(json);
    if (!Array.isArray(parsed)) return [];
    return parsed.flatMap((one: unknown) => (typeof one === 'object' && one !== null ? [{ ...one }] : [])).slice(0, 64);
  } catch {
    return [];
  }
}
