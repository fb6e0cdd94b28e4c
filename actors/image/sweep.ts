import type { ImageStore } from '../../drivers/images.ts';
import type { Reader } from '../../runtime/store.ts';
import { images } from './row.ts';

/**
 * Removes the contents that no image refers to and that `isInUse` (guests' disks: the instances' rows) does not know
 * of either; answers their ids. To be called at the start, after an image or an instance was deleted, and now and then.
 * Uploads under way are safe: the store holds what they have put.
 */
export async function sweepContent(
  store: ImageStore,
  reader: Reader,
  isInUse: (contentId: string) => boolean,
): Promise<readonly string[]> {
  const removed: string[] = [];
  const candidates = await store.listContent();
  reader.renew();
  // No turn of the event loop lies between looking and removing, so what was seen still stands.
  for (const contentId of candidates) {
    const [imageId] = images.ids(reader, 'byContent', [contentId], { limit: 1 });
    if (imageId === undefined && !isInUse(contentId) && store.removeContent(contentId)) removed.push(contentId);
  }
  return removed;
}
