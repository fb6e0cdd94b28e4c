import { beginUpload, endUpload, failUpload } from '../../actors/image/client.ts';
import type { ImageRow } from '../../actors/image/row.ts';
import type { ByteRange, ContentError } from '../../drivers/images.ts';
import { ok } from '../../runtime/result.ts';
import { imageOf } from './images.ts';
import { fault, type ImageAnswer, type ImageRequest, type ImageRoute, type ImageServices, refused } from './route.ts';

/** Uploads under way, by service: a bound on disk space and hashing that is asked for at once. */
const underWay = new WeakMap<ImageServices, { count: number }>();

/** PUT /v2/images/{id}/file. */
async function upload(request: ImageRequest): Promise<ImageAnswer> {
  const { services, requester, header, param } = request;
  if (header('content-type') !== 'application/octet-stream')
    return fault(415, 'The content type must be application/octet-stream.');
  const announced = header('content-length');
  if (announced !== undefined && !/^\d{1,15}$/.test(announced))
    return fault(400, 'The Content-Length is not a number.');
  const expectedBytes = announced === undefined ? null : Number(announced);
  const limitBytes = services.store.imageBytesMax;
  if (expectedBytes !== null && expectedBytes > limitBytes) return refused({ code: 'ContentTooLarge', limitBytes });

  const uploads = underWay.get(services) ?? { count: 0 };
  underWay.set(services, uploads);
  if (uploads.count >= services.uploadsMax) return refused({ code: 'MailboxFull', retryAfterMs: 5_000 });
  uploads.count++;
  try {
    const begun = await beginUpload(services.system, requester, param('image'));
    if (!begun.ok) return refused(begun.error);
    return await transfer(request, begun.value, expectedBytes);
  } finally {
    uploads.count--;
  }
}

async function transfer(
  { services, bytes }: ImageRequest,
  image: ImageRow,
  expectedBytes: number | null,
): Promise<ImageAnswer> {
  const { id, uploadId, diskFormat } = image;
  if (uploadId === null) return refused({ code: 'HandlerFailed', reason: 'An upload without an id.' });
  const giveUp = async (error: ContentError): Promise<ImageAnswer> => {
    if (error.code === 'StoreFailed') services.notice(`Upload of image ${id}: ${error.reason}`);
    await failUpload(services.system, id, uploadId);
    return refused(error);
  };
  // The actor takes an upload only for an image with a format, and the API only these two.
  if (diskFormat !== 'raw' && diskFormat !== 'qcow2')
    return giveUp({ code: 'ContentMislabelled', reason: `Images of format ${diskFormat} are not taken.` });
  const signal = new AbortController().signal;
  const content = await services.store.put(bytes(), { diskFormat, expectedBytes, signal });
  if (!content.ok) return giveUp(content.error);
  const { contentId } = content.value;
  const ended = await endUpload(services.system, id, uploadId, content.value);
  services.store.release(contentId);
  if (ended.ok) return ok({ status: 204 });
  // Whether it took effect may be unknown (AskTimedOut); giving up an upload that has ended changes nothing.
  await failUpload(services.system, id, uploadId);
  services.contentFreed();
  if (ended.error.code === 'ImageNotFound') return fault(410, 'The image was deleted during the upload.');
  return refused(ended.error);
}

/** GET /v2/images/{id}/file: the bytes, or a part of them. */
async function download(request: ImageRequest): Promise<ImageAnswer> {
  const { services, requester, header } = request;
  const found = imageOf(request);
  if (!found.ok) return found;
  const { content, status } = found.value;
  if (status === 'deactivated' && !requester.isAdmin)
    return fault(403, 'The requested image has been deactivated. Image data download is forbidden.');
  if (content === null) return ok({ status: 204 });
  const range = rangeOf(header('range'), content.sizeBytes);
  if (range === 'unsatisfiable') return fault(416, `The image has ${content.sizeBytes} bytes.`);
  const read = await services.store.read(content.contentId, range);
  if (!read.ok) {
    services.notice(`Download of image ${found.value.id}: its content cannot be read: ${read.error.code}.`);
    return refused(read.error);
  }
  const { sizeBytes } = content;
  const length = range === null ? sizeBytes : range.end - range.start + 1;
  return ok({
    status: range === null ? 200 : 206,
    stream: read.value,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(length),
      'Accept-Ranges': 'bytes',
      ...(range === null
        ? { 'Content-MD5': content.checksum }
        : { 'Content-Range': `bytes ${range.start}-${range.end}/${sizeBytes}` }),
    },
  });
}

/** One range of bytes; null: all of them (also for what is not understood, as RFC 9110 says). */
function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') {
    const count = Math.min(Number(last), sizeBytes);
    return count === 0 ? 'unsatisfiable' : { start: sizeBytes - count, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return null;
  return start < sizeBytes ? { start, end } : 'unsatisfiable';
}

/** The routes of an image's bytes. */
export const fileRoutes: readonly ImageRoute[] = [
  { method: 'PUT', path: '/images/:image/file', handle: upload },
  { method: 'GET', path: '/images/:image/file', handle: download },
];
