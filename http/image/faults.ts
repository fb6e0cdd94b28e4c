import type { ImageError } from '../../actors/image/client.ts';
import type { ContentError } from '../../drivers/images.ts';
import type { AskError } from '../../runtime/message.ts';

/** An answer that says no. */
export interface ImageFault {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** Everything that can go wrong behind this API. */
export type ImageFailure = ImageError | ContentError | AskError;

type FaultTable = {
  readonly [C in ImageFailure['code']]: (error: Extract<ImageFailure, { readonly code: C }>) => ImageFault;
};

const busy = (message: string): ImageFault => ({ status: 503, message, retryAfterSeconds: 1 });

const FAULTS: FaultTable = {
  ImageNotFound: (e) => ({ status: 404, message: `No image found with ID ${e.imageId}` }),
  ImageExists: (e) => ({ status: 409, message: `Image ID ${e.imageId} already exists!` }),
  ImageForbidden: (e) => ({ status: 403, message: e.reason }),
  ImageInvalidState: (e) => ({
    status: 409,
    message: `Cannot ${e.action}: image ${e.imageId} is in status ${e.status}.`,
  }),
  ImageInvalid: (e) => ({ status: 400, message: `Invalid value for ${e.field}: ${e.reason}.` }),
  PropertyNotFound: (e) => ({ status: 409, message: `Property ${e.name} does not exist.` }),
  TagNotFound: (e) => ({ status: 404, message: `Image ${e.imageId} has no tag ${e.tag}.` }),
  MemberNotFound: (e) => ({ status: 404, message: `Image ${e.imageId} is not shared with ${e.projectId}.` }),
  MemberExists: (e) => ({ status: 409, message: `Image ${e.imageId} is shared with ${e.projectId} already.` }),
  ImageLimitExceeded: (e) => ({ status: 413, message: `The limit of ${e.allowed} ${e.what} would be exceeded.` }),
  ContentTooLarge: (e) => ({
    status: 413,
    message: `The image is larger than the ${e.limitBytes} bytes that are allowed.`,
  }),
  ContentMislabelled: (e) => ({ status: 415, message: e.reason }),
  ContentUnusable: (e) => ({ status: 400, message: e.reason }),
  UploadInterrupted: (e) => ({ status: 400, message: `The upload is incomplete: ${e.reason}` }),
  StoreFull: () => ({ status: 413, message: 'There is not enough disk space on the image storage media.' }),
  ContentNotFound: () => ({ status: 404, message: 'No image data could be found.' }),
  // Codes that the image store and the actors' store share: what failed is for the log, not for the client.
  StoreFailed: () => busy('The image service cannot store or read its data now.'),
  MailboxFull: (e) => ({ ...busy('The image service is busy.'), retryAfterSeconds: Math.ceil(e.retryAfterMs / 1000) }),
  AskTimedOut: () => busy('The image service did not answer in time.'),
  ShardStopped: () => busy('The image service is not running.'),
  HandlerFailed: () => ({ status: 500, message: 'The image service failed on this request.' }),
};

/** The fault that a failure is told as. */
export function faultOf<C extends ImageFailure['code']>(
  error: Extract<ImageFailure, { readonly code: C }> & { readonly code: C },
): ImageFault {
  const row: (error: Extract<ImageFailure, { readonly code: C }>) => ImageFault = FAULTS[error.code];
  return row(error);
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  503: 'Service Unavailable',
};

/**
 * The body of a fault. Glance answers HTML; clients (openstacksdk `raise_from_response`, glanceclient `from_response`)
 * take JSON as well and then look for `message` one level down.
 */
export const faultBody = ({ status, message }: ImageFault): string =>
  JSON.stringify({ error: { code: status, title: TITLES[status] ?? 'Internal Server Error', message } });
