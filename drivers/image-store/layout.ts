import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const CONTENT_ID = /^[0-9a-f]{128}$/;

/** Whether a text can be the id of a content: only such texts become parts of paths. */
export const isContentId = (text: string): boolean => CONTENT_ID.test(text);

/** Where things are in the directory of a store. */
export class StoreLayout {
  /** Files on their way in or out. Whatever is here at a start is a leftover. */
  readonly staging: string;
  /** Complete files, each under its content id, and their stamps. */
  readonly content: string;

  constructor(directory: string) {
    this.staging = join(directory, 'staging');
    this.content = join(directory, 'content');
  }

  contentPath(contentId: string): string {
    return join(this.content, contentId);
  }

  stampPath(contentId: string): string {
    return join(this.content, `${contentId}.stamp`);
  }

  stagingPath(name: string): string {
    return join(this.staging, name);
  }

  /** Makes the directories and removes what an earlier process left half done. */
  async prepare(): Promise<void> {
    await mkdir(this.content, { recursive: true, mode: 0o700 });
    await mkdir(this.staging, { recursive: true, mode: 0o700 });
    for (const leftover of await readdir(this.staging)) await rm(join(this.staging, leftover), { force: true });
    for (const name of await readdir(this.content)) {
      const isKnown = isContentId(name) || (name.endsWith('.stamp') && isContentId(name.slice(0, -'.stamp'.length)));
      if (!isKnown) await rm(join(this.content, name), { force: true });
    }
  }
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
