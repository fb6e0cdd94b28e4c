import type { InstanceFlavor, InstanceImage } from '../../../../actors/instance/row.ts';
import { type Refusal, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import type { NewServer } from '../requests.ts';
import { usableImage } from '../usable-image.ts';

const NO_VOLUMES =
  'Block Device Mapping is Invalid: only the boot disk made of the image is supported (source_type image, ' +
  'destination_type local, boot_index 0); volumes and further disks are not supported yet.';

/**
 * The image that a server boots from: `imageRef`, or the same as the one entry of `block_device_mapping_v2` that clients
 * send with it.
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
  return usableImage(image, flavor, request);
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
