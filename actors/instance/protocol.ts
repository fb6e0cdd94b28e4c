import type { GuestPower, MigrationProgress } from '../../drivers/hypervisor.ts';
import { protocol } from '../../runtime/address.ts';
import type { EffectEnded, ReplyTo } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ClaimAnswer, GroupPlacement, NoHost } from '../cell/protocol.ts';
import type { ComputeError } from '../errors.ts';
import type { SnapshotAnswered } from '../image/protocol.ts';
import type { BoundPort, NetworkChoice, PortsBound } from '../network/protocol.ts';
import type { VolumeReimaged, VolumeRequest, VolumesBound, VolumesSnapshotted } from '../volume/protocol.ts';
import type { InstanceChanges, OperationRequest } from './requests.ts';
import type { BootData, BuildRules, InstanceFlavor, InstanceImage, PlacementTerms } from './row.ts';

/** Who asks for an operation: recorded with the action. */
export interface Requester {
  readonly requestId: string;
  readonly userId: string;
  readonly projectId: string;
  readonly isAdmin: boolean;
}

/** Everything that is known of an instance before it is placed. */
export interface InstanceSpec {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly hostname: string;
  readonly requestedZone: string | null;
  readonly requestedHost: string | null;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly flavor: InstanceFlavor;
  readonly image: InstanceImage | null;
  readonly keyName: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly configDrive: boolean;
  readonly accessIpV4: string | null;
  readonly accessIpV6: string | null;
  readonly diskConfig: 'AUTO' | 'MANUAL';
  readonly securityGroups: readonly string[];
  readonly networks: NetworkChoice;
  readonly bootData: BootData;
  /** JSON text; absent: none. */
  readonly schedulerHintsJson?: string;
  readonly serverGroup?: GroupPlacement | null;
  readonly placement?: PlacementTerms;
  /** Volumes that it is created with; absent: none. */
  readonly blockDevices?: readonly VolumeRequest[];
  /** Absent: none. */
  readonly build?: BuildRules;
}

/** Most tags of one instance. Nova: MAX_TAG_COUNT. */
export const TAGS_MAX = 50;

/** What users have noted with an instance, and how it is to change. Needs a state in which the instance is at rest. */
export type AnnotationChange =
  /** `replace`: what is not named goes. `itemsMax`: -1 for any number. */
  | {
      readonly type: 'setMetadata';
      readonly metadata: Readonly<Record<string, string>>;
      readonly replace: boolean;
      readonly itemsMax: number;
      readonly isAdmin: boolean;
    }
  | { readonly type: 'deleteMetadata'; readonly key: string; readonly isAdmin: boolean }
  /** Replaces all tags. */
  | { readonly type: 'setTags'; readonly tags: readonly string[] }
  | { readonly type: 'addTag'; readonly tag: string }
  | { readonly type: 'removeTag'; readonly tag: string };

/** A lock keeps users from beginning operations. It is recorded as an action. */
export type LockChange =
  /** A lock by the owner of what is locked already changes nothing. */
  | { readonly type: 'lock'; readonly reason: string | null; readonly requester: Requester }
  | { readonly type: 'unlock'; readonly requester: Requester };

/** What another service tells of an instance. Nova: `os-server-external-events`. */
export type ExternalEvent =
  | { readonly name: 'network-vif-plugged'; readonly portId: string; readonly failed: boolean }
  | { readonly name: 'network-vif-unplugged' | 'network-vif-deleted'; readonly portId: string }
  /** The ports of the instance that may be other ones than it knows, as they are now. */
  | { readonly name: 'network-changed'; readonly ports: readonly BoundPort[] }
  | { readonly name: 'power-update' }
  | { readonly name: 'volume-extended'; readonly volumeId: string; readonly sizeGib: number };

/** A port of an instance that the network has changed; `port` null: it is gone. */
export interface PortChange {
  readonly type: 'changePort';
  readonly portId: string;
  readonly port: BoundPort | null;
  /** What the user does, which must be legal in the instance's state. */
  readonly check: 'addSecurityGroup' | 'removeSecurityGroup';
  readonly requester: Requester;
}

export type {
  InstanceChanges,
  OperationRequest,
  PlainOperation,
  RebuildRequest,
  UnshelveRequest,
  UserOperation,
} from './requests.ts';

/** Quota that a project has reserved for what an instance is about to begin, and who waits for the answer. */
export interface ReservedQuota {
  readonly cores: number;
  readonly ramMib: number;
  readonly asker: ReplyTo | null;
}

/** From the front. `reserved`: it has been to the project for quota, and comes back from there. */
export type BeginOperation = {
  readonly type: 'begin';
  readonly requester: Requester;
  readonly reserved?: ReservedQuota;
} & OperationRequest;

/** The cell that an instance was given to, which may hand it on when it has no host for it. */
export interface GivenToCell {
  readonly cell: string;
  readonly createdAtMs: number;
  /** Set: no cell has a host for it, and this is why. */
  readonly failure: NoHost | null;
}

/** What an instance can be told. Messages are commands; what has happened is in the past tense. */
export type InstanceMessage =
  /** From its project, which has reserved the quota: come into being, and get yourself built. A repeated one gives the quota back. */
  | {
      readonly type: 'create';
      readonly spec: InstanceSpec;
      readonly requester: Requester;
      /** With the last instance of a request: who waits for all of them to be there, and for which. */
      readonly answer?: { readonly asker: ReplyTo; readonly instanceIds: readonly string[] };
      /** In a cloud with several cells: the one that it was given to. */
      readonly given?: GivenToCell;
    }
  /** Starts an operation; answered at once: taken, or refused. */
  | BeginOperation
  /** Changes what the user may change; answered with the change. */
  | { readonly type: 'update'; readonly changes: InstanceChanges }
  | AnnotationChange
  | LockChange
  | PortChange
  /** The cell's answer to a claim. */
  | ClaimAnswer
  /** The image service's answer about the image of a snapshot. */
  | SnapshotAnswered
  /** The network's answer to a binding of ports. */
  | PortsBound
  /** The volume service's answers. */
  | VolumesBound
  | VolumesSnapshotted
  | VolumeReimaged
  /** From the front: whether a volume goes with the instance. */
  | { readonly type: 'keepVolume'; readonly volumeId: string; readonly deleteOnTermination: boolean }
  /** An effect of a step ended. May come late: the effect's id tells of which step. */
  | EffectEnded
  /** A step that failed is due again. */
  | { readonly type: 'retryStep'; readonly requestId: string; readonly step: number }
  /** From the host on which the instance is: the guest's power is not what the instance thinks. */
  | {
      readonly type: 'powerChanged';
      readonly power: GuestPower;
      readonly reason: string;
    }
  /** From the host, after an outage that ended guests: start the guest again. */
  | { readonly type: 'resumeGuest'; readonly requestId: string }
  /** From the front, by an administrator: take this state, whatever the truth is. */
  | { readonly type: 'resetState'; readonly state: 'active' | 'error'; readonly requester: Requester }
  /** From the front: have the guest's kernel write a crash dump. Recorded as an action; changes nothing. */
  | { readonly type: 'triggerCrashDump'; readonly requester: Requester }
  /** From itself, by timer: the time in which a deletion could be taken back may be over. */
  | { readonly type: 'reclaim' }
  /** From itself, after a move that failed: the guest is off, or has the size of the move; make it as it was. */
  | { readonly type: 'restoreGuest'; readonly requestId: string }
  /** From the front: give up this live migration. */
  | { readonly type: 'abortMigration'; readonly migration: number; readonly requester: Requester }
  /** From the front: bring this live migration to its end by all means. */
  | { readonly type: 'forceMigration'; readonly migration: number; readonly requester: Requester }
  /** From the driver: how far this live migration is. */
  | { readonly type: 'migrationProgressed'; readonly migration: number; readonly progress: MigrationProgress }
  /** From itself, when it is shelved, or by timer: it need not keep its host any longer. */
  | { readonly type: 'offloadOverdue' }
  /** From itself, by timer: a build, a reboot from inside, a rescue or the plugging in of ports may have taken too long. */
  | { readonly type: 'overdue'; readonly what: 'build' | 'reboot' | 'rescue' | 'plugging' }
  /** From the front: another service has told something of the instance. Not answered. */
  | { readonly type: 'externalEvent'; readonly event: ExternalEvent }
  /** From itself, by timer: nobody has confirmed this resize in time. */
  | { readonly type: 'confirmOverdue'; readonly migration: number };

/** A message from where its sender thought that the instance was. */
export interface PassedOnMessage {
  readonly type: 'passedOn';
  readonly message: InstanceMessage;
  readonly asker: ReplyTo | null;
}

/** What an ask of an instance is answered with. `portId`: of the port that it was given. */
export type InstanceReply = Result<{ readonly instanceId: string; readonly portId?: string }, ComputeError>;

export const instance = protocol<InstanceMessage | PassedOnMessage, InstanceReply>('instance');
