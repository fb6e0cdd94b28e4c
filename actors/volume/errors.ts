import type { ComputeError } from '../errors.ts';

/** Reasons that compute knows, too. */
export type BindVolumeError = Extract<
  ComputeError,
  { code: 'VolumeNotFound' | 'VolumeSnapshotNotFound' | 'InvalidVolume' | 'VolumeQuotaExceeded' }
>;

/** Why the volume service did not do what it was asked. `http/volume/faults.ts` says how each is told. */
export type VolumeError =
  | BindVolumeError
  | { readonly code: 'VolumeAttachmentNotFound'; readonly attachmentId: string }
  /** What was asked is not possible with the snapshot as it is. */
  | { readonly code: 'InvalidSnapshot'; readonly reason: string }
  | { readonly code: 'InvalidInput'; readonly reason: string };
