import type { Quiescing } from '../../drivers/hypervisor.ts';
import type { VolumeContent } from '../../drivers/volumes.ts';
import { type Address, protocol } from '../../runtime/address.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { BindVolumeError, VolumeError } from './errors.ts';
import type { SnapshotStatus, VolumeStatus } from './row.ts';

/** The one volume actor's id. */
export const VOLUME_MAIN = 'main';

/** Whose something new is. */
export interface VolumeOwner {
  readonly projectId: string;
  readonly userId: string;
}

/** What a volume is made of. The front end has checked that its owner may use what `content` names. */
export interface NewVolume {
  /** An id that is taken already stands for a repeated request. */
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly sizeGib: number;
  readonly content: VolumeContent;
  readonly metadataJson: string;
  readonly imageMetadataJson: string | null;
  readonly bootable: boolean;
  /** Whether several instances may have it at once. Absent: one at a time. */
  readonly multiattach?: boolean;
}

/** Fields of a volume or a snapshot that are changed; the others stay. */
export interface VolumeChanges {
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly metadataJson?: string | undefined;
  readonly bootable?: boolean | undefined;
  readonly readOnly?: boolean | undefined;
}

/** A disk that an instance is made with, or that it gets later: a volume that is there, or a new one. */
export interface VolumeRequest {
  readonly content:
    | VolumeContent
    /** This volume itself, not a copy. */
    | { readonly kind: 'existing'; readonly volumeId: string };
  /** Of a new volume; null: of a snapshot's size. */
  readonly sizeGib: number | null;
  readonly imageMetadataJson: string | null;
  /** Of a new volume: whether several instances may have it at once. Absent: one at a time. */
  readonly multiattach?: boolean;
  /** 0: what the guest boots from. Null: never. */
  readonly bootIndex: number | null;
  /** As the guest is to see it; null: the next free one. */
  readonly device: string | null;
  readonly tag: string | null;
  readonly deleteOnTermination: boolean;
}

/** Asks for the volumes of an instance. */
export interface BindVolumes {
  readonly type: 'bindVolumes';
  /** Of the answer; another one for the same disks is a repeated request. */
  readonly requestId: string;
  readonly instanceId: string;
  readonly owner: VolumeOwner;
  readonly answerTo: Address<VolumesBound>;
  /** `created`: the disks of a new instance, in order; repeated, the same ones. `one`: one disk more. */
  readonly what: 'created' | 'one';
  readonly requests: readonly VolumeRequest[];
}

/** A volume that an instance has, or is about to. */
export interface BoundVolume {
  readonly volumeId: string;
  readonly attachmentId: string;
  /** The id under which compute's API shows the disk. */
  readonly deviceId: string;
  readonly sizeGib: number;
  readonly readOnly: boolean;
  /** What it keeps of the image that it was made of. */
  readonly imageMetadataJson: string | null;
  /** Whether other instances may have it, too. */
  readonly multiattach: boolean;
}

/** The answer to `bindVolumes`: all volumes, in the order of the requests, once they are all there; or none. */
export interface VolumesBound {
  readonly type: 'volumesBound';
  readonly requestId: string;
  readonly outcome: Result<readonly BoundVolume[], BindVolumeError>;
}

/** The answer to `snapshotVolumes`. */
export interface VolumesSnapshotted {
  readonly type: 'volumesSnapshotted';
  readonly requestId: string;
  readonly outcome: Result<null, BindVolumeError>;
}

/** From an instance whose guest is off: its volume is to have the content of this image. `volumeReimaged` tells. */
export interface ReimageVolume {
  readonly type: 'reimageVolume';
  readonly requestId: string;
  readonly instanceId: string;
  readonly volumeId: string;
  readonly content: VolumeContent;
  readonly imageMetadataJson: string;
  readonly answerTo: Address<VolumeReimaged>;
}

/** The answer to `reimageVolume`, when the volume has its new content, or why it has not. */
export interface VolumeReimaged {
  readonly type: 'volumeReimaged';
  readonly requestId: string;
  readonly outcome: Result<null, BindVolumeError>;
}

/** What an ask of the front can be. Answered with the id of what was made, changed or removed. */
export type VolumeChange =
  | { readonly type: 'createVolume'; readonly owner: VolumeOwner; readonly volume: NewVolume }
  | { readonly type: 'updateVolume'; readonly id: string; readonly changes: VolumeChanges }
  /** Adds or changes (`setJson`: names and values, both text) and removes items of what is kept of its image. */
  | {
      readonly type: 'changeImageMetadata';
      readonly id: string;
      readonly setJson: string;
      readonly unset: readonly string[];
    }
  /** Removes a volume that nothing uses. `cascade`: and its snapshots. `force`: in whatever state. */
  | { readonly type: 'deleteVolume'; readonly id: string; readonly cascade: boolean; readonly force: boolean }
  | { readonly type: 'extendVolume'; readonly id: string; readonly sizeGib: number; readonly attachedToo: boolean }
  /** Takes this state, whatever the truth is. `detached`: forgets who has it. */
  | {
      readonly type: 'setVolumeStatus';
      readonly id: string;
      readonly status: VolumeStatus | null;
      readonly detached: boolean;
      /** See `VolumeRow.migrationStatus`. Absent: as it is. */
      readonly migrationStatus?: string | null;
    }
  /** The steps by which others than compute take a volume. `roll` takes the one before back. */
  | {
      readonly type: 'stepVolume';
      readonly id: string;
      readonly step: 'reserve' | 'unreserve' | 'beginDetaching' | 'rollDetaching';
    }
  /** Has the bytes of a volume taken for an image, which is there and waits for this upload. */
  | {
      readonly type: 'uploadVolume';
      readonly id: string;
      readonly imageId: string;
      readonly uploadId: string;
      readonly format: 'raw' | 'qcow2';
    }
  | {
      readonly type: 'createSnapshot';
      readonly owner: VolumeOwner;
      readonly snapshotId: string;
      readonly volumeId: string;
      readonly name: string | null;
      readonly description: string | null;
      readonly metadataJson: string;
      /** Whether the volume may be in use. */
      readonly force: boolean;
    }
  | { readonly type: 'updateSnapshot'; readonly id: string; readonly changes: VolumeChanges }
  | { readonly type: 'deleteSnapshot'; readonly id: string; readonly force: boolean }
  | { readonly type: 'setSnapshotStatus'; readonly id: string; readonly status: SnapshotStatus }
  /** Attaches a volume to something that compute does not know of. */
  | {
      readonly type: 'createAttachment';
      readonly owner: VolumeOwner;
      readonly volumeId: string;
      readonly instanceId: string | null;
      readonly connectorJson: string | null;
      readonly device: string | null;
      readonly attachMode: 'rw' | 'ro';
    }
  | {
      readonly type: 'updateAttachment';
      readonly id: string;
      readonly connectorJson: string;
      readonly device: string | null;
      readonly host: string | null;
    }
  | { readonly type: 'completeAttachment'; readonly id: string }
  /** Ends an attachment that compute does not have. */
  | { readonly type: 'deleteAttachment'; readonly id: string };

/** What the volume actor can be told. */
export type VolumeMessage =
  | VolumeChange
  /** From an instance: it needs these volumes; `volumesBound` tells. */
  | BindVolumes
  /** From an instance: how far its volumes are. `volumeIds` null: all of them. Repeating it changes nothing. */
  | {
      readonly type: 'volumesAre';
      readonly instanceId: string;
      readonly volumeIds: readonly string[] | null;
      readonly status: 'attached' | 'detaching';
      readonly host: string | null;
      readonly devices: Readonly<Record<string, string>>;
    }
  /** From an instance: whether these volumes go with it. */
  | {
      readonly type: 'keepVolume';
      readonly instanceId: string;
      readonly volumeId: string;
      readonly deleteOnTermination: boolean;
    }
  /**
   * From an instance: it lets go of these volumes (null: of all, and of those that it still waits for). `ended`: the
   * instance is gone, and what goes with it is deleted. Repeating it changes nothing.
   */
  | {
      readonly type: 'releaseVolumes';
      readonly instanceId: string;
      readonly volumeIds: readonly string[] | null;
      readonly ended: boolean;
    }
  /** From an instance: make these snapshots of its volumes; repeated, the same ones. `volumesSnapshotted` tells. */
  | {
      readonly type: 'snapshotVolumes';
      readonly requestId: string;
      readonly instanceId: string;
      readonly owner: VolumeOwner;
      readonly name: string;
      readonly snapshots: readonly { readonly snapshotId: string; readonly volumeId: string }[];
      /** How the guest is prepared for each copy. Absent: not at all. */
      readonly quiescing?: Quiescing;
      readonly answerTo: Address<VolumesSnapshotted>;
    }
  | ReimageVolume
  /** From an instance: the content of this volume is in another one now, or still in it alone. */
  | { readonly type: 'migrationEnded'; readonly volumeId: string; readonly failed: boolean }
  /** An effect has ended: its id says what of which volume it was. */
  | EffectEnded;

/** The answer to an ask: the id of the resource, or why not. */
export type VolumeReply = Result<string, VolumeError>;

/** The volume service: one actor, `volume/main`. */
export const volume = protocol<VolumeMessage, VolumeReply>('volume');
