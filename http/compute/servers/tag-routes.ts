import { annotateInstance } from '../../../actors/instance/client.ts';
import type { AnnotationChange } from '../../../actors/instance/protocol.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { selfHref } from '../../links.ts';
import { type Answer, echoed, emptyReply, type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { validateBody } from '../../validation.ts';
import { tag as tagSchema } from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { addTag, setTags } from './annotation-requests.ts';
import { serverByServerId } from './lookup.ts';

const route = routesFor<ComputeServices>();

const change = async (
  { system }: ComputeServices,
  server: Instance,
  message: AnnotationChange,
  answer: () => Answer = emptyReply,
): Promise<Answer> => {
  const changed = await annotateInstance(system, server.id, message);
  return changed.ok ? answer() : refuse(changed.error);
};

const noTag = (server: Instance, tag: string): Refusal =>
  refuseWith(404, `Server ${server.id} has no tag '${echoed(tag)}'`);

/** The tags of a server: short words to find it by. */
export const serverTagRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/tags',
    from: '2.26',
    policy: { rule: 'os_compute_api:os-server-tags:index', target: 'subject' },
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server }) => reply({ tags: server.tags }),
  }),
  route({
    method: 'PUT',
    path: '/servers/{server_id}/tags',
    from: '2.26',
    policy: { rule: 'os_compute_api:os-server-tags:update_all', target: 'subject' },
    body: setTags,
    success: 200,
    subject: serverByServerId,
    handler: ({ subject: server, body: { tags } }, services) =>
      change(services, server, { type: 'setTags', tags }, () =>
        reply({ tags: instances.read(services.reader, server.id)?.tags ?? tags }),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/servers/{server_id}/tags',
    from: '2.26',
    policy: { rule: 'os_compute_api:os-server-tags:delete_all', target: 'subject' },
    success: 204,
    subject: serverByServerId,
    handler: ({ subject: server }, services) => change(services, server, { type: 'setTags', tags: [] }),
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/tags/{id}',
    from: '2.26',
    policy: { rule: 'os_compute_api:os-server-tags:show', target: 'subject' },
    success: 204,
    subject: serverByServerId,
    handler: ({ subject: server, params: { id: tag } }) =>
      server.tags.includes(tag) ? emptyReply() : noTag(server, tag),
  }),
  route({
    method: 'PUT',
    path: '/servers/{server_id}/tags/{id}',
    from: '2.26',
    policy: { rule: 'os_compute_api:os-server-tags:update', target: 'subject' },
    body: addTag,
    success: 201,
    subject: serverByServerId,
    handler: (request, services) => {
      const { subject: server, params } = request;
      const tag = validateBody(tagSchema, params.id);
      if (!tag.ok)
        return refuseWith(
          400,
          `Tag '${echoed(params.id)}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: ${tag.message}`,
        );
      const isNew = !server.tags.includes(tag.value);
      const Location = selfHref(request, `servers/${server.id}/tags`, tag.value);
      return change(services, server, { type: 'addTag', tag: tag.value }, () =>
        isNew ? emptyReply({ headers: { Location } }) : emptyReply({ status: 204 }),
      );
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/{server_id}/tags/{id}',
    from: '2.26',
    policy: { rule: 'os_compute_api:os-server-tags:delete', target: 'subject' },
    success: 204,
    subject: serverByServerId,
    handler: ({ subject: server, params: { id: tag } }, services) =>
      change(services, server, { type: 'removeTag', tag }, () =>
        server.tags.includes(tag) ? emptyReply() : noTag(server, tag),
      ),
  }),
];
