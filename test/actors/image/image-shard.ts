import { imageKind } from '../../../actors/image/index.ts';
import type { ImageAttributes, Requester } from '../../../actors/image/row.ts';
import { realClock } from '../../../runtime/clock.ts';
import type { ActorSystem } from '../../../runtime/system.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { oneShard } from '../one-shard.ts';

/** A shard with the image actor over rows in memory, and a client of it. Rows of an earlier one can be given. */
export function imageShard(rows = new MemoryStore(realClock)): { system: ActorSystem; rows: MemoryStore } {
  const { system } = oneShard([imageKind], rows);
  return { system, rows };
}

export const member = (projectId: string): Requester => ({ projectId, isAdmin: false, mayWrite: true });
export const reader = (projectId: string): Requester => ({ projectId, isAdmin: false, mayWrite: false });
export const admin: Requester = { projectId: 'admin', isAdmin: true, mayWrite: true };

/** What a small raw image of somebody is made with. */
export const imageAttributes = ({ projectId }: Requester, more: Partial<ImageAttributes> = {}): ImageAttributes => ({
  name: 'an image',
  owner: projectId,
  visibility: 'private',
  isProtected: false,
  isHidden: false,
  minDiskGib: 0,
  minRamMib: 0,
  diskFormat: 'raw',
  containerFormat: 'bare',
  tags: [],
  ...more,
});
