import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';
import type { BeginOperation, InstanceSpec, Requester, ReservedQuota } from '../instance/protocol.ts';
import type { SomeLimits } from './row.ts';

/** What a project's compute side can be told. */
export type ProjectMessage =
  /** Reserves the quota for new instances and brings them into being, all or none. */
  | { readonly type: 'createInstances'; readonly specs: readonly InstanceSpec[]; readonly requester: Requester }
  /**
   * From an instance that is to become larger: reserves the difference and sends `begin` back; without quota whoever
   * asked is answered with QuotaExceeded.
   */
  | {
      readonly type: 'reserve';
      readonly instanceId: string;
      readonly userId: string;
      readonly begin: BeginOperation & { readonly reserved: ReservedQuota };
    }
  /** From an instance that is gone, or is smaller: its quota is free again. */
  | {
      readonly type: 'release';
      readonly instances: number;
      readonly cores: number;
      readonly ramMib: number;
      readonly userId: string;
    }
  /**
   * Sets limits of the project, or of one of its users; others stay. Unless `force`, refused with QuotaLimitOutOfRange
   * when a limit is below what is used, or a user's above what the project has left.
   */
  | {
      readonly type: 'setLimits';
      readonly userId: string | null;
      readonly limits: SomeLimits;
      readonly force: boolean;
    }
  /** Forgets all limits that were set for the project and its users, or for one user. */
  | { readonly type: 'forgetLimits'; readonly userId: string | null };

/** What an ask of a project is answered with: the instances that were made, none where nothing was to be made. */
export type ProjectReply = Result<{ readonly instanceIds: readonly string[] }, ComputeError>;

export const project = protocol<ProjectMessage, ProjectReply>('project');
