import { type FileHashes, hashFile } from './hash-file.ts';

/** What a thread of the hash pool does with a path. It may be ended at any moment, so it opens nothing but that file. */
export default function hashTask(path: string): Promise<FileHashes> {
  return hashFile(path);
}
