import type { Caller } from './identity.ts';
import type { DriverResult } from './result.ts';

/** Where an image is in its life. Glance: queued (no bytes yet), saving (bytes arrive), active, deactivated (kept, not given out). */
export type ImageStatus = 'queued' | 'saving' | 'active' | 'deactivated';

/** Who sees an image: everybody and in lists; its owner; its owner and members; everybody who knows its id. */
export type ImageVisibility = 'public' | 'private' | 'shared' | 'community';

/** Formats of image bytes that are taken. */
export type DiskFormat = 'raw' | 'qcow2';

/** The record of an image, as compute needs it. */
export interface Image {
  readonly id: string;
  readonly name: string | null;
  /** The project that it belongs to; null for one that belongs to nobody. */
  readonly owner: string | null;
  readonly status: ImageStatus;
  readonly visibility: ImageVisibility;
  /** Size of the bytes; null before they have arrived, as are the three below. */
  readonly sizeBytes: number | null;
  /** Size of the disk that a guest sees. */
  readonly virtualSizeBytes: number | null;
  /** Key of the bytes for `ImageContent`: their lower-case hex SHA-512. */
  readonly contentId: string | null;
  /** Lower-case hex MD5 of the bytes. */
  readonly checksum: string | null;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly minDiskGib: number;
  readonly minRamMib: number;
  /** Custom properties, such as `hw_disk_bus`. */
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The records of an image service, as one caller may see them. */
export interface ImageCatalog {
  /** The image, or null when there is none or the caller may not see it. The id is from outside: any text. */
  find(imageId: string, caller: Caller): Image | null | Promise<Image | null>;
}

/**
 * Where image bytes live, keyed by content. What compute needs of an image service: the record of an image (name,
 * owner, status) belongs to the image service itself.
 */
export interface ImageContent {
  /**
   * Makes the content a file on this machine and returns its absolute path. The file is complete, verified against
   * `contentId`, read-only, and stays as long as an image or a guest's disk refers to it.
   * Errors: ImageUnusable (no such content, or damaged), TimedOut (aborted).
   */
  ensureLocal(contentId: string, signal: AbortSignal): Promise<DriverResult<string>>;
}

/** What is known of bytes that were taken. */
export interface StoredContent {
  /** Lower-case hex SHA-512 of the bytes. */
  readonly contentId: string;
  /** Lower-case hex MD5 of the bytes. */
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
}

/** Why bytes were not taken or cannot be given out. After any of these nothing of the upload is left on disk. */
export type ContentError =
  | { readonly code: 'ContentTooLarge'; readonly limitBytes: number }
  /** They are of another format than declared. */
  | { readonly code: 'ContentMislabelled'; readonly reason: string }
  /** They are of the declared format, but damaged, or refer to something outside of themselves. */
  | { readonly code: 'ContentUnusable'; readonly reason: string }
  /** The body ended early, or its sender is gone. */
  | { readonly code: 'UploadInterrupted'; readonly reason: string }
  /** The disk of the store has no room. */
  | { readonly code: 'StoreFull' }
  | { readonly code: 'ContentNotFound'; readonly contentId: string }
  /** The store's disk fails; the reason is for the log. */
  | { readonly code: 'StoreFailed'; readonly reason: string };

/** The outcome of a call to an image store. */
export type ContentResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ContentError };

/** What the sender of bytes says of them. */
export interface UploadOrder {
  readonly diskFormat: DiskFormat;
  /** Length that was announced; null when none was. */
  readonly expectedBytes: number | null;
  readonly signal: AbortSignal;
}

/** Part of a content: offsets of the first and the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What takes the bytes of snapshots: a part of an image store. */
export type ImageIntake = Pick<ImageStore, 'put' | 'release'>;

/** A store of image bytes that takes uploads: what an embedded image service is built on. */
export interface ImageStore extends ImageContent {
  /** Most bytes that one image may have. */
  readonly imageBytesMax: number;
  /**
   * Takes the bytes of an image: stages, syncs, hashes and inspects them. The content is held, that is safe from
   * `removeContent`, until `release` is called; do so once a committed row refers to it, or none ever will.
   * Errors: all of ContentError but ContentNotFound.
   */
  put(bytes: AsyncIterable<Uint8Array>, order: UploadOrder): Promise<ContentResult<StoredContent>>;
  /** Ends one hold of `put`. */
  release(contentId: string): void;
  /** The bytes of a content, or a part. Errors: ContentNotFound, StoreFailed. */
  read(contentId: string, range: ByteRange | null): Promise<ContentResult<ReadableStream<Uint8Array>>>;
  /** The ids of all contents. */
  listContent(): Promise<readonly string[]>;
  /** Removes a content that nothing refers to; the caller knows. False: it is held by an upload, or is not there. */
  removeContent(contentId: string): boolean;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}
