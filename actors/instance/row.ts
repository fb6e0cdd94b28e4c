import { timeKeyPart } from '../../runtime/key.ts';
import type { ReplyTo } from '../../runtime/message.ts';
import { table } from '../../runtime/table.ts';
import type { GroupPlacement } from '../cell/protocol.ts';
import type { BoundPort, NetworkChoice } from '../network/protocol.ts';
import type { BoundVolume, VolumeRequest } from '../volume/protocol.ts';
import type { OperationRecord } from './actions/row.ts';
import type { InterfaceDetails, SnapshotDetails, VolumeDetails } from './operation-details.ts';
import type { InstanceMessage } from './protocol.ts';
import type { PowerState, TaskState, VmState } from './states.ts';

/** The flavor as it was when the instance was made: later changes of the flavor do not reach it. */
export interface InstanceFlavor {
  readonly flavorId: string;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly rootGib: number;
  readonly ephemeralGib: number;
  readonly swapMib: number;
  readonly extraSpecs: Readonly<Record<string, string>>;
}

/** The image as it was when the instance was made. */
export interface InstanceImage {
  readonly imageId: string;
  readonly contentId: string;
  readonly format: 'raw' | 'qcow2';
  readonly sizeBytes: number;
  readonly minDiskGib: number;
  readonly minRamMib: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** Why an instance is in ERROR, or what went wrong with it last. */
export interface InstanceFault {
  readonly code: number;
  readonly message: string;
  /** Only for administrators. */
  readonly details: string;
  readonly atMs: number;
}

/** What the settings say of builds. */
export interface BuildRules {
  /** A build that takes longer fails; null: as long as its steps may. Nova: `instance_build_timeout`. */
  readonly timeoutMs: number | null;
  /** After so many failures in a row its host is taken out of scheduling; 0: never. */
  readonly failuresMax: number;
  /** How long it waits to hear that its ports are plugged in, and whether it fails otherwise. Absent or null: it does not wait. */
  readonly vifPlugging?: { readonly timeoutMs: number; readonly isFatal: boolean } | null;
}

/** The image of an instance before a rebuild. */
export type FormerImage = Pick<Instance, 'image' | 'rootImage'>;

/** What a volume is to contain instead of what it has. */
export interface NewContent {
  readonly volumeId: string;
  readonly content: VolumeRequest['content'] & { readonly kind: 'image' };
  readonly imageMetadataJson: string;
}

/** A volume that takes the place of another one. */
export interface SwapDetails {
  readonly kind: 'swapVolume';
  readonly volumeId: string;
  readonly newVolumeId: string;
  /** Who waits for the new one to be taken; null: nobody any more. */
  readonly asker: ReplyTo | null;
  /** The new one, once it is taken. */
  readonly taken: BoundVolume | null;
  /** The old one as it was, once the new one has its place. */
  readonly former: InstanceVolume | null;
}

/** A volume that an instance has, is about to get, or about to lose. */
export interface InstanceVolume {
  readonly volumeId: string;
  /** The volume service's id of the attachment. */
  readonly attachmentId: string;
  /** The id of the disk in this API. Nova: `bdm_uuid`. */
  readonly deviceId: string;
  readonly sizeGib: number;
  readonly readOnly: boolean;
  /** As the guest sees it, such as `/dev/vdb`. */
  readonly device: string;
  /** Its place among the volumes at the driver. */
  readonly slot: number;
  /** 0: what the guest boots from. Null: never. */
  readonly bootIndex: number | null;
  readonly tag: string | null;
  readonly deleteOnTermination: boolean;
  readonly state: 'attaching' | 'attached' | 'detaching';
  /** Whether other instances may have it, too. Absent: none may. */
  readonly shared?: boolean;
  /** Of what the guest boots from: an agent runs in it, and must answer before images are made, or need not. Absent: none does. */
  readonly agent?: 'optional' | 'required';
}

/** What the steps of an operation need of what was asked for. */
export type OperationDetails =
  /** `former`: the image before, when it is another one; the scheduler is asked then whether the host suits the new one. */
  | {
      readonly kind: 'rebuild';
      readonly preserveEphemeral: boolean;
      readonly former?: FormerImage;
      /** What the volume that the guest boots from is to contain. Absent: it keeps what it has, or there is none. */
      readonly reimage?: NewContent;
    }
  | { readonly kind: 'softDelete'; readonly reclaimAfterMs: number }
  | VolumeDetails
  | InterfaceDetails
  | SwapDetails
  | SnapshotDetails;

/** The operation that an instance is in: where it stands, so that it goes on there after a crash. */
export interface RunningOperation {
  readonly action: OperationName;
  readonly requestId: string;
  /** How often the operation has started anew, on another host. */
  readonly round: number;
  /** Index of the step that is under way. */
  readonly step: number;
  /** How often this step has been tried. */
  readonly attempt: number;
  readonly startedMs: number;
  /** What its steps need of what was asked for. Absent: nothing. */
  readonly details?: OperationDetails;
  /** As what it will be recorded when it has ended. Absent: it stands among the instance's actions already. */
  readonly record?: OperationRecord;
}

/** Operations of this version; each is a file in `operations/`. */
export const OPERATION_NAMES = [
  'create',
  'delete',
  'start',
  'stop',
  'softReboot',
  'hardReboot',
  'resumeGuest',
  'keepStopped',
  'pause',
  'unpause',
  'suspend',
  'resume',
  'rescue',
  'unrescue',
  'rebuild',
  'changePassword',
  'softDelete',
  'restore',
  'createImage',
  'createBackup',
  'resize',
  'migrate',
  'confirmResize',
  'revertResize',
  'restoreGuest',
  'evacuate',
  'liveMigrate',
  'shelve',
  'shelveOffload',
  'unshelve',
  'attachVolume',
  'detachVolume',
  'swapVolume',
  'extendVolume',
  'attachInterface',
  'detachInterface',
] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

/** What a shelved instance comes back from. */
export interface ShelvedDetails {
  /** Its image, which is deleted when it has come back. */
  readonly imageId: string;
  /** Null as long as it has no bytes. */
  readonly image: InstanceImage | null;
  /** How long it keeps its host, in milliseconds; null: for ever. */
  readonly offloadAfterMs: number | null;
  /** The only host that it may come back on; null or absent: any. */
  readonly wantedHost?: string | null;
}

/** Where an instance is before or after a move, and how large. */
export interface MoveEnd {
  /** Null: not chosen yet. */
  readonly host: string | null;
  readonly zone: string | null;
  readonly flavor: InstanceFlavor;
  /** As that of the instance's placement, there. */
  readonly allocation?: Readonly<Record<string, string>>;
}

/** A move of an instance to another size or host: under way, or done and waiting to be confirmed. */
export interface InstanceMove {
  /** The number of its record, in `migrations/row.ts`. */
  readonly migration: number;
  readonly source: MoveEnd;
  readonly target: MoveEnd;
  /** The only host that it may go to; null: any. */
  readonly wantedHost: string | null;
  /** No filter is asked about `wantedHost`; absent: all are. */
  readonly isHostForced?: true;
  /** Whether it must not stay on its host. */
  readonly leavesHost: boolean;
  /** Whether its disk is to be found on the other host; absent: it is brought there, or made anew. */
  readonly keepsDisk?: boolean;
  /** Whether a live migration is to copy disks; absent: those that must be. */
  readonly blockMigration?: boolean;
  /** Whether its disks may be copied to where they would not fit when they are full; absent: they may. */
  readonly overCommit?: boolean;
  /** What the instance was before, and will be again. */
  readonly vmState: VmState;
  readonly powerState: PowerState;
  /** How long it waits to be confirmed before that happens by itself, in milliseconds; null: for ever. */
  readonly confirmWindowMs: number | null;
}

/** How a new instance is placed, where that is not as usual. */
export interface PlacementTerms {
  /** An administrator has named the host with its zone: no filter is asked about it. */
  readonly isHostForced?: true;
  /** How many hosts are tried; absent: `limits.createAttemptsMax`. */
  readonly attemptsMax?: number;
  /** Builds have failed on its host: its cell is told when this one goes well. */
  readonly tellsBuilt?: true;
  /** Which providers of its host serve what its ports ask for: UUIDs by the ids of groups. Absent: they ask for nothing. */
  readonly allocation?: Readonly<Record<string, string>>;
}

/** An instance. Deleted ones stay as rows, out of the indexes of living ones. */
export interface Instance {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly description: string | null;
  readonly hostname: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly launchedAtMs: number | null;
  readonly terminatedAtMs: number | null;
  readonly deletedAtMs: number | null;
  readonly vmState: VmState;
  readonly taskState: TaskState | null;
  readonly powerState: PowerState;
  readonly cell: string;
  readonly host: string | null;
  readonly availabilityZone: string | null;
  readonly requestedZone: string | null;
  readonly requestedHost: string | null;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly flavor: InstanceFlavor;
  readonly image: InstanceImage | null;
  /** What the guest boots from while it is rescued. Null or absent: it is not. */
  readonly rescueImage?: InstanceImage | null;
  /** What its root disk was made of, when that is not `image`. Null or absent: it is. */
  readonly rootImage?: InstanceImage | null;
  /** Null or absent: it is not shelved. */
  readonly shelved?: ShelvedDetails | null;
  /** Null or absent: it does not move, and what it has it keeps. */
  readonly move?: InstanceMove | null;
  readonly keyName: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly configDrive: boolean;
  readonly accessIpV4: string | null;
  readonly accessIpV6: string | null;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  readonly locked: boolean;
  readonly lockedReason: string | null;
  /** Who has locked it: somebody of its project, or an administrator. Absent in rows from before it was kept. */
  readonly lockedBy?: 'owner' | 'admin' | null;
  readonly hasUserData: boolean;
  readonly securityGroups: readonly string[];
  readonly networks: NetworkChoice;
  readonly ports: readonly BoundPort[];
  readonly progress: number;
  readonly fault: InstanceFault | null;
  readonly operation: RunningOperation | null;
  /** Hosts on which the creation has failed, so that it is not tried there again. */
  readonly failedHosts: readonly string[];
  /** Absent: there are none. */
  readonly build?: BuildRules;
  /** Ids of ports of which the network service has told that they are plugged in, where the build waits for that. */
  readonly pluggedPorts?: readonly string[];
  /** When an instance that was deleted softly is deleted for good. Null or absent: it was not. */
  readonly reclaimAtMs?: number | null;
  /**
   * What the scheduler was asked to heed, as JSON text: its names are the user's, and would use up the store's shapes.
   * Absent in rows from before it was kept.
   */
  readonly schedulerHintsJson?: string;
  /** The server group that it is a member of; null or absent: none. */
  readonly serverGroup?: GroupPlacement | null;
  /** How it is placed, where that is not as usual. Absent: as usual. */
  readonly placement?: PlacementTerms;
  /** What it has of the volume service; absent: nothing. */
  readonly volumes?: readonly InstanceVolume[];
  /** The volumes that it was created with, as they were asked for; absent: none. */
  readonly blockDevices?: readonly VolumeRequest[];
  /** What is to begin when something has ended that no task state shows (waiting.ts); absent: nothing. */
  readonly waiting?: readonly { readonly message: InstanceMessage; readonly asker: ReplyTo | null }[];
  /** Its cell may still hand it on to another one, when it has no host for it. Absent: it may not. */
  readonly handsOn?: boolean;
}

/** What the guest is given at its first boot, kept apart from the instance since it can be large and is rarely read. */
export interface BootData {
  /** Base64, as the user sent it. */
  readonly userData: string | null;
  readonly publicKey: string | null;
  readonly keyType: 'ssh' | 'x509' | null;
  readonly adminPassword: string | null;
  /** The password of the rescue system, while there is one. */
  readonly rescuePassword?: string | null;
  /** What is to be put into the guest's file system; absent: nothing. Nova: `personality`. */
  readonly files?: readonly InjectedFile[];
}

/** A file that a guest finds on its config drive, with the place where it belongs. */
export interface InjectedFile {
  readonly path: string;
  /** Base64, as the user sent it. */
  readonly contents: string;
}

/** What is done to an instance that moves as long as it has not got there: its disks are copied, or made anew. */
const ON_THE_WAY: readonly (TaskState | null)[] = ['resize_prep', 'resize_migrating', 'rebuilding', 'rebuild_spawning'];

/** Where what an instance consists of is: until a move has got there, still where it comes from. */
export const guestHost = ({ host, move, taskState }: Pick<Instance, 'host' | 'move' | 'taskState'>): string | null =>
  move && ON_THE_WAY.includes(taskState) ? move.source.host : host;

const alive = (instance: Instance): boolean => instance.deletedAtMs === null;

/**
 * Instances by id. The indexes are in the order of creation, as lists are asked for by default; deleted ones are
 * in `deleted` alone, by project and time.
 */
export const instances = table<Instance, 'byProject' | 'all' | 'byHost' | 'byGroup' | 'deleted'>({
  name: 'instance',
  indexedFields: ['projectId', 'createdAtMs', 'deletedAtMs', 'host', 'serverGroup'],
  indexes: {
    byProject: (i) => (alive(i) ? [i.projectId, timeKeyPart(i.createdAtMs)] : null),
    all: (i) => (alive(i) ? [timeKeyPart(i.createdAtMs)] : null),
    byHost: (i) => (alive(i) && i.host !== null ? [i.host] : null),
    byGroup: (i) => (alive(i) && i.serverGroup ? [i.serverGroup.id, timeKeyPart(i.createdAtMs)] : null),
    deleted: (i) => (i.deletedAtMs === null ? null : [i.projectId, timeKeyPart(i.deletedAtMs)]),
  },
});

/** By the instance's id. */
export const bootData = table<BootData>({ name: 'boot-data' });
