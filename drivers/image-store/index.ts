import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImageContent, ImageIntake, ImageStore } from '../images.ts';
import { HashPool } from './hash-pool.ts';
import { StoreLayout } from './layout.ts';
import { DirectoryImageStore } from './store.ts';

/** How an image store is set up. */
export interface ImageStoreOptions {
  /** Where the files go. Made when missing. Only one process may use it at a time. */
  readonly directory: string;
  /** Most bytes of one image. @default 16 GiB */
  readonly imageBytesMax?: number;
  /** Bytes of the disk that uploads leave free for the cloud's own state. @default 256 MiB */
  readonly reserveBytes?: number;
  /** Threads that hash, at most, and only while there is work. @default 1 */
  readonly hashThreadsMax?: number;
  /** Free bytes of the disk. @default as the file system says */
  readonly freeBytes?: () => Promise<number>;
}

const GIB = 1024 ** 3;

/** Sets limits as options say, or as is usual. */
const limitsOf = (options: ImageStoreOptions, directory: string) => ({
  imageBytesMax: options.imageBytesMax ?? 16 * GIB,
  reserveBytes: options.reserveBytes ?? GIB / 4,
  freeBytes:
    options.freeBytes ??
    (async () => {
      const { bavail, bsize } = await statfs(directory);
      return bavail * bsize;
    }),
});

/** Opens an image store; leftovers of uploads that a crash cut short are removed. Throws when the directory cannot be used. */
export async function createImageStore(options: ImageStoreOptions): Promise<ImageStore> {
  const directory = resolve(options.directory);
  const layout = new StoreLayout(directory);
  await layout.prepare();
  return new DirectoryImageStore(layout, limitsOf(options, directory), new HashPool(options.hashThreadsMax ?? 1));
}

/**
 * Opens the contents of a store for drivers, on another thread than the one that takes uploads: to read them, and to add
 * snapshots. A hold of one that was added is of no effect on the other thread, so rows must say that it is in use. The
 * directory need not exist yet. Threads that hash end by themselves when there is no work.
 */
export function openImageContent(given: string): ImageContent & ImageIntake {
  const directory = resolve(given);
  return new DirectoryImageStore(new StoreLayout(directory), limitsOf({ directory }, directory), new HashPool(1));
}
