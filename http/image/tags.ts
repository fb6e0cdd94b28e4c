import * as v from 'valibot';
import { addTag, removeTag } from '../../actors/image/client.ts';
import { failed, ok } from '../../runtime/result.ts';
import { invalid, tagText } from './attributes.ts';
import { type ImageAnswer, type ImageRequest, type ImageRoute, refused } from './route.ts';

async function change({ services, requester, param }: ImageRequest, run: typeof addTag): Promise<ImageAnswer> {
  const tag = v.safeParse(tagText, param('tag'));
  if (!tag.success) return failed(invalid('tag', tag.issues[0].message));
  const outcome = await run(services.system, { by: requester, imageId: param('image'), tag: tag.output });
  return outcome.ok ? ok({ status: 204 }) : refused(outcome.error);
}

/** The routes of an image's tags. */
export const tagRoutes: readonly ImageRoute[] = [
  { method: 'PUT', path: '/images/:image/tags/:tag', handle: (request) => change(request, addTag) },
  { method: 'DELETE', path: '/images/:image/tags/:tag', handle: (request) => change(request, removeTag) },
];
