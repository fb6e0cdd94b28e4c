import { protocol } from '../../runtime/address.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ClaimAnswer } from '../cell/protocol.ts';
import type { ComputeError } from '../errors.ts';
import type { PortsBound } from '../network/protocol.ts';
import type { BootData, InstanceFlavor, InstanceImage, NetworkChoice } from './row.ts';

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
}

/** Fields of an instance that its user may change at any time. Absent: left as it is. */
export interface InstanceChanges {
  readonly name?: string;
  readonly description?: string | null;
  readonly hostname?: string;
  readonly accessIpV4?: string | null;
  readonly accessIpV6?: string | null;
  readonly diskConfig?: 'AUTO' | 'MANUAL';
}

/** Operations that a user can begin, by Nova's names of the actions. */
export type UserOperation = 'start' | 'stop' | 'softReboot' | 'hardReboot' | 'delete';

/** What an instance can be told. Messages are commands; what has happened is in the past tense. */
export type InstanceMessage =
  /** From its project, which has reserved the quota: come into being, and get yourself built. A repeated one gives the quota back. */
  | { readonly type: 'create'; readonly spec: InstanceSpec; readonly requester: Requester }
  /** Starts an operation; answered at once: taken, or refused. */
  | { readonly type: 'begin'; readonly operation: UserOperation; readonly requester: Requester }
  /** Changes what the user may change; answered with the change. */
  | { readonly type: 'update'; readonly changes: InstanceChanges }
  /** The cell's answer to a claim. */
  | ClaimAnswer
  /** The network's answer to a binding of ports. */
  | PortsBound
  /** An effect of a step ended. May come late: the effect's id tells of which step. */
  | EffectEnded
  /** A step that failed is due again. */
  | { readonly type: 'retryStep'; readonly requestId: string; readonly step: number }
  /** From the host on which the instance is: the guest's power is not what the instance thinks. */
  | {
      readonly type: 'powerChanged';
      readonly power: 'running' | 'paused' | 'stopped' | 'crashed';
      readonly reason: string;
    }
  /** From the host, after an outage that ended guests: start the guest again. */
  | { readonly type: 'resumeGuest'; readonly requestId: string };

/** What an ask of an instance is answered with. */
export type InstanceReply = Result<{ readonly instanceId: string }, ComputeError>;

export const instance = protocol<InstanceMessage, InstanceReply>('instance');
