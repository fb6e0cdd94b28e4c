import type { CapturedRoot } from './hypervisor.ts';
import type { ImageIntake } from './images.ts';
import type { DriverResult } from './result.ts';

/** What every order carries: on whose behalf, and how to give up. Repeated after a crash it has the effect of one. */
export interface VolumeOrder {
  /** Aborted when the order has been overtaken or its time is up. */
  readonly signal: AbortSignal;
}

/** What the bytes of a new volume are. Ids are UUIDs, and `contentId` a key of the image store (drivers/images.ts). */
export type VolumeContent =
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'image';
      readonly imageId: string;
      readonly contentId: string;
      readonly format: 'raw' | 'qcow2';
      readonly sizeBytes: number;
    }
  | { readonly kind: 'snapshot'; readonly snapshotId: string }
  | { readonly kind: 'volume'; readonly volumeId: string };

/** What a new volume is made of. */
export interface VolumeSpec {
  readonly volumeId: string;
  readonly sizeGib: number;
  readonly content: VolumeContent;
  /** Whether several guests may have it at once. Absent: one at a time. */
  readonly shared?: boolean;
}

/**
 * Has the guest's own process copy a volume that it has open into a new qcow2 file of this absolute path. False: the guest
 * does not have it open.
 */
export type CopyOpen = (path: string) => Promise<DriverResult<boolean>>;

/** Has the guest's own process grow a volume that it has open. False: the guest does not have it open. */
export type GrowOpen = () => Promise<DriverResult<boolean>>;

/**
 * Where the bytes of volumes and of their snapshots are. All calls look first and act on a difference only. A volume that
 * a guest has open is not touched: the caller does not ask for it.
 */
export interface VolumeStore {
  /** Makes a volume; one that is there stays as it is. Errors: ImageUnusable, OutOfResources, HypervisorFailed, TimedOut. */
  ensureVolume(order: VolumeOrder, spec: VolumeSpec): Promise<DriverResult>;
  /** Removes a volume; one that is not there is a success. Errors: HypervisorFailed. */
  ensureVolumeAbsent(order: VolumeOrder, volumeId: string): Promise<DriverResult>;
  /** Makes a volume anew of other content: what was in it is lost, once the new content is whole. Errors: as `ensureVolume`. */
  ensureContent(order: VolumeOrder, spec: VolumeSpec): Promise<DriverResult>;
  /**
   * Grows a volume; none shrinks. `growOpen`: of a volume that a guest may have open.
   * Errors: OutOfResources, HypervisorFailed, TimedOut.
   */
  ensureSize(order: VolumeOrder, volumeId: string, sizeGib: number, growOpen: GrowOpen | null): Promise<DriverResult>;
  /**
   * Copies a volume as it is into a snapshot; one that is there stays. `copyOpen`: of a volume that a guest may have open.
   * Errors: OutOfResources, HypervisorFailed, TimedOut.
   */
  ensureSnapshot(
    order: VolumeOrder,
    snapshotId: string,
    volumeId: string,
    copyOpen: CopyOpen | null,
  ): Promise<DriverResult>;
  /** Removes a snapshot; one that is not there is a success. Errors: HypervisorFailed. */
  ensureSnapshotAbsent(order: VolumeOrder, snapshotId: string): Promise<DriverResult>;
  /**
   * Makes an image of a volume. What has been taken in is held there until the caller releases it.
   * Errors: OutOfResources, HypervisorFailed, Unsupported (this format), TimedOut.
   */
  capture(
    order: VolumeOrder,
    volumeId: string,
    format: 'raw' | 'qcow2',
    intake: ImageIntake,
  ): Promise<DriverResult<CapturedRoot>>;
}
