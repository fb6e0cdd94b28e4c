import type { Caller } from '../../drivers/identity.ts';
import type { ImageCatalog } from '../../drivers/images.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';
import { failed, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import { faultOf, type VolumeFailure, type VolumeFault } from './faults.ts';

/** What the routes work with. */
export interface VolumeServices {
  readonly system: ActorSystem;
  /** Committed rows; renewed before replies of `system` are handed out. */
  readonly reader: Reader;
  readonly images: ImageCatalog;
  /** For ids. */
  readonly random: Random;
  readonly clock: Clock;
}

/** A request whose caller is known. */
export interface VolumeRequest extends VolumeServices {
  readonly caller: Caller;
  /** Its project; empty for a token of none. */
  readonly projectId: string;
  /** The minor number of its microversion: 59 for 3.59. */
  readonly minor: number;
  /** A parameter of the path: any text of at most 255 characters. */
  param(name: string): string;
  readonly query: URLSearchParams;
  /** The JSON body; null when there is none. */
  readonly body: unknown;
  /** Start of links: scheme, host, prefix, version and, where the request's URL has it, the project. */
  readonly endpoint: string;
}

/** An answer: a status with a body, or none; or a fault. */
export type VolumeAnswer = Result<VolumeReply, VolumeFault>;

/** A positive answer. */
export interface VolumeReply {
  readonly status: number;
  readonly json: object | null;
}

/** A route of the API, below `/v3` and the project. */
export interface VolumeRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** First microversion, by its minor number. @default 0 */
  readonly from?: number;
  /** Cinder's name of the rule. Members of the project may do what changes something, readers only what does not. */
  readonly rule: string;
  /** Whether only administrators may. */
  readonly adminOnly?: boolean;
  readonly handle: (request: VolumeRequest) => VolumeAnswer | Promise<VolumeAnswer>;
}

export const reply = (json: object, status = 200): VolumeAnswer => ({ ok: true, value: { status, json } });
export const emptyReply = (status: number): VolumeAnswer => ({ ok: true, value: { status, json: null } });

/** The answer that a failure becomes. */
export const refused = (error: VolumeFailure): { readonly ok: false; readonly error: VolumeFault } =>
  failed(faultOf(error));

/** An answer that says no in so many words. */
export const fault = (status: number, message: string): { readonly ok: false; readonly error: VolumeFault } =>
  failed({ status, message });

/** Whether a thing is of the caller's project, or the caller may do everything. */
export const owns = ({ caller }: Pick<VolumeRequest, 'caller'>, projectId: string): boolean =>
  caller.isAdmin || caller.projectId === projectId;
