import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';
import type { InstanceSpec, Requester } from '../instance/protocol.ts';

/** What a project's compute side can be told. */
export type ProjectMessage =
  /** Reserves the quota for new instances and brings them into being, all or none. */
  | { readonly type: 'createInstances'; readonly specs: readonly InstanceSpec[]; readonly requester: Requester }
  /** From an instance that is gone: its quota is free again. */
  | { readonly type: 'release'; readonly instances: number; readonly cores: number; readonly ramMib: number };

/** What an ask of a project is answered with. */
export type ProjectReply = Result<{ readonly instanceIds: readonly string[] }, ComputeError>;

export const project = protocol<ProjectMessage, ProjectReply>('project');
