import { changeRegistry } from '../../../actors/registry/client.ts';
import type { NewFlavor } from '../../../actors/registry/protocol.ts';
import type { Flavor } from '../../../actors/registry/row.ts';
import { flavors } from '../../../actors/registry/row.ts';
import { pageLinks, pageOf } from '../../paging.ts';
import { type Answer, emptyReply, refuse, reply } from '../../reply.ts';
import type { ApiRequest } from '../../request.ts';
import { routesFor } from '../../route.ts';
import type { ShapeOutput } from '../../shape.ts';
import type { Stepped } from '../../stepped.ts';
import type { View } from '../field-view.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { accessRoutes } from './access-routes.ts';
import { extraSpecRoutes } from './extra-spec-routes.ts';
import { flavorPage } from './listing.ts';
import { createFlavor, listFlavors, updateFlavor } from './requests.ts';
import { briefFlavor, type FlavorSight, flavorSight, flavorView } from './views.ts';
import { flavorSubject } from './visible.ts';

const route = routesFor<ComputeServices>();

type ListRequest = ApiRequest<never, unknown, ShapeOutput<typeof listFlavors>, undefined>;

const listOf =
  (path: string, view: Stepped<View<Flavor, FlavorSight>>) =>
  (request: ListRequest, { reader }: ComputeServices): Answer => {
    const page = pageOf(request.query);
    const found = flavorPage(reader, request.caller, request.query, page);
    if ('kind' in found) return found;
    const show = view.at(request.version);
    const sight = flavorSight(request);
    const ids = found.map((flavor) => flavor.flavorId);
    const flavors_links = pageLinks(request, path, page, ids);
    return reply({ flavors: found.map((flavor) => show(flavor, sight)), flavors_links });
  };

/** The answer to a change: the flavor as it is now stored. */
const flavorReply = (
  request: ApiRequest<string, unknown, unknown, unknown>,
  { reader }: ComputeServices,
  flavorId: string,
): Answer => {
  const flavor = flavors.read(reader, flavorId);
  if (flavor === undefined) return refuse({ code: 'FlavorNotFound', flavorId });
  return reply({ flavor: flavorView.at(request.version)(flavor, flavorSight(request)) });
};

const newFlavor = ({ flavor }: ShapeOutput<typeof createFlavor>, newId: () => string): NewFlavor => ({
  flavorId: flavor.id ?? newId(),
  name: flavor.name,
  memoryMib: flavor.ram,
  vcpus: flavor.vcpus,
  rootGib: flavor.disk,
  ephemeralGib: flavor['OS-FLV-EXT-DATA:ephemeral'] ?? 0,
  swapMib: flavor.swap ?? 0,
  rxtxFactor: flavor.rxtx_factor ?? 1,
  isPublic: flavor['os-flavor-access:is_public'] ?? true,
  description: flavor.description ?? null,
});

/** Flavors, their extra specs and who may use them. */
export const flavorRoutes = [
  route({
    method: 'GET',
    path: '/flavors',
    policy: null,
    query: listFlavors,
    success: 200,
    handler: listOf('flavors', briefFlavor),
  }),
  route({
    method: 'GET',
    path: '/flavors/detail',
    policy: null,
    query: listFlavors,
    success: 200,
    handler: listOf('flavors/detail', flavorView),
  }),
  route({
    method: 'POST',
    path: '/flavors',
    policy: { rule: 'os_compute_api:os-flavor-manage:create', target: 'none' },
    body: createFlavor,
    success: 200,
    handler: async (request, services) => {
      const flavor = newFlavor(request.body, () => services.random.uuid());
      const created = await changeRegistry(services.system, { type: 'createFlavor', flavor });
      return created.ok ? flavorReply(request, services, flavor.flavorId) : refuse(created.error);
    },
  }),
  route({
    method: 'GET',
    path: '/flavors/{id}',
    policy: null,
    query: noQuery,
    success: 200,
    subject: ({ params, caller }, { reader }) => flavorSubject(reader, params.id, caller),
    handler: (request) => reply({ flavor: flavorView.at(request.version)(request.subject, flavorSight(request)) }),
  }),
  route({
    method: 'PUT',
    path: '/flavors/{id}',
    from: '2.55',
    policy: { rule: 'os_compute_api:os-flavor-manage:update', target: 'none' },
    body: updateFlavor,
    success: 200,
    handler: async (request, services) => {
      const { description } = request.body.flavor;
      const flavorId = request.params.id;
      const updated = await changeRegistry(services.system, { type: 'updateFlavor', flavorId, description });
      return updated.ok ? flavorReply(request, services, flavorId) : refuse(updated.error);
    },
  }),
  route({
    method: 'DELETE',
    path: '/flavors/{id}',
    policy: { rule: 'os_compute_api:os-flavor-manage:delete', target: 'none' },
    success: 202,
    handler: async ({ params }, { system }) => {
      const deleted = await changeRegistry(system, { type: 'deleteFlavor', flavorId: params.id });
      return deleted.ok ? emptyReply() : refuse(deleted.error);
    },
  }),
  ...accessRoutes,
  ...extraSpecRoutes,
];
