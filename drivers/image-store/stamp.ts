import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { StoreLayout } from './layout.ts';

/**
 * What a content's file looked like when its hash was last checked. As long as it still looks so, hashing it again
 * (seconds for each gibibyte) before each use would tell nothing new.
 */
const stamp = v.object({ sizeBytes: v.number(), modifiedNs: v.string(), inode: v.string() });
type Stamp = v.InferOutput<typeof stamp>;

async function stampNow(path: string): Promise<Stamp> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return { sizeBytes: Number(size), modifiedNs: String(mtimeNs), inode: String(ino) };
}

async function storedStamp(path: string): Promise<Stamp | null> {
  try {
    const parsed = v.safeParse(stamp, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null; // None, or not readable as one: then the file is hashed again.
  }
}

/**
 * Notes that the content has just been checked. A note that cannot be written is no failure: the content is checked
 * again the next time.
 */
export async function writeStamp(layout: StoreLayout, contentId: string): Promise<void> {
  const path = layout.stampPath(contentId);
  // Beside its final place and not in staging, which another thread may be clearing.
  const staged = `${path}.${randomUUID()}`;
  try {
    await writeFile(staged, JSON.stringify(await stampNow(layout.contentPath(contentId))), { mode: 0o600 });
    await rename(staged, path);
  } catch {
    await rm(staged, { force: true }).catch(() => undefined);
  }
}

/** Whether the content's file is there and unchanged since it was checked. */
export async function isUnchanged(layout: StoreLayout, contentId: string): Promise<boolean> {
  const stored = await storedStamp(layout.stampPath(contentId));
  if (stored === null) return false;
  try {
    const now = await stampNow(layout.contentPath(contentId));
    return now.sizeBytes === stored.sizeBytes && now.modifiedNs === stored.modifiedNs && now.inode === stored.inode;
  } catch {
    return false;
  }
}
