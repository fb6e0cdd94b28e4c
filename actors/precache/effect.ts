import type { GuestImage } from '../../drivers/hypervisor.ts';
import type { ImageCache } from '../../drivers/image-cache.ts';
import type { EffectOutcome } from '../../runtime/message.ts';
import { ok } from '../../runtime/result.ts';

/** What the effect `driver.ensureImages` ends with: the ids of the images that the host has ready. */
export interface ReadyImages {
  readonly cached: readonly string[];
}

/** Makes images ready one after the other; one that cannot be used does not keep the others from it. Null: the host has no cache. */
export async function ensureImages(
  cache: ImageCache | null,
  args: unknown,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const cached: string[] = [];
  for (const image of cache === null ? [] : imagesIn(args))
    if (!signal.aborted && (await cache?.ensure(image, signal))?.ok) cached.push(image.imageId);
  return ok({ cached } satisfies ReadyImages);
}

/** The ids in an effect's end; none: it failed as a whole. */
export function readyIn(outcome: EffectOutcome): readonly string[] {
  const value: unknown = outcome.ok ? outcome.value : null;
  const cached = typeof value === 'object' && value !== null && 'cached' in value ? value.cached : [];
  return Array.isArray(cached) ? cached.filter((id) => typeof id === 'string') : [];
}

const imagesIn = (args: unknown): readonly GuestImage[] =>
  typeof args === 'object' && args !== null && 'images' in args && Array.isArray(args.images)
    ? args.images.filter(isImage)
    : [];

const isImage = (value: unknown): value is GuestImage =>
  typeof value === 'object' &&
  value !== null &&
  'imageId' in value &&
  typeof value.imageId === 'string' &&
  'contentId' in value &&
  typeof value.contentId === 'string' &&
  'format' in value &&
  (value.format === 'raw' || value.format === 'qcow2');
