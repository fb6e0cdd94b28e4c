import { computeErrorOf, isAskError } from '../../../actors/errors.ts';
import { type ImageOutcome, updateImage } from '../../../actors/image/client.ts';
import { type ImageRow, requesterOf } from '../../../actors/image/row.ts';
import { limitsOfUser } from '../../../actors/project/row.ts';
import { type Refusal, refuse, refuseWith } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import type { ComputeServices } from '../services.ts';

/** Why the image service did not do something, as Nova tells it. */
export const refusalOf = (outcome: ImageOutcome & { readonly ok: false }, forbidden: string): Refusal => {
  const { error } = outcome;
  if (isAskError(error)) return refuse(computeErrorOf(error));
  switch (error.code) {
    case 'ImageNotFound':
      return refuseWith(404, 'Image not found.');
    case 'ImageForbidden':
      return refuseWith(403, forbidden);
    case 'ImageLimitExceeded':
      return refuseWith(403, 'Image metadata limit exceeded');
    case 'ImageInvalid':
      return refuse({ code: 'InvalidInput', reason: `${error.field}: ${error.reason}` });
    case 'PropertyNotFound':
      return refuseWith(404, 'Invalid metadata key');
    default:
      return refuse({ code: 'InternalError' });
  }
};

/** Sets properties of an image; with `replace` those that are not named go. Answers the image as it then is. */
export const setProperties = async (
  { caller }: RequestContext,
  { system, reader, quota }: ComputeServices,
  image: ImageRow,
  properties: Readonly<Record<string, string>>,
  replace: boolean,
): Promise<ImageRow | Refusal> => {
  const itemsMax = limitsOfUser(reader, quota, caller.projectId ?? '', caller.userId).metadataItems;
  const all = replace ? properties : { ...image.properties, ...properties };
  if (itemsMax >= 0 && Object.keys(all).length > itemsMax) return refuseWith(403, 'Image metadata limit exceeded');
  const removed = replace ? Object.keys(image.properties).filter((name) => !Object.hasOwn(properties, name)) : [];
  return change({ caller }, system, image, [
    ...removed.map((name) => ({ kind: 'removeProperty', name }) as const),
    ...Object.entries(properties).map(
      ([name, value]) => ({ kind: 'setProperty', name, value, mustExist: false }) as const,
    ),
  ]);
};

/** Removes one property of an image. */
export const removeProperty = (
  request: Pick<RequestContext, 'caller'>,
  { system }: ComputeServices,
  image: ImageRow,
  name: string,
): Promise<ImageRow | Refusal> => change(request, system, image, [{ kind: 'removeProperty', name }]);

const change = async (
  { caller }: Pick<RequestContext, 'caller'>,
  system: ComputeServices['system'],
  image: ImageRow,
  changes: Parameters<typeof updateImage>[1]['changes'],
): Promise<ImageRow | Refusal> => {
  const outcome = await updateImage(system, { by: requesterOf(caller), imageId: image.id, changes });
  return outcome.ok ? outcome.value : refusalOf(outcome, `Not authorized for image ${image.id}.`);
};
