import type { Caller } from '../../drivers/identity.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';

/** One request of a caller who is known. */
export interface NetworkRequest {
  readonly system: ActorSystem;
  readonly reader: Reader;
  readonly caller: Caller;
  readonly query: URLSearchParams;
  /** Start of links: scheme, host and prefix of the service, without a slash at the end. */
  readonly endpoint: string;
  /** Whether the hosts are routed, so that there can be external networks, routers and floating IPs. */
  readonly routed: boolean;
}

/** Whether a thing is the caller's own, or the caller may do everything. */
export const owns = ({ caller }: NetworkRequest, projectId: string): boolean =>
  caller.isAdmin || caller.projectId === projectId;

/** Whether the caller may do what is for managers of projects. */
export const mayManage = ({ caller }: NetworkRequest): boolean =>
  caller.isAdmin || (caller.projectId !== null && caller.roles.includes('manager'));

/** Whether the caller may change things at all; the role reader may not. */
export const mayWrite = ({ caller }: NetworkRequest): boolean =>
  caller.isAdmin || (caller.projectId !== null && caller.roles.some((role) => role === 'member' || role === 'manager'));
