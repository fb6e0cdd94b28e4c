import type { GuestImage } from './hypervisor.ts';
import type { DriverResult } from './result.ts';

/** The images that a host has ready for guests that will start from them. */
export interface ImageCache {
  /**
   * Makes an image ready, so that a guest starts from it as fast as from one that was used before: it is whole, on the host, and
   * checked. It stays as long as the image, or a guest that stands on it. Repeated it does nothing.
   * Errors: ImageUnusable, TimedOut.
   */
  ensure(image: GuestImage, signal: AbortSignal): Promise<DriverResult<unknown>>;
}
