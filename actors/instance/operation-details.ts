import type { CapturedRoot } from '../../drivers/hypervisor.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import type { PortRequest } from '../network/protocol.ts';
import type { VolumeRequest } from '../volume/protocol.ts';

// What the steps of an operation need of what was asked for, kept with it until it ends.

/** A snapshot that is being made. */
export interface SnapshotDetails {
  readonly kind: 'snapshot';
  readonly imageId: string;
  readonly name: string;
  /** JSON text: the names are the user's, and would use up the store's shapes. */
  readonly propertiesJson: string;
  /** The project that the image belongs to. */
  readonly owner: string;
  readonly isAdmin: boolean;
  readonly backup: { readonly type: string; readonly rotation: number } | null;
  /** Who waits for the image to be there; null: nobody any more. */
  readonly asker: ReplyTo | null;
  /** The bytes, once they are stored. */
  readonly captured: CapturedRoot | null;
  /** Of what boots from a volume: the snapshots of its volumes, which the image stands for. Absent: it has bytes. */
  readonly volumeSnapshots?: readonly { readonly snapshotId: string; readonly volumeId: string }[];
}

/** A volume that comes or goes. */
export interface VolumeDetails {
  readonly kind: 'volume';
  readonly volumeId: string;
  /** How it is to be attached; null: it goes. */
  readonly request: VolumeRequest | null;
  /** Who waits for it to be taken; null: nobody any more. */
  readonly asker: ReplyTo | null;
}

/** A port that comes or goes. */
export interface InterfaceDetails {
  readonly kind: 'interface';
  /** Null: the network has not bound it yet. */
  readonly portId: string | null;
  /** What the network is asked for; null: it goes. */
  readonly request: PortRequest | null;
  /** Who waits for the guest to have it; null: nobody any more. */
  readonly asker: ReplyTo | null;
}
