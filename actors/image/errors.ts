import type { ImageStatus } from '../../drivers/images.ts';

/** What the image service limits. */
export type ImageLimit = 'images' | 'images of one project' | 'properties' | 'bytes of properties' | 'tags' | 'members';

/** Why the image service did not do what it was asked. `http/image/faults.ts` turns each into an answer. */
export type ImageError =
  /** There is none of this id, or the caller may not know of it. */
  | { readonly code: 'ImageNotFound'; readonly imageId: string }
  | { readonly code: 'ImageExists'; readonly imageId: string }
  /** The caller sees the image, but may not do this with it. */
  | { readonly code: 'ImageForbidden'; readonly reason: string }
  /** What was asked is not possible in this state. */
  | {
      readonly code: 'ImageInvalidState';
      readonly imageId: string;
      readonly status: ImageStatus;
      readonly action: string;
    }
  /** A field has a value that it cannot have. */
  | { readonly code: 'ImageInvalid'; readonly field: string; readonly reason: string }
  | { readonly code: 'PropertyNotFound'; readonly name: string }
  | { readonly code: 'TagNotFound'; readonly imageId: string; readonly tag: string }
  | { readonly code: 'MemberNotFound'; readonly imageId: string; readonly projectId: string }
  | { readonly code: 'MemberExists'; readonly imageId: string; readonly projectId: string }
  | { readonly code: 'ImageLimitExceeded'; readonly what: ImageLimit; readonly allowed: number };
