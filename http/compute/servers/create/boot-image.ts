import type { InstanceFlavor, InstanceImage } from '../../../../actors/instance/row.ts';
import type { VolumeRequest } from '../../../../actors/volume/protocol.ts';
import { type Refusal, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import type { NewServer } from '../requests.ts';
import { aliasRefusal, topologyRefusal, usableImage } from '../usable-image.ts';
import { devicesInImage, devicesOf } from './block-devices.ts';
import { volumeRequests } from './volume-requests.ts';

/** What a server boots from, and which volumes it has from the beginning. */
export interface Boot {
  /** The image that its root disk is made of; null: it boots from a volume. */
  readonly image: InstanceImage | null;
  /** Of the image that it boots from, or that the volume is made of. */
  readonly properties: Readonly<Record<string, string>>;
  readonly blockDevices: readonly VolumeRequest[];
}

/**
 * What a server boots from: `imageRef`, or what is first among its disks. An image that was made of a server which boots
 * from a volume stands for disks, not for bytes.
 */
export const bootOf = async (
  asked: NewServer,
  count: number,
  flavor: InstanceFlavor,
  request: RequestContext,
  services: ComputeServices,
): Promise<Boot | Refusal> => {
  const unknown = aliasRefusal(flavor, services);
  if (unknown !== null) return unknown;
  const devices = devicesOf(asked, flavor);
  if ('kind' in devices) return devices;
  const imageId = devices.localImage ?? asked.imageRef ?? null;
  const image = imageId === null ? null : await services.images.find(imageId, request.caller);
  if (imageId !== null && image === null) return refuseWith(400, 'Can not find requested image');
  const inImage = image === null ? [] : devicesInImage(image.properties);
  const volumes = [...inImage, ...devices.volumes];
  const hasBootVolume = volumes.some(({ bootIndex }) => bootIndex === 0);
  if (image === null && !hasBootVolume) {
    return volumes.length === 0 ? refuseWith(400, 'Missing imageRef attribute') : refuseWith(400, BOOT_SEQUENCE);
  }
  if (devices.isWhole && devices.localImage === null && !hasBootVolume) return refuseWith(400, BOOT_SEQUENCE);
  // Two disks cannot both be booted from. An `imageRef` beside a volume that is booted from is no disk.
  if (devices.localImage !== null && hasBootVolume && inImage.length === 0) return refuseWith(400, BOOT_SEQUENCE);
  if (volumes.length > 0) {
    const refusal = request.refusalOf('os_compute_api:servers:create:attach_volume');
    if (refusal !== null) return refusal;
  }
  const found = await volumeRequests(volumes, count, request, services);
  if ('kind' in found) return found;
  if (hasBootVolume) {
    const refusal = topologyRefusal(flavor, found.properties);
    return refusal ?? { image: null, properties: found.properties, blockDevices: found.requests };
  }
  if (image === null) return refuseWith(400, BOOT_SEQUENCE);
  const usable = usableImage(image, flavor, request);
  return 'kind' in usable ? usable : { image: usable, properties: usable.properties, blockDevices: found.requests };
};

const BOOT_SEQUENCE =
  'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.';
