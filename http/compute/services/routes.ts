import { instances } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { isUuidLike } from '../../formats.ts';
import { type Refusal, refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { stepped } from '../../stepped.ts';
import { numericId } from '../numeric-id.ts';
import { canonicalUuid } from '../parameter-types.ts';
import type { ComputeServices } from '../services.ts';
import { ACTIONS, changeService, LATER_ACTIONS, serviceNamed } from './change.ts';
import { allServices, type Service, servicesOfDown } from './reads.ts';
import { actOnService, listServices, updateService } from './requests.ts';
import { serviceView } from './views.ts';

const route = routesFor<ComputeServices>();
const update = { rule: 'os_compute_api:os-services:update', target: 'none' } as const;

const byNumber = ({ reader, clock }: ComputeServices, id: string): Service | Refusal => {
  if (!/^\d+$/.test(id)) return refuseWith(400, `Invalid service id ${id}: it is not an integer`);
  return (
    allServices(reader, clock).find((service) => numericId(service.id) === Number(id)) ??
    refuse({ code: 'ServiceNotFound', serviceId: id })
  );
};

const byUuid = ({ reader, clock }: ComputeServices, id: string): Service | Refusal => {
  if (!isUuidLike(id)) return refuseWith(400, `Invalid uuid ${id}`);
  const uuid = canonicalUuid(id);
  return (
    allServices(reader, clock).find((service) => service.id === uuid) ??
    refuse({ code: 'ServiceNotFound', serviceId: id })
  );
};

/** The service of the id that a microversion has. */
const find = stepped(byNumber, ['2.53', byUuid]);

/** Whether services of cells that are down are shown, as far as they are known. */
const showsDown = stepped(false, ['2.69', true]);

const actions = stepped(ACTIONS, ['2.11', LATER_ACTIONS]);

const hasInstances = (reader: Reader, host: string): boolean => {
  for (const _ of instances.ids(reader, 'byHost', [host], { limit: 1 })) return true;
  return false;
};

/** The services that make up the cloud. For administrators. */
export const serviceRoutes = [
  route({
    method: 'GET',
    path: '/os-services',
    policy: { rule: 'os_compute_api:os-services:list', target: 'none' },
    query: listServices,
    success: 200,
    handler: ({ query, version }, { reader, clock, downCells }) => {
      const { host, binary } = query;
      const show = serviceView.at(version);
      // As in Nova an empty filter is none.
      const shown = allServices(reader, clock).filter(
        (service) => (!host || service.host === host) && (!binary || service.binary === binary),
      );
      const down = showsDown.at(version) && downCells !== undefined ? servicesOfDown(reader, downCells()) : [];
      const alsoDown = down.filter(
        (service) => (!host || service.host === host) && (!binary || service.binary === binary),
      );
      return reply({ services: [...shown.map((service) => show(service, null)), ...alsoDown] });
    },
  }),
  route({
    method: 'PUT',
    path: '/os-services/{id}',
    until: '2.52',
    policy: update,
    body: actOnService,
    success: 200,
    handler: async ({ params, body, version }, services) => {
      const action = actions.at(version).get(params.id);
      if (action === undefined) return refuseWith(404, 'Unknown action');
      const wanted = action(body);
      if ('kind' in wanted) return wanted;
      const { host, binary } = body;
      const service = serviceNamed(services, host, binary);
      if ('kind' in service) return service;
      const changed = await changeService(services, service, wanted.change);
      return 'kind' in changed ? changed : reply({ service: { host, binary, ...wanted.shown } });
    },
  }),
  route({
    method: 'PUT',
    path: '/os-services/{id}',
    from: '2.53',
    policy: update,
    body: updateService,
    success: 200,
    handler: async ({ params, body, version }, services) => {
      const service = byUuid(services, params.id);
      if ('kind' in service) return service;
      const { status, disabled_reason: reason = null, forced_down: forcedDown } = body;
      if (reason !== null && status !== 'disabled')
        return refuseWith(400, "Specifying disabled_reason requires that status is 'disabled'.");
      if (status === undefined && forcedDown === undefined)
        return refuseWith(400, "No updates were requested. Fields 'status' or 'forced_down' should be specified.");
      const scheduling = status === undefined ? undefined : { disabled: status === 'disabled', reason };
      const changed = await changeService(services, service, { scheduling, forcedDown });
      return 'kind' in changed ? changed : reply({ service: serviceView.at(version)(changed, null) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-services/{id}',
    policy: { rule: 'os_compute_api:os-services:delete', target: 'none' },
    success: 204,
    handler: ({ params, version }, services) => {
      const service = find.at(version)(services, params.id);
      if ('kind' in service) return service;
      if (service.binary !== 'nova-compute')
        return refuseWith(409, `The ${service.binary} service is part of the controller and cannot be deleted.`);
      return hasInstances(services.reader, service.host)
        ? refuseWith(
            409,
            'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
          )
        : refuseWith(
            409,
            `The service of host ${service.host} cannot be deleted while the controller drives the host. Take it out of the controller's configuration.`,
          );
    },
  }),
];
