import { annotateInstance } from '../../../actors/instance/client.ts';
import { type Instance, instances } from '../../../actors/instance/row.ts';
import { limitsOfUser } from '../../../actors/project/row.ts';
import { type Answer, emptyReply, refuse, refuseWith, reply } from '../../reply.ts';
import type { RequestContext } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { setMetadata, setMetadataItem } from './annotation-requests.ts';
import { serverByServerId } from './lookup.ts';

const route = routesFor<ComputeServices>();

const itemNotFound = () => refuseWith(404, 'Metadata item was not found');

/** Sets metadata of a server, and answers what `show` makes of all it then has. */
const setAll = async (
  { caller, subject: server }: RequestContext & { readonly subject: Instance },
  { system, reader, quota }: ComputeServices,
  metadata: Readonly<Record<string, string>>,
  replace: boolean,
  show: (metadata: Readonly<Record<string, string>>) => object,
): Promise<Answer> => {
  const itemsMax = limitsOfUser(reader, quota, caller.projectId ?? '', caller.userId).metadataItems;
  const { isAdmin } = caller;
  const set = await annotateInstance(system, server.id, { type: 'setMetadata', metadata, replace, itemsMax, isAdmin });
  return set.ok ? reply(show(instances.read(reader, server.id)?.metadata ?? metadata)) : refuse(set.error);
};

/** What users have noted with a server. */
export const serverMetadataRoutes = [
  route({
    method: 'GET',
    path: '/servers/{server_id}/metadata',
    policy: { rule: 'os_compute_api:server-metadata:index', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request) => reply({ metadata: request.subject.metadata }),
  }),
  route({
    method: 'POST',
    path: '/servers/{server_id}/metadata',
    policy: { rule: 'os_compute_api:server-metadata:create', target: 'subject' },
    body: setMetadata,
    success: 200,
    subject: serverByServerId,
    handler: (request, services) =>
      setAll(request, services, request.body.metadata, false, (metadata) => ({ metadata })),
  }),
  route({
    method: 'PUT',
    path: '/servers/{server_id}/metadata',
    policy: { rule: 'os_compute_api:server-metadata:update_all', target: 'subject' },
    body: setMetadata,
    success: 200,
    subject: serverByServerId,
    handler: (request, services) =>
      setAll(request, services, request.body.metadata, true, (metadata) => ({ metadata })),
  }),
  route({
    method: 'GET',
    path: '/servers/{server_id}/metadata/{id}',
    policy: { rule: 'os_compute_api:server-metadata:show', target: 'subject' },
    query: noQuery,
    success: 200,
    subject: serverByServerId,
    handler: (request) => {
      const { id: key } = request.params;
      const { metadata } = request.subject;
      return Object.hasOwn(metadata, key) ? reply({ meta: { [key]: metadata[key] } }) : itemNotFound();
    },
  }),
  route({
    method: 'PUT',
    path: '/servers/{server_id}/metadata/{id}',
    policy: { rule: 'os_compute_api:server-metadata:update', target: 'subject' },
    body: setMetadataItem,
    success: 200,
    subject: serverByServerId,
    handler: (request, services) => {
      const { meta } = request.body;
      return Object.hasOwn(meta, request.params.id)
        ? setAll(request, services, meta, false, () => ({ meta }))
        : refuseWith(400, 'Request body and URI mismatch');
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/{server_id}/metadata/{id}',
    policy: { rule: 'os_compute_api:server-metadata:delete', target: 'subject' },
    success: 204,
    subject: serverByServerId,
    handler: async ({ caller: { isAdmin }, params: { id: key }, subject: server }, { system }) => {
      if (!Object.hasOwn(server.metadata, key)) return itemNotFound();
      const deleted = await annotateInstance(system, server.id, { type: 'deleteMetadata', key, isAdmin });
      return deleted.ok ? emptyReply() : refuse(deleted.error);
    },
  }),
];
