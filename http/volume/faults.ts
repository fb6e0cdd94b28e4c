import type { VolumeError } from '../../actors/volume/client.ts';
import type { AskError } from '../../runtime/message.ts';

/** An answer that says no. */
export interface VolumeFault {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** Everything that can go wrong behind this API. */
export type VolumeFailure = VolumeError | AskError;

type FaultTable = {
  readonly [C in VolumeFailure['code']]: (error: Extract<VolumeFailure, { readonly code: C }>) => VolumeFault;
};

const busy = (message: string): VolumeFault => ({ status: 503, message, retryAfterSeconds: 1 });

/** Texts and statuses are those of cinder/exception.py. */
const FAULTS: FaultTable = {
  VolumeNotFound: (e) => ({ status: 404, message: `Volume ${e.volumeId} could not be found.` }),
  VolumeSnapshotNotFound: (e) => ({ status: 404, message: `Snapshot ${e.snapshotId} could not be found.` }),
  VolumeAttachmentNotFound: (e) => ({
    status: 404,
    message: `Volume attachment could not be found with filter: attachment_id = ${e.attachmentId}.`,
  }),
  InvalidVolume: (e) => ({ status: 400, message: `Invalid volume: ${e.reason}` }),
  InvalidSnapshot: (e) => ({ status: 400, message: `Invalid snapshot: ${e.reason}` }),
  InvalidInput: (e) => ({ status: 400, message: `Invalid input received: ${e.reason}` }),
  VolumeQuotaExceeded: (e) => ({
    status: 413,
    message:
      e.resource === 'gigabytes'
        ? `Requested volume or snapshot exceeds allowed gigabytes quota. Requested ${e.requested}G, quota is ${e.allowed}G and ${e.used}G has been consumed.`
        : `Maximum number of ${e.resource} allowed (${e.allowed}) exceeded for quota '${e.resource}'.`,
  }),
  MailboxFull: (e) => ({ ...busy('The volume service is busy.'), retryAfterSeconds: Math.ceil(e.retryAfterMs / 1000) }),
  AskTimedOut: () => busy('The volume service did not answer in time.'),
  ShardStopped: () => busy('The volume service is not running.'),
  StoreFailed: () => busy('The volume service cannot store its data now.'),
  HandlerFailed: () => ({ status: 500, message: 'The volume service failed on this request.' }),
};

/** The fault that a failure is told as. */
export function faultOf<C extends VolumeFailure['code']>(
  error: Extract<VolumeFailure, { readonly code: C }> & { readonly code: C },
): VolumeFault {
  const row: (error: Extract<VolumeFailure, { readonly code: C }>) => VolumeFault = FAULTS[error.code];
  return row(error);
}

/** Under which name a fault of a status stands in its body. Cinder: `Fault._fault_names` of api/openstack/wsgi.py. */
const NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  406: 'notAcceptable',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  503: 'serviceUnavailable',
};

/** The body of a fault. */
export const faultBody = ({ status, message }: VolumeFault): object => ({
  [NAMES[status] ?? 'computeFault']: { code: status, message },
});
