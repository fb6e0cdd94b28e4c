import type { DiskFormat, StoredContent } from '../../drivers/images.ts';
import { type Address, protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ImageError } from './errors.ts';
import type { ImageAttributes, ImageMemberRow, ImageRow, MemberStatus, Requester } from './row.ts';

/** One step of an update. The steps of one message happen in order, all or none. */
export type ImageChange =
  | { readonly kind: 'attributes'; readonly attributes: Partial<ImageAttributes> }
  | { readonly kind: 'setProperty'; readonly name: string; readonly value: string; readonly mustExist: boolean }
  | { readonly kind: 'removeProperty'; readonly name: string };

/** The image of a snapshot, as the instance wants it. */
export interface SnapshotImage {
  readonly imageId: string;
  readonly instanceId: string;
  readonly name: string;
  /** The project that it will belong to. */
  readonly owner: string;
  readonly minDiskGib: number;
  readonly minRamMib: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** To the instance: the image of its snapshot is there, or has its bytes; or why not. */
export interface SnapshotAnswered {
  readonly type: 'snapshotAnswered';
  readonly requestId: string;
  readonly outcome: Result<null, ImageError>;
}

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
  /**
   * From an instance: make the image of a snapshot, without bytes (`queued`). Repeated, it changes nothing. Answered to
   * `answerTo`, as is `finishSnapshot`.
   */
  | {
      readonly type: 'createSnapshot';
      readonly snapshot: SnapshotImage;
      readonly requestId: string;
      readonly answerTo: Address<SnapshotAnswered>;
    }
  /** From an instance: its bytes are on their way. */
  | { readonly type: 'beginSnapshot'; readonly imageId: string; readonly instanceId: string }
  /** From an instance: its bytes are stored; null: it has none, and stands for snapshots of volumes. Repeated, it changes nothing. */
  | {
      readonly type: 'finishSnapshot';
      readonly imageId: string;
      readonly instanceId: string;
      readonly content: StoredContent | null;
      readonly diskFormat: DiskFormat;
      readonly requestId: string;
      readonly answerTo: Address<SnapshotAnswered>;
    }
  /** From an instance: there will be no bytes. Of an image that has them already, nothing happens. */
  | { readonly type: 'discardSnapshot'; readonly imageId: string; readonly instanceId: string }
  /** From an instance: of its backups of a type, keep the newest ones. */
  | {
      readonly type: 'rotateBackups';
      readonly instanceId: string;
      readonly backupType: string;
      readonly keep: number;
      readonly by: Requester;
    }
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
