import { beginUpload, endUpload, failUpload } from '../../actors/image/client.ts';
import { type ImageRow, images } from '../../actors/image/row.ts';
import type { ByteRange, ContentError } from '../../drivers/images.ts';
import { ok } from '../../runtime/result.ts';
import { imageOf } from './images.ts';
import { fault, type ImageAnswer, type ImageRequest, type ImageRoute, type ImageServices, refused } from './route.ts';
import { UploadPlaces } from './upload-places.ts';

/** The places of each service. */
const places = new WeakMap<ImageServices, UploadPlaces>();

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

  const own = places.get(services) ?? new UploadPlaces(services);
  places.set(services, own);
  if (!own.take(requester.projectId)) return refused({ code: 'MailboxFull', retryAfterMs: 5_000 });
  try {
    const begun = await beginUpload(services.system, requester, param('image'));
    if (!begun.ok) return refused(begun.error);
    return await transfer(request, begun.value, expectedBytes);
  } finally {
    own.leave(requester.projectId);
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
  const controller = new AbortController();
  const { signal } = controller;
  const isSaving = (): boolean => images.read(services.reader, id)?.uploadId === uploadId;
  const isAwaited = (): boolean => {
    if (isSaving()) return true;
    // What was read may be older than the beginning of this upload.
    services.reader.renew();
    return isSaving();
  };
  const content = await services.store.put(whileAwaited(bytes(), isAwaited, controller), {
    diskFormat,
    expectedBytes,
    signal,
  });
  if (!content.ok) return signal.aborted ? overtaken(services, id) : giveUp(content.error);
  const { contentId } = content.value;
  const ended = await endUpload(services.system, id, uploadId, content.value);
  services.store.release(contentId);
  if (ended.ok) return ok({ status: 204 });
  // Whether it took effect may be unknown (AskTimedOut); giving up an upload that has ended changes nothing.
  await failUpload(services.system, id, uploadId);
  services.contentFreed();
  return ended.error.code === 'ImageNotFound' ? DELETED : refused(ended.error);
}

const DELETED: ImageAnswer = fault(410, 'The image was deleted during the upload.');

/**
 * The bytes, for as long as somebody awaits them. Without that a sender of one byte a minute would keep its place for good: a
 * limit on silence does not end it, and when the image is deleted, or the actor counts the upload as lost, nobody tells the sender.
 */
async function* whileAwaited(
  bytes: AsyncIterable<Uint8Array>,
  isAwaited: () => boolean,
  controller: AbortController,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    if (!isAwaited()) {
      controller.abort();
      return;
    }
    yield chunk;
  }
}

/** What the sender of an upload that is not awaited any more is told. */
function overtaken({ reader }: ImageServices, imageId: string): ImageAnswer {
  const row = images.read(reader, imageId);
  if (!row) return DELETED;
  return refused({ code: 'ImageInvalidState', imageId, status: row.status, action: 'end an upload' });
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
