import { sweepContent } from '../actors/image/sweep.ts';
import { instances } from '../actors/instance/row.ts';
import type { ImageStore } from '../drivers/images.ts';
import type { Reader } from '../runtime/store.ts';

/**
 * Removes image contents that neither an image nor an instance refers to. Guests' disks stand on top of the content that
 * they were made from, so it stays as long as one of them. Returns the ids of what was removed.
 */
export async function sweepImages(store: ImageStore, reader: Reader): Promise<readonly string[]> {
  let inUse: ReadonlySet<string> | null = null;
  return sweepContent(store, reader, (contentId) => {
    inUse ??= contentOfInstances(reader);
    return inUse.has(contentId);
  });
}

function contentOfInstances(reader: Reader): ReadonlySet<string> {
  const contents = new Set<string>();
  for (const instance of instances.scan(reader)) {
    if (instance.deletedAtMs === null && instance.image) contents.add(instance.image.contentId);
  }
  return contents;
}
