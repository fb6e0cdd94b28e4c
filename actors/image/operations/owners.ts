import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ImageError } from '../errors.ts';
import type { ImageState } from '../handle.ts';
import { IMAGE_LIMITS } from '../limits.ts';

/** Whether there may be one image more, in all and of this owner (null: of nobody). Errors: ImageLimitExceeded. */
export function roomFor(state: ImageState, owner: string | null): Result<null, ImageError> {
  if (state.count >= IMAGE_LIMITS.imagesMax)
    return failed({ code: 'ImageLimitExceeded', what: 'images', allowed: IMAGE_LIMITS.imagesMax });
  if (owner !== null && (state.byOwner.get(owner) ?? 0) >= IMAGE_LIMITS.imagesOfProjectMax)
    return failed({
      code: 'ImageLimitExceeded',
      what: 'images of one project',
      allowed: IMAGE_LIMITS.imagesOfProjectMax,
    });
  return ok(null);
}

/** Notes that an owner has an image more (1) or fewer (-1). */
export function count(state: ImageState, owner: string | null, by: 1 | -1): void {
  state.count += by;
  if (owner === null) return;
  const next = (state.byOwner.get(owner) ?? 0) + by;
  if (next > 0) state.byOwner.set(owner, next);
  else state.byOwner.delete(owner);
}
