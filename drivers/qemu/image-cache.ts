import { resolve } from 'node:path';
import type { ImageCache } from '../image-cache.ts';
import type { ImageContent } from '../images.ts';
import { checkImage } from './image-check.ts';

/** What an image cache is made with. */
interface ImageCacheOptions {
  readonly images: ImageContent;
  /** Name or path of `qemu-img`. */
  readonly qemuImg: string;
  /** An existing directory for the program to run in. */
  readonly directory: string;
}

/**
 * The image cache of hosts on this machine. Their disks stand on the files of the image store, so nothing is copied: what is done
 * ahead is what the first guest of an image would wait for, the check of its hash and of its format.
 */
export const createQemuImageCache = ({ images, qemuImg, directory }: ImageCacheOptions): ImageCache => {
  const program = qemuImg.includes('/') ? resolve(qemuImg) : qemuImg;
  return {
    async ensure(image, signal) {
      const local = await images.ensureLocal(image.contentId, signal);
      return local.ok ? checkImage(local.value, image, { qemuImg: program, cwd: directory, signal }) : local;
    },
  };
};
