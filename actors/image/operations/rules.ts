import { failed, ok, type Result } from '../../../runtime/result.ts';
import { itemBytes } from '../../item-bytes.ts';
import type { ImageError } from '../errors.ts';
import { IMAGE_LIMITS } from '../limits.ts';
import type { ImageRow } from '../row.ts';

/** Checks what must hold for every image, whatever has made it so. Errors: ImageLimitExceeded. */
export function checkedImage(row: ImageRow): Result<ImageRow, ImageError> {
  if (Object.keys(row.properties).length > IMAGE_LIMITS.propertiesMax)
    return failed({ code: 'ImageLimitExceeded', what: 'properties', allowed: IMAGE_LIMITS.propertiesMax });
  if (itemBytes(Object.entries(row.properties)) > IMAGE_LIMITS.propertiesBytesMax)
    return failed({
      code: 'ImageLimitExceeded',
      what: 'bytes of properties',
      allowed: IMAGE_LIMITS.propertiesBytesMax,
    });
  if (row.tags.length > IMAGE_LIMITS.tagsMax)
    return failed({ code: 'ImageLimitExceeded', what: 'tags', allowed: IMAGE_LIMITS.tagsMax });
  return ok(row);
}
