import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { itemBytes } from '../item-bytes.ts';
import { volumeOf, writeVolume } from './change.ts';
import { VOLUME_LIMITS } from './limits.ts';
import type { VolumeChange, VolumeReply } from './protocol.ts';

type Of<Type extends VolumeChange['type']> = Extract<VolumeChange, { readonly type: Type }>;

/**
 * Changes what is kept of the image of a volume, item by item: two changes at once are both kept. What came with a large image may
 * be beyond the limits, and does not grow then. Errors: VolumeNotFound, InvalidInput.
 */
export function changeImageMetadata(ctx: Context, { id, setJson, unset }: Of<'changeImageMetadata'>): VolumeReply {
  const found = volumeOf(ctx, id);
  if (!found.ok) return found;
  const before = itemsOf(found.value.imageMetadataJson);
  const next = new Map([...before, ...itemsOf(setJson)]);
  for (const key of unset) next.delete(key);
  const { metadataItemsMax, imageMetadataBytesMax } = VOLUME_LIMITS;
  if (next.size > Math.max(metadataItemsMax, before.size)) {
    return failed({ code: 'InvalidInput', reason: `Maximum number of metadata items exceeds ${metadataItemsMax}` });
  }
  if (itemBytes(next) > Math.max(imageMetadataBytesMax, itemBytes(before))) {
    const reason = `The metadata of an image has at most ${imageMetadataBytesMax} bytes of names and values.`;
    return failed({ code: 'InvalidInput', reason });
  }
  writeVolume(ctx, found.value, { imageMetadataJson: JSON.stringify(Object.fromEntries(next)) });
  return ok(id);
}

function itemsOf(json: string | null): ReadonlyMap<string, string> {
  const items: object = json === null ? {} : JSON.parse(json);
  return new Map(Object.entries(items).map(([name, value]) => [name, String(value)]));
}
