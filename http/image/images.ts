import { createImage, deactivateImage, deleteImage, reactivateImage, updateImage } from '../../actors/image/client.ts';
import { canSee, type ImageRow, images } from '../../actors/image/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { ImageFault } from './faults.ts';
import { listPage } from './list.ts';
import { parseQuery } from './query.ts';
import { parseNewImage, parsePatch } from './requests.ts';
import { fault, type ImageAnswer, type ImageRequest, type ImageRoute, refused } from './route.ts';
import { imageView } from './views.ts';

/** The image of the path, if the caller may see it. */
export function imageOf({ services, requester, param }: ImageRequest): Result<ImageRow, ImageFault> {
  const imageId = param('image');
  const row = images.read(services.reader, imageId);
  if (row && canSee(services.reader, requester, row)) return ok(row);
  return fault(404, `No image found with ID ${imageId}`);
}

async function create({ services, requester, caller, body }: ImageRequest): Promise<ImageAnswer> {
  const parsed = parseNewImage(body);
  if (!parsed.ok) return parsed;
  const { imageId, attributes, properties } = parsed.value;
  const outcome = await createImage(services.system, {
    by: requester,
    imageId,
    attributes: {
      name: null,
      owner: caller.projectId,
      visibility: 'shared',
      isProtected: false,
      isHidden: false,
      minDiskGib: 0,
      minRamMib: 0,
      diskFormat: null,
      containerFormat: null,
      tags: [],
      ...attributes,
    },
    properties,
  });
  if (!outcome.ok) return refused(outcome.error);
  return ok({
    status: 201,
    json: imageView(outcome.value),
    headers: { Location: `/v2/images/${outcome.value.id}` },
  });
}

function list(request: ImageRequest): ImageAnswer {
  const { services, requester, query } = request;
  const parsed = parseQuery(query);
  if (!parsed.ok) return parsed;
  const page = listPage(services.reader, requester, parsed.value);
  if (!page.ok) return page;
  const linkTo = (marker: string | null): string => {
    const parameters = new URLSearchParams(query);
    parameters.delete('marker');
    if (marker !== null) parameters.set('marker', marker);
    const text = parameters.toString();
    return text === '' ? '/v2/images' : `/v2/images?${text}`;
  };
  const { rows, hasMore } = page.value;
  const last = rows.at(-1);
  return ok({
    status: 200,
    json: {
      images: rows.map(imageView),
      first: linkTo(null),
      ...(hasMore && last ? { next: linkTo(last.id) } : {}),
      schema: '/v2/schemas/images',
    },
  });
}

function show(request: ImageRequest): ImageAnswer {
  const found = imageOf(request);
  return found.ok ? ok({ status: 200, json: imageView(found.value) }) : found;
}

async function update({ services, requester, param, body }: ImageRequest): Promise<ImageAnswer> {
  const changes = parsePatch(body);
  if (!changes.ok) return changes;
  const imageId = param('image');
  const outcome = await updateImage(services.system, { by: requester, imageId, changes: changes.value });
  return outcome.ok ? ok({ status: 200, json: imageView(outcome.value) }) : refused(outcome.error);
}

async function remove({ services, requester, param }: ImageRequest): Promise<ImageAnswer> {
  const outcome = await deleteImage(services.system, requester, param('image'));
  if (!outcome.ok) return refused(outcome.error);
  if (outcome.value.content) services.contentFreed();
  return ok({ status: 204 });
}

async function act({ services, requester, param }: ImageRequest): Promise<ImageAnswer> {
  const action = param('action');
  if (action !== 'deactivate' && action !== 'reactivate') return fault(404, `There is no action ${action}.`);
  const run = action === 'deactivate' ? deactivateImage : reactivateImage;
  const outcome = await run(services.system, requester, param('image'));
  return outcome.ok ? ok({ status: 204 }) : refused(outcome.error);
}

/** The routes of images themselves. */
export const imageRoutes: readonly ImageRoute[] = [
  { method: 'GET', path: '/images', handle: list },
  { method: 'POST', path: '/images', mediaTypes: ['application/json'], handle: create },
  { method: 'GET', path: '/images/:image', handle: show },
  {
    method: 'PATCH',
    path: '/images/:image',
    mediaTypes: ['application/openstack-images-v2.1-json-patch', 'application/openstack-images-v2.0-json-patch'],
    handle: update,
  },
  { method: 'DELETE', path: '/images/:image', handle: remove },
  { method: 'POST', path: '/images/:image/actions/:action', handle: act },
];
