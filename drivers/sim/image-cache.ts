import type { GuestImage } from '../hypervisor.ts';
import type { ImageCache } from '../image-cache.ts';
import { driverOk } from '../result.ts';
import { abortedError } from './waits.ts';

/** The image cache of a simulated host, which takes no time and has every image that it was asked for. */
export class SimImageCache implements ImageCache {
  readonly #contents = new Set<string>();

  async ensure({ contentId }: GuestImage, signal: AbortSignal): ReturnType<ImageCache['ensure']> {
    if (signal.aborted) return abortedError;
    this.#contents.add(contentId);
    return driverOk(null);
  }

  has(contentId: string): boolean {
    return this.#contents.has(contentId);
  }
}
