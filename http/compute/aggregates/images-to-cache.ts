import type { PrecachePlan } from '../../../actors/precache/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import { instanceImage } from '../servers/usable-image.ts';
import type { ComputeServices } from '../services.ts';

/**
 * The images that hosts are to have ready, and those that no server could start from: as in Nova hosts fail with these. Refused is
 * an image that the caller cannot see.
 */
export const imagesToCache = async (
  { images }: ComputeServices,
  ids: readonly string[],
  caller: Caller,
): Promise<Pick<PrecachePlan, 'images' | 'unusable'> | Refusal> => {
  const usable: PrecachePlan['images'][number][] = [];
  const unusable: string[] = [];
  for (const id of ids) {
    const image = await images.find(id, caller);
    if (image === null) return refuseWith(400, `Image ${id} could not be found.`);
    const own = image.status === 'active' ? instanceImage(image) : null;
    if (own === null || 'kind' in own) unusable.push(image.id);
    else usable.push({ imageId: own.imageId, contentId: own.contentId, format: own.format, sizeBytes: own.sizeBytes });
  }
  return { images: usable, unusable };
};
