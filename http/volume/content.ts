import { VOLUME_LIMITS } from '../../actors/volume/client.ts';
import type { NewVolume } from '../../actors/volume/protocol.ts';
import { volumeSnapshots, volumes } from '../../actors/volume/row.ts';
import type { Image } from '../../drivers/images.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { VolumeFault } from './faults.ts';
import { fault, owns, refused, type VolumeRequest } from './route.ts';

const GIB = 1024 ** 3;

/** What a new volume is to be made of; at most one of the sources is not null. */
export interface WantedContent {
  readonly sizeGib: number | null;
  readonly snapshotId: string | null;
  readonly sourceVolumeId: string | null;
  readonly imageId: string | null;
}

/** What of a new volume follows from its source. */
type Made = Pick<NewVolume, 'content' | 'sizeGib' | 'imageMetadataJson' | 'bootable'>;
type Context = Pick<VolumeRequest, 'reader' | 'images' | 'caller'>;

/** Finds the source of a new volume, which the caller must be allowed to use, and its size. */
export async function contentOf(request: Context, wanted: WantedContent): Promise<Result<Made, VolumeFault>> {
  const { sizeGib, snapshotId, sourceVolumeId, imageId } = wanted;
  const sources = [snapshotId, sourceVolumeId, imageId].filter((source) => source !== null);
  if (sources.length > 1) return fault(400, 'A volume is made of one of snapshot_id, source_volid and imageRef.');
  if (snapshotId !== null) return ofSnapshot(request, snapshotId, sizeGib);
  if (sourceVolumeId !== null) return ofVolume(request, sourceVolumeId, sizeGib);
  if (sizeGib === null) return fault(400, 'The size of the volume is missing.');
  if (imageId !== null) return ofImage(request, imageId, sizeGib);
  return ok({ content: { kind: 'blank' }, sizeGib, imageMetadataJson: null, bootable: false });
}

/** A copy is as large as what it is of, or larger. */
function sized(sizeGib: number | null, least: number, of: string): Result<number, VolumeFault> {
  const size = sizeGib ?? least;
  return size >= least
    ? ok(size)
    : fault(400, `Invalid input received: Volume size '${size}'GB cannot be smaller than ${of} size ${least}GB.`);
}

function ofSnapshot(request: Context, snapshotId: string, wanted: number | null): Result<Made, VolumeFault> {
  const row = volumeSnapshots.read(request.reader, snapshotId);
  if (!row || !owns(request, row.projectId)) return refused({ code: 'VolumeSnapshotNotFound', snapshotId });
  if (row.status !== 'available') {
    return refused({ code: 'InvalidSnapshot', reason: `Originating snapshot status must be one of available values` });
  }
  const sizeGib = sized(wanted, row.sizeGib, 'the snapshot');
  if (!sizeGib.ok) return sizeGib;
  const source = volumes.read(request.reader, row.volumeId);
  const { imageMetadataJson = null, bootable = false } = source ?? {};
  return ok({ content: { kind: 'snapshot', snapshotId }, sizeGib: sizeGib.value, imageMetadataJson, bootable });
}

function ofVolume(request: Context, volumeId: string, wanted: number | null): Result<Made, VolumeFault> {
  const row = volumes.read(request.reader, volumeId);
  if (!row || !owns(request, row.projectId)) return refused({ code: 'VolumeNotFound', volumeId });
  if (row.status !== 'available') {
    return refused({ code: 'InvalidVolume', reason: 'Source volume must be available: a guest may be writing to it.' });
  }
  const sizeGib = sized(wanted, row.sizeGib, 'the source volume');
  if (!sizeGib.ok) return sizeGib;
  const { imageMetadataJson, bootable } = row;
  return ok({ content: { kind: 'volume', volumeId }, sizeGib: sizeGib.value, imageMetadataJson, bootable });
}

async function ofImage(request: Context, imageId: string, sizeGib: number): Promise<Result<Made, VolumeFault>> {
  const image = await request.images.find(imageId, request.caller);
  if (image === null) return fault(400, 'Invalid image identifier or unable to access requested image.');
  return volumeOfImage(image, sizeGib);
}

/** A volume of an image, if it can be made. */
export function volumeOfImage(image: Image, sizeGib: number): Result<Made, VolumeFault> {
  const { id: imageId, contentId, diskFormat: format, sizeBytes, virtualSizeBytes, minDiskGib } = image;
  const isUsable = image.status === 'active' && contentId !== null && sizeBytes !== null;
  if (!isUsable) return fault(400, `Image ${imageId} is not active.`);
  if (format !== 'raw' && format !== 'qcow2') return fault(400, `Image ${imageId} is unacceptable: it is no disk.`);
  const least = Math.max(minDiskGib, Math.ceil(Math.max(sizeBytes, virtualSizeBytes ?? 0) / GIB));
  if (sizeGib < least) return fault(400, `Size of specified image ${least}GB is larger than volume size ${sizeGib}GB.`);
  if (sizeGib > VOLUME_LIMITS.sizeGibMax) return fault(400, 'The size of the volume is missing.');
  return ok({
    content: { kind: 'image', imageId, contentId, format, sizeBytes },
    sizeGib,
    imageMetadataJson: JSON.stringify(imageMetadata(image)),
    bootable: true,
  });
}

/** What a volume keeps of its image. Cinder: `volume_glance_metadata`. */
const imageMetadata = (image: Image): Readonly<Record<string, string>> => ({
  ...image.properties,
  image_id: image.id,
  image_name: image.name ?? '',
  checksum: image.checksum ?? '',
  container_format: image.containerFormat ?? '',
  disk_format: image.diskFormat ?? '',
  min_disk: String(image.minDiskGib),
  min_ram: String(image.minRamMib),
  size: String(image.sizeBytes ?? 0),
});
