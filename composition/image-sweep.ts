import { sweepContent } from '../actors/image/sweep.ts';
import { instances } from '../actors/instance/row.ts';
import { volumes } from '../actors/volume/row.ts';
import type { ImageStore } from '../drivers/images.ts';
import type { Cancel, Clock } from '../runtime/clock.ts';
import type { Reader } from '../runtime/store.ts';

/** From one look to the next, in milliseconds. Nova: `[image_cache] manager_interval`. */
const EVERY_MS = 2_400_000;

/**
 * Sweeps now and then: the last guest that stood on the content of a deleted image may have gone since the image was deleted.
 * Returns what ends it.
 */
export function sweepRegularly(clock: Clock, sweep: () => void): Cancel {
  let cancel: Cancel;
  const wait = (): void => {
    cancel = clock.after(EVERY_MS, () => {
      wait();
      sweep();
    });
  };
  wait();
  return () => cancel();
}

/**
 * Removes image contents that neither an image nor an instance refers to. Guests' disks stand on top of the content that
 * they were made from, so it stays as long as one of them; and volumes are copied from it. While a snapshot is being made nothing is removed: its bytes
 * may be there, and no image refers to them yet. Returns the ids of what was removed.
 */
export async function sweepImages(store: ImageStore, reader: Reader): Promise<readonly string[]> {
  let inUse: ReadonlySet<string> | 'all' | null = null;
  return sweepContent(store, reader, (contentId) => {
    inUse ??= contentOfInstances(reader);
    return inUse === 'all' || inUse.has(contentId);
  });
}

function contentOfInstances(reader: Reader): ReadonlySet<string> | 'all' {
  const contents = new Set<string>();
  for (const instance of instances.scan(reader)) {
    if (instance.deletedAtMs !== null) continue;
    if (instance.operation?.details?.kind === 'snapshot') return 'all';
    const { image: own, rescueImage, rootImage, shelved } = instance;
    for (const image of [own, rescueImage, rootImage, shelved?.image]) if (image) contents.add(image.contentId);
    const details = instance.operation?.details;
    if (details?.kind !== 'rebuild') continue;
    // Until the disk is made anew it stands on what it was made of before.
    for (const image of [details.former?.image, details.former?.rootImage]) if (image) contents.add(image.contentId);
  }
  for (const { status, content, reimage } of volumes.scan(reader)) {
    // Of a volume that is there nothing refers to its image any more.
    if (status === 'creating' && content.kind === 'image') contents.add(content.contentId);
    if (reimage?.content.kind === 'image') contents.add(reimage.content.contentId);
  }
  return contents;
}
