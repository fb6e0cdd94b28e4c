import { aliasProblem, topologyProblem } from '../../../actors/cell/client.ts';
import type { InstanceFlavor, InstanceImage } from '../../../actors/instance/row.ts';
import type { Image } from '../../../drivers/images.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ComputeServices } from '../services.ts';

const GIB = 1024 ** 3;

/**
 * An image as a server of this flavor starts from it, or why it cannot. Checked as Nova does before it accepts a server
 * (`_validate_flavor_image_nostatus`, nova/compute/api.py).
 */
export const usableImage = (image: Image, flavor: InstanceFlavor, request: RequestContext): InstanceImage | Refusal => {
  if (image.status !== 'active') return refuse({ code: 'ImageNotActive', imageId: image.id });
  if (image.minRamMib > flavor.memoryMib) return refuse({ code: 'FlavorMemoryTooSmall' });
  if (flavor.rootGib === 0) {
    const refusal = request.refusalOf('os_compute_api:servers:create:zero_disk_flavor');
    if (refusal !== null) return refuseWith(403, 'Only volume-backed servers are allowed for flavors with zero disk.');
  }
  return diskRefusal(image, flavor) ?? topologyRefusal(flavor, image.properties) ?? instanceImage(image);
};

/** Refuses a flavor and properties of an image that contradict each other in what they ask of a host's NUMA cells. */
export const topologyRefusal = (
  flavor: InstanceFlavor,
  properties: Readonly<Record<string, string>>,
): Refusal | null => {
  const problem = topologyProblem(flavor, properties);
  return problem === null ? null : refuseWith(400, problem);
};

/** Refuses a flavor that asks for PCI devices by a name that there is not. Nova: `PciRequestAliasNotDefined`. */
export const aliasRefusal = ({ extraSpecs }: InstanceFlavor, { pciAliases }: ComputeServices): Refusal | null => {
  const problem = pciAliases === undefined ? null : aliasProblem(extraSpecs, pciAliases);
  return problem === null ? null : refuseWith(400, problem);
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

/** An image as an instance keeps it, if it is one that can be booted. */
export const instanceImage = (image: Image): InstanceImage | Refusal => {
  const { id, contentId, sizeBytes, diskFormat, minDiskGib, minRamMib, properties } = image;
  if (diskFormat !== 'raw' && diskFormat !== 'qcow2') {
    const reason = `a disk of the format ${diskFormat ?? 'unknown'} cannot be booted`;
    return refuse({ code: 'ImageUnacceptable', imageId: id, reason });
  }
  if (contentId === null || sizeBytes === null) return refuse({ code: 'ImageNotActive', imageId: id });
  return { imageId: id, contentId, format: diskFormat, sizeBytes, minDiskGib, minRamMib, properties };
};
