/** Limits of the volume service. The first three are per project; Cinder has 10, 10 and 1,000. */
export const VOLUME_LIMITS = {
  volumesMax: 100,
  snapshotsMax: 100,
  gigabytesMax: 10_000,
  /** Size of one volume, in GiB. */
  sizeGibMax: 16_384,
  /** Items of a volume's metadata. */
  metadataItemsMax: 128,
  /** Names and values of what is kept of a volume's image together, in bytes: as of an image's properties. */
  imageMetadataBytesMax: 64 * 1024,
  /** How long a caller waits for the actor. */
  askMs: 10_000,
  /** Longest time to make, copy or upload a volume: 1 TiB at 100 MB/s takes 3 hours. */
  copyMs: 14_400_000,
  /** Longest time to remove a volume, or to grow it. */
  changeMs: 120_000,
} as const;
