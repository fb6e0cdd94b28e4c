import type { Caller } from '../../drivers/identity.ts';
import type { ImageStatus, ImageVisibility, StoredContent } from '../../drivers/images.ts';
import { timeKeyPart } from '../../runtime/key.ts';
import type { Reader } from '../../runtime/store.ts';
import { table } from '../../runtime/table.ts';

/** What a user decides about an image. */
export interface ImageAttributes {
  readonly name: string | null;
  readonly owner: string | null;
  readonly visibility: ImageVisibility;
  /** A protected image cannot be deleted. */
  readonly isProtected: boolean;
  /** A hidden image is left out of lists. */
  readonly isHidden: boolean;
  readonly minDiskGib: number;
  readonly minRamMib: number;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly tags: readonly string[];
}

/** An image as it is stored. */
export interface ImageRow extends ImageAttributes {
  readonly id: string;
  readonly status: ImageStatus;
  /** The upload under way while `saving`; null otherwise. */
  readonly uploadId: string | null;
  /** The bytes, once they have arrived. */
  readonly content: StoredContent | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What a project says to an image that is shared with it. Only accepted ones are in its lists. */
export type MemberStatus = 'pending' | 'accepted' | 'rejected';

/** An image shared with a project. */
export interface ImageMemberRow {
  readonly imageId: string;
  readonly projectId: string;
  readonly status: MemberStatus;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** By image id. Owned by the image actor. */
export const images = table<ImageRow, 'byCreated' | 'byName' | 'byContent' | 'saving'>({
  name: 'image',
  indexes: {
    byCreated: (row) => [timeKeyPart(row.createdAtMs)],
    byName: (row) => (row.name === null ? null : [row.name]),
    byContent: (row) => (row.content === null ? null : [row.content.contentId]),
    saving: (row) => (row.status === 'saving' ? [] : null),
  },
});

/** By `memberId`. Owned by the image actor. */
export const imageMembers = table<ImageMemberRow, 'byImage'>({
  name: 'image-member',
  indexes: { byImage: (row) => [row.imageId] },
});

/** The id of a membership. Neither part has a space: both are checked where they come in. */
export const memberId = (imageId: string, projectId: string): string => `${imageId} ${projectId}`;

/**
 * The images that have been deleted, by id: an id is never given again, or whoever boots by it would get the bytes of somebody
 * else (OSSN-0075). Glance keeps the whole row. They stay for good: about 100 bytes each.
 */
export const deletedImages = table<{ readonly deletedAtMs: number }>({ name: 'image-deleted' });

/** Which default images have been made, by name: one that was deleted since does not come back. */
export const defaultImages = table<{ readonly imageId: string }>({ name: 'image-default' });

/** Who asks, as far as images are concerned. Plain data: it goes with the message. */
export interface Requester {
  readonly projectId: string | null;
  readonly isAdmin: boolean;
  /** Whether the caller may change anything at all. Glance: role member, or admin. */
  readonly mayWrite: boolean;
}

/** The requester that a caller is. */
export const requesterOf = (caller: Caller): Requester => ({
  projectId: caller.projectId,
  isAdmin: caller.isAdmin,
  mayWrite: caller.isAdmin || caller.roles.includes('member'),
});

/** Whether an image belongs to the requester's project. */
export const owns = (requester: Requester, row: ImageRow): boolean =>
  row.owner !== null && row.owner === requester.projectId;

/** The requester's membership of an image. Undefined when it has none, or the image is not shared. */
export function membershipOf(rows: Reader, requester: Requester, row: ImageRow): ImageMemberRow | undefined {
  if (row.visibility !== 'shared' || requester.projectId === null) return undefined;
  return imageMembers.read(rows, memberId(row.id, requester.projectId));
}

/** Whether the requester may know of an image, given its id. Glance: is_image_visible. */
export function canSee(rows: Reader, requester: Requester, row: ImageRow): boolean {
  if (requester.isAdmin || owns(requester, row)) return true;
  switch (row.visibility) {
    case 'public':
    case 'community':
      return true;
    case 'shared':
      return membershipOf(rows, requester, row) !== undefined;
    case 'private':
      return false;
  }
}
