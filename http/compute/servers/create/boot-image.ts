import type { InstanceFlavor, InstanceImage } from '../../../../actors/instance/row.ts';
import type { Image } from '../../../../drivers/images.ts';
import { type Refusal, refuse, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import type { NewServer } from '../requests.ts';

const GIB = 1024 ** 3;

const NO_VOLUMES =
  'Block Device Mapping is Invalid: only the boot disk made of the image is supported (source_type image, ' +
  'destination_type local, boot_index 0); volumes and further disks are not supported yet.';

/**
 * The image that a server boots from: `imageRef`, or the same as the one entry of `block_device_mapping_v2` that clients
 * send with it. Checked as Nova does before it accepts a server (`_validate_flavor_image_nostatus`, nova/compute/api.py).
 */
export const bootImage = async (
  asked: NewServer,
  flavor: InstanceFlavor,
  request: RequestContext,
  { images }: ComputeServices,
): Promise<InstanceImage | Refusal> => {
  const imageId = imageIdOf(asked);
  if (typeof imageId !== 'string') return imageId;
  const image = await images.find(imageId, request.caller);
  if (image === null) return refuseWith(400, 'Can not find requested image');
  if (image.status !== 'active') return refuse({ code: 'ImageNotActive', imageId });
  if (image.minRamMib > flavor.memoryMib) return refuse({ code: 'FlavorMemoryTooSmall' });
  if (flavor.rootGib === 0) {
    const refusal = request.refusalOf('os_compute_api:servers:create:zero_disk_flavor');
    if (refusal !== null) return refuseWith(403, 'Only volume-backed servers are allowed for flavors with zero disk.');
  }
  return diskRefusal(image, flavor) ?? instanceImage(image);
};

const imageIdOf = (asked: NewServer): string | Refusal => {
  const { imageRef, block_device_mapping: old = [], block_device_mapping_v2: devices = [] } = asked;
  if (old.length > 0) return refuseWith(400, NO_VOLUMES);
  const [device, ...others] = devices;
  if (device === undefined) {
    return imageRef === undefined || imageRef === null ? refuseWith(400, 'Missing imageRef attribute') : imageRef;
  }
  const isBootDisk =
    device.source_type === 'image' &&
    (device.destination_type ?? 'local') === 'local' &&
    device.boot_index === 0 &&
    device.volume_size === undefined &&
    device.uuid !== undefined &&
    device.uuid === (imageRef ?? device.uuid);
  return others.length === 0 && isBootDisk ? (device.uuid ?? '') : refuseWith(400, NO_VOLUMES);
};

/** A root disk of 0 GiB is as large as the image. */
const diskRefusal = (image: Image, { rootGib }: InstanceFlavor): Refusal | null => {
  if (rootGib === 0) return null;
  const flavorBytes = rootGib * GIB;
  const imageBytes = Math.max(image.sizeBytes ?? 0, image.virtualSizeBytes ?? 0);
  if (imageBytes > flavorBytes) {
    return refuseWith(
      400,
      `Flavor's disk is too small for requested image. Flavor disk is ${flavorBytes} bytes, image is ${imageBytes} bytes.`,
    );
  }
  const minimum = image.minDiskGib * GIB;
  return minimum > flavorBytes
    ? refuseWith(
        400,
        `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${flavorBytes} bytes, minimum size is ${minimum} bytes.`,
      )
    : null;
};

const instanceImage = (image: Image): InstanceImage | Refusal => {
  const { id, contentId, sizeBytes, diskFormat, minDiskGib, minRamMib, properties } = image;
  if (diskFormat !== 'raw' && diskFormat !== 'qcow2') {
    const reason = `a disk of the format ${diskFormat ?? 'unknown'} cannot be booted`;
    return refuse({ code: 'ImageUnacceptable', imageId: id, reason });
  }
  if (contentId === null || sizeBytes === null) return refuse({ code: 'ImageNotActive', imageId: id });
  return { imageId: id, contentId, format: diskFormat, sizeBytes, minDiskGib, minRamMib, properties };
};
