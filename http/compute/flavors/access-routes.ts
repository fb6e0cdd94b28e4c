import { changeRegistry } from '../../../actors/registry/client.ts';
import { flavors } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { type Answer, refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { addTenantAccess, removeTenantAccess } from './requests.ts';
import { accessView } from './views.ts';

const route = routesFor<ComputeServices>();

const accessReply = (reader: Reader, flavorId: string): Answer => {
  const flavor = flavors.read(reader, flavorId);
  return flavor === undefined ? refuse({ code: 'FlavorNotFound', flavorId }) : reply(accessView(flavor));
};

/** Which projects may use a flavor that is not public. */
export const accessRoutes = [
  route({
    method: 'GET',
    path: '/flavors/{id}/os-flavor-access',
    policy: { rule: 'os_compute_api:os-flavor-access', target: 'own' },
    query: noQuery,
    success: 200,
    handler: ({ params }, { reader }) => {
      const isPublic = flavors.read(reader, params.id)?.isPublic === true;
      return isPublic
        ? refuseWith(404, 'Access list not available for public flavors.')
        : accessReply(reader, params.id);
    },
  }),
  route({
    method: 'POST',
    path: '/flavors/{id}/action',
    action: 'addTenantAccess',
    policy: { rule: 'os_compute_api:os-flavor-access:add_tenant_access', target: 'none' },
    body: addTenantAccess,
    success: 200,
    handler: async ({ params, body }, { system, reader }) => {
      const flavorId = params.id;
      if (flavors.read(reader, flavorId)?.isPublic === true)
        return refuseWith(409, 'Can not add access to a public flavor.');
      const projectId = body.addTenantAccess.tenant;
      const added = await changeRegistry(system, { type: 'addFlavorAccess', flavorId, projectId });
      return added.ok ? accessReply(reader, flavorId) : refuse(added.error);
    },
  }),
  route({
    method: 'POST',
    path: '/flavors/{id}/action',
    action: 'removeTenantAccess',
    policy: { rule: 'os_compute_api:os-flavor-access:remove_tenant_access', target: 'none' },
    body: removeTenantAccess,
    success: 200,
    handler: async ({ params, body }, { system, reader }) => {
      const flavorId = params.id;
      const projectId = body.removeTenantAccess.tenant;
      const removed = await changeRegistry(system, { type: 'removeFlavorAccess', flavorId, projectId });
      return removed.ok ? accessReply(reader, flavorId) : refuse(removed.error);
    },
  }),
];
