import type { Context, Hono } from 'hono';
import { type Answer, fault, faultOf } from './faults.ts';
import { changed, type Gate, idOf } from './gate.ts';
import type { NetworkRequest } from './request.ts';
import type { NetworkResource } from './resource.ts';
import { setTags, tagOfPath, tagsOf, tagsOfBody } from './tags.ts';

const nameOf = (c: Context): string => c.req.param('tag') ?? '';
const noTag = (c: Context): Answer => fault(404, 'TagNotFound', `Tag ${nameOf(c)} could not be found.`);

/** Sets the tags that `next` makes of the present ones. */
async function retag(
  resource: NetworkResource,
  request: NetworkRequest,
  c: Context,
  next: (held: readonly string[]) => readonly string[] | Answer,
  status: 200 | 201 | 204,
): Promise<Answer> {
  const view = resource.find(request, idOf(c));
  if (!view) return faultOf(resource.notFound(idOf(c)));
  const tags = next(tagsOf(view));
  if ('status' in tags) return tags;
  const answer = await changed(request, resource, setTags(request, resource, view, tags), status);
  if (answer.status === 200) return { status: 200, body: { tags } };
  return answer.status === 201 ? { status: 201, body: null } : answer;
}

/** The routes of a resource's tags. Neutron: the extension standard-attr-tag. */
export function addTagRoutes(app: Hono, resource: NetworkResource, { version, authenticated, withBody }: Gate): void {
  const all = `${version}/${resource.tagsPath ?? resource.path}/:id/tags`;
  const one = `${all}/:tag`;
  const held = (request: NetworkRequest, c: Context, show: (tags: readonly string[]) => Answer): Answer => {
    const view = resource.find(request, idOf(c));
    return view ? show(tagsOf(view)) : faultOf(resource.notFound(idOf(c)));
  };
  app.get(
    all,
    authenticated((request, c) => held(request, c, (tags) => ({ status: 200, body: { tags } }))),
  );
  app.put(
    all,
    withBody((request, body, c) => retag(resource, request, c, () => tagsOfBody(body), 200)),
  );
  app.delete(
    all,
    authenticated((request, c) => retag(resource, request, c, () => [], 204)),
  );
  app.get(
    one,
    authenticated((request, c) =>
      held(request, c, (tags) => (tags.includes(nameOf(c)) ? { status: 204, body: null } : noTag(c))),
    ),
  );
  app.put(
    one,
    authenticated((request, c) => {
      const tag = tagOfPath(nameOf(c));
      return 'status' in tag ? tag : retag(resource, request, c, (tags) => [...new Set([...tags, ...tag])], 201);
    }),
  );
  app.delete(
    one,
    authenticated((request, c) => {
      const without = (tags: readonly string[]) =>
        tags.includes(nameOf(c)) ? tags.filter((tag) => tag !== nameOf(c)) : noTag(c);
      return retag(resource, request, c, without, 204);
    }),
  );
}
