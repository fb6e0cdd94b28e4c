import { deleteImage } from '../../../actors/image/client.ts';
import { type ImageRow, requesterOf } from '../../../actors/image/row.ts';
import { PAGE_LENGTH_MAX, pageLinks } from '../../paging.ts';
import { type Answer, emptyReply, type Refusal, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { type Found, routesFor } from '../../route.ts';
import { setMetadata, setMetadataItem } from '../servers/annotation-requests.ts';
import type { ComputeServices } from '../services.ts';
import { refusalOf, removeProperty, setProperties } from './change.ts';
import { filtersOf, findImage, imagesOf } from './reads.ts';
import { listImages } from './requests.ts';
import { briefImage, fullImage } from './views.ts';

const route = routesFor<ComputeServices>();

const list = (
  request: RequestContext & {
    readonly query: { readonly limit?: number | undefined; readonly page_size?: readonly number[] | undefined };
  },
  { reader }: ComputeServices,
  path: string,
  show: typeof briefImage,
): Answer => {
  const { caller, query, search } = request;
  const filters = filtersOf(search);
  if ('kind' in filters) return filters;
  const limit = Math.min(query.limit ?? query.page_size?.[0] ?? PAGE_LENGTH_MAX, PAGE_LENGTH_MAX);
  const page = { limit, marker: new URLSearchParams(search).get('marker') };
  const found = imagesOf(reader, caller, filters, page);
  if ('kind' in found) return found;
  const ids = found.map(({ id }) => id);
  return reply({
    images: found.map((row) => show(row, request)),
    images_links: pageLinks(request, path, page, ids),
  });
};

const found = (image: ImageRow | Refusal): Found<ImageRow> | Refusal =>
  'kind' in image ? image : { value: image, target: {} };

const imageById = (
  { caller, params }: RequestContext & { readonly params: { readonly id: string } },
  { reader }: ComputeServices,
) => found(findImage(reader, params.id, caller));

const imageByImageId = (
  { caller, params }: RequestContext & { readonly params: { readonly image_id: string } },
  { reader }: ComputeServices,
) => found(findImage(reader, params.image_id, caller));

const answered = (changed: ImageRow | Refusal, show: (image: ImageRow) => Answer): Answer =>
  'kind' in changed ? changed : show(changed);

/** Images of the image service, as they were shown up to 2.35, and their metadata up to 2.38. No rule guards them in Nova. */
export const imageRoutes = [
  route({
    method: 'GET',
    path: '/images',
    until: '2.35',
    policy: null,
    query: listImages,
    success: 200,
    handler: (request, services) => list(request, services, 'images', briefImage),
  }),
  route({
    method: 'GET',
    path: '/images/detail',
    until: '2.35',
    policy: null,
    query: listImages,
    success: 200,
    handler: (request, services) => list(request, services, 'images/detail', fullImage),
  }),
  route({
    method: 'GET',
    path: '/images/{id}',
    until: '2.35',
    policy: null,
    success: 200,
    subject: imageById,
    handler: (request) => reply({ image: fullImage(request.subject, request) }),
  }),
  route({
    method: 'DELETE',
    path: '/images/{id}',
    until: '2.35',
    policy: null,
    success: 204,
    subject: imageById,
    handler: async ({ caller, subject: image }, { system }) => {
      const deleted = await deleteImage(system, requesterOf(caller), image.id);
      return deleted.ok ? emptyReply() : refusalOf(deleted, 'You are not allowed to delete the image.');
    },
  }),
  route({
    method: 'GET',
    path: '/images/{image_id}/metadata',
    until: '2.38',
    policy: null,
    success: 200,
    subject: imageByImageId,
    handler: ({ subject: image }) => reply({ metadata: image.properties }),
  }),
  route({
    method: 'POST',
    path: '/images/{image_id}/metadata',
    until: '2.38',
    policy: null,
    body: setMetadata,
    success: 200,
    subject: imageByImageId,
    handler: async (request, services) =>
      answered(await setProperties(request, services, request.subject, request.body.metadata, false), (image) =>
        reply({ metadata: image.properties }),
      ),
  }),
  route({
    method: 'PUT',
    path: '/images/{image_id}/metadata',
    until: '2.38',
    policy: null,
    body: setMetadata,
    success: 200,
    subject: imageByImageId,
    handler: async (request, services) => {
      const { metadata } = request.body;
      return answered(await setProperties(request, services, request.subject, metadata, true), () =>
        reply({ metadata }),
      );
    },
  }),
  route({
    method: 'GET',
    path: '/images/{image_id}/metadata/{id}',
    until: '2.38',
    policy: null,
    success: 200,
    subject: imageByImageId,
    handler: ({ subject: { properties }, params: { id: key } }) =>
      Object.hasOwn(properties, key) ? reply({ meta: { [key]: properties[key] } }) : refuseWith(404),
  }),
  route({
    method: 'PUT',
    path: '/images/{image_id}/metadata/{id}',
    until: '2.38',
    policy: null,
    body: setMetadataItem,
    success: 200,
    subject: imageByImageId,
    handler: async (request, services) => {
      const { meta } = request.body;
      const { id: key } = request.params;
      const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
      if (value === undefined) return refuseWith(400, 'Request body and URI mismatch');
      return answered(await setProperties(request, services, request.subject, { [key]: value }, false), () =>
        reply({ meta }),
      );
    },
  }),
  route({
    method: 'DELETE',
    path: '/images/{image_id}/metadata/{id}',
    until: '2.38',
    policy: null,
    success: 204,
    subject: imageByImageId,
    handler: async (request, services) => {
      const { subject: image, params } = request;
      if (!Object.hasOwn(image.properties, params.id)) return refuseWith(404, 'Invalid metadata key');
      return answered(await removeProperty(request, services, image, params.id), () => emptyReply());
    },
  }),
];
