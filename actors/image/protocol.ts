import type { StoredContent } from '../../drivers/images.ts';
import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ImageError } from './errors.ts';
import type { ImageAttributes, ImageMemberRow, ImageRow, MemberStatus, Requester } from './row.ts';

/** One step of an update. The steps of one message happen in order, all or none. */
export type ImageChange =
  | { readonly kind: 'attributes'; readonly attributes: Partial<ImageAttributes> }
  | { readonly kind: 'setProperty'; readonly name: string; readonly value: string; readonly mustExist: boolean }
  | { readonly kind: 'removeProperty'; readonly name: string };

/** What the image actor can be told. */
export type ImageMessage =
  /** Makes an image without bytes (`queued`). An id that is null is chosen here. */
  | {
      readonly type: 'create';
      readonly by: Requester;
      readonly imageId: string | null;
      readonly attributes: ImageAttributes;
      readonly properties: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'update';
      readonly by: Requester;
      readonly imageId: string;
      readonly changes: readonly ImageChange[];
    }
  /** Deletes the image. Its bytes go when nothing refers to them any more (sweep.ts). */
  | { readonly type: 'delete'; readonly by: Requester; readonly imageId: string }
  /** Bytes are about to arrive: `queued` becomes `saving`. The reply's `uploadId` names the upload. */
  | { readonly type: 'beginUpload'; readonly by: Requester; readonly imageId: string }
  /** The bytes are stored: `saving` becomes `active`. An upload that was overtaken is refused. */
  | { readonly type: 'endUpload'; readonly imageId: string; readonly uploadId: string; readonly content: StoredContent }
  /** The upload failed: back to `queued`. Harmless when it was overtaken. Also sent by the actor to itself, when it is overdue. */
  | { readonly type: 'failUpload'; readonly imageId: string; readonly uploadId: string }
  /** Sent once when the process has started: uploads that an earlier process had under way are lost. */
  | { readonly type: 'recoverUploads' }
  /** Stops or resumes giving out the bytes. For administrators. */
  | { readonly type: 'deactivate'; readonly by: Requester; readonly imageId: string }
  | { readonly type: 'reactivate'; readonly by: Requester; readonly imageId: string }
  | { readonly type: 'addTag'; readonly by: Requester; readonly imageId: string; readonly tag: string }
  | { readonly type: 'removeTag'; readonly by: Requester; readonly imageId: string; readonly tag: string }
  | { readonly type: 'addMember'; readonly by: Requester; readonly imageId: string; readonly projectId: string }
  | {
      readonly type: 'setMemberStatus';
      readonly by: Requester;
      readonly imageId: string;
      readonly projectId: string;
      readonly status: MemberStatus;
    }
  | { readonly type: 'removeMember'; readonly by: Requester; readonly imageId: string; readonly projectId: string }
  /** Makes a public, active image unless one was made under this name before. Sent at every start. */
  | {
      readonly type: 'ensureDefault';
      readonly name: string;
      readonly owner: string | null;
      readonly diskFormat: 'raw' | 'qcow2';
      readonly content: StoredContent;
    };

/** What every command is answered with: the image as it is now (as it was last, for `delete`). */
export type ImageReply = Result<ImageRow, ImageError>;

/** What the member commands are answered with. */
export type MemberReply = Result<ImageMemberRow, ImageError>;

/** The image service's registry; it has one actor, `main`. */
export const imageRegistry = protocol<ImageMessage, ImageReply>('image');

/** The same actor as the member commands see it. */
export const imageSharing = protocol<ImageMessage, MemberReply>('image');

/** The id of the one image actor. */
export const IMAGE_ACTOR_ID = 'main';
