import type { PortRequest } from '../network/protocol.ts';
import type { VolumeRequest } from '../volume/protocol.ts';
import type { InjectedFile, InstanceFlavor, InstanceImage, NewContent } from './row.ts';

/** Operations that need nothing but their name. */
export type PlainOperation =
  | 'start'
  | 'stop'
  | 'hardReboot'
  | 'pause'
  | 'unpause'
  | 'suspend'
  | 'resume'
  | 'unrescue'
  | 'restore'
  | 'confirmResize'
  | 'shelveOffload'
  | 'revertResize'
  | 'delete';

/** What a rescue is asked for with. */
export interface RescueRequest {
  readonly operation: 'rescue';
  /** What the guest boots from, with its own disk beside it. */
  readonly image: InstanceImage;
  readonly adminPassword: string;
  /** How long the rescue may last before it ends by itself; null or absent: for ever. Nova: `rescue_timeout`. */
  readonly unrescueAfterMs?: number | null;
}

/** What a restart from inside is asked for with. */
export interface SoftRebootRequest {
  readonly operation: 'softReboot';
  /** How long it may take before it is done by force; null or absent: as long as its step may. Nova: `reboot_timeout`. */
  readonly hardAfterMs?: number | null;
}

/** Who asks for a move: recorded with it. */
interface MoveRequest {
  readonly by: { readonly userId: string; readonly projectId: string };
}

/** What a resize is asked for with. */
export interface ResizeRequest extends MoveRequest {
  readonly operation: 'resize';
  readonly flavor: InstanceFlavor;
  readonly diskConfig: 'AUTO' | 'MANUAL' | null;
  /** Whether it may stay on its host. */
  readonly staysAllowed: boolean;
  /** See `InstanceMove.confirmWindowMs`. */
  readonly confirmWindowMs: number | null;
}

/** A move to a host that may have been named with force. */
interface ForcibleRequest extends MoveRequest {
  /** No filter is asked about the host that is named; absent: all are. */
  readonly isHostForced?: true;
}

/** What an evacuation is asked for with. */
export interface EvacuateRequest extends ForcibleRequest {
  readonly operation: 'evacuate';
  /** Null: any host. */
  readonly host: string | null;
  /** Null: as it is. */
  readonly adminPassword: string | null;
  /** Whether the disks are said to be on storage that the hosts share. */
  readonly onSharedStorage: boolean;
  /** Whether the instance is off afterwards, whatever it was. */
  readonly endsStopped: boolean;
}

/** What a live migration is asked for with. */
export interface LiveMigrateRequest extends ForcibleRequest {
  readonly operation: 'liveMigrate';
  /** Null: any host. */
  readonly host: string | null;
  /** Whether disks are to be copied; null or absent: those that must be. */
  readonly blockMigration?: boolean | null;
  /** See `InstanceMove.overCommit`. */
  readonly overCommit?: boolean;
}

/** What shelving is asked for with. */
export interface ShelveRequest {
  readonly operation: 'shelve';
  /** Of the image that is to be made, and its name. */
  readonly imageId: string;
  readonly name: string;
  /** See `ShelvedDetails.offloadAfterMs`. */
  readonly offloadAfterMs: number | null;
}

/** What unshelving is asked for with. */
export interface UnshelveRequest {
  readonly operation: 'unshelve';
  /** The zone that it is to be in from now on; null: any. Absent: as before. */
  readonly zone?: string | null;
  /** Null: any. */
  readonly host: string | null;
}

/** What a cold migration is asked for with. */
export interface MigrateRequest extends MoveRequest {
  readonly operation: 'migrate';
  /** Null: any host. */
  readonly host: string | null;
  readonly confirmWindowMs: number | null;
}

/** Fields of an instance that its user may change at any time. Absent: left as it is. */
export interface InstanceChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly hostname?: string;
  readonly accessIpV4?: string | null;
  readonly accessIpV6?: string | null;
  readonly diskConfig?: 'AUTO' | 'MANUAL';
  /** The zone that it may not leave; null: none. */
  readonly requestedZone?: string | null;
}

/** What a rebuild is asked for with. What is absent stays as it is. */
export interface RebuildRequest {
  readonly operation: 'rebuild';
  /** Null: the guest boots from a volume. */
  readonly image: InstanceImage | null;
  /** Of what boots from a volume: what that is to contain. Absent: it stays as it is. */
  readonly reimage?: NewContent;
  /** Absent: as before. */
  readonly files?: readonly InjectedFile[];
  readonly changes: InstanceChanges;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Null: none any more. */
  readonly keypair?: { readonly name: string; readonly publicKey: string; readonly type: 'ssh' | 'x509' } | null;
  /** Base64; null: none any more. */
  readonly userData?: string | null;
  readonly adminPassword: string;
  readonly preserveEphemeral: boolean;
}

/** What a change of the password inside the guest is asked for with. */
export interface ChangePasswordRequest {
  readonly operation: 'changePassword';
  readonly adminPassword: string;
}

/** What the attachment of a volume is asked for with. */
export interface AttachVolumeRequest {
  readonly operation: 'attachVolume';
  readonly volumeId: string;
  readonly request: VolumeRequest;
}

/** What the detachment of a volume is asked for with. */
export interface DetachVolumeRequest {
  readonly operation: 'detachVolume';
  readonly volumeId: string;
}

/** What the attachment of a port is asked for with. The front end has checked that the caller may use what is named. */
export interface AttachInterfaceRequest {
  readonly operation: 'attachInterface';
  readonly request: PortRequest;
}

/** What the detachment of a port is asked for with. */
export interface DetachInterfaceRequest {
  readonly operation: 'detachInterface';
  readonly portId: string;
}

/** What the replacement of a volume by another one is asked for with. */
export interface SwapVolumeRequest {
  readonly operation: 'swapVolume';
  readonly volumeId: string;
  readonly newVolumeId: string;
}

/** What a snapshot is asked for with. */
export interface SnapshotRequest {
  readonly operation: 'createImage';
  /** Of the image that is to be made. */
  readonly imageId: string;
  readonly name: string;
  /** Properties that the user wants beside those that it gets by itself. */
  readonly properties: Readonly<Record<string, string>>;
  /** Of what boots from a volume: the snapshots that are to be made of its volumes. Absent: none. */
  readonly volumeSnapshots?: readonly VolumeSnapshotWanted[];
}

/** A snapshot that is to be made of a volume. */
export interface VolumeSnapshotWanted {
  readonly snapshotId: string;
  readonly volumeId: string;
}

/** What a backup is asked for with. */
export interface BackupRequest extends Omit<SnapshotRequest, 'operation'> {
  readonly operation: 'createBackup';
  readonly backupType: string;
  /** How many backups of this type are kept, this one included. */
  readonly rotation: number;
}

/** What a deletion that can be taken back is asked for with. */
export interface SoftDeleteRequest {
  readonly operation: 'softDelete';
  /** After this time it is deleted for good. */
  readonly reclaimAfterMs: number;
}

/** An operation that a user begins, with what it needs to know. Plain data: it is stored with the message. */
export type OperationRequest =
  | { readonly operation: PlainOperation }
  | SoftRebootRequest
  | RescueRequest
  | RebuildRequest
  | ChangePasswordRequest
  | AttachVolumeRequest
  | DetachVolumeRequest
  | AttachInterfaceRequest
  | DetachInterfaceRequest
  | SwapVolumeRequest
  | SoftDeleteRequest
  | SnapshotRequest
  | BackupRequest
  | ResizeRequest
  | MigrateRequest
  | EvacuateRequest
  | LiveMigrateRequest
  | ShelveRequest
  | UnshelveRequest;

/** Operations that users can begin. */
export type UserOperation = OperationRequest['operation'];

/** The request of one operation, or null when it is another's. */
export function requestOf<Name extends UserOperation>(
  request: OperationRequest | null,
  name: Name,
): Extract<OperationRequest, { readonly operation: Name }> | null {
  return isRequestOf(request, name) ? request : null;
}

const isRequestOf = <Name extends UserOperation>(
  request: OperationRequest | null,
  name: Name,
): request is Extract<OperationRequest, { readonly operation: Name }> => request?.operation === name;
