import { hosts } from '../../../actors/host/row.ts';
import { beginPrecache } from '../../../actors/precache/client.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import type { RegistryMessage } from '../../../actors/registry/protocol.ts';
import { type Aggregate, aggregates, numberKey } from '../../../actors/registry/row.ts';
import type { Microversion } from '../../microversions.ts';
import { type Answer, emptyReply, refuse, refuseWith, reply } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { imagesToCache } from './images-to-cache.ts';
import { findAggregate, occupiedAmong } from './reads.ts';
import { addHost, cacheImages, createAggregate, removeHost, setMetadata, updateAggregate } from './requests.ts';
import { aggregateView, newAggregateView } from './views.ts';

const route = routesFor<ComputeServices>();

/** Changes an aggregate and answers with what it is then. */
const changed = async (
  { system, reader }: ComputeServices,
  aggregate: Aggregate,
  version: Microversion,
  message: RegistryMessage,
): Promise<Answer> => {
  const done = await changeRegistry(system, message);
  if (!done.ok) return refuse(done.error);
  const now = aggregates.read(reader, numberKey(aggregate.number)) ?? aggregate;
  return reply({ aggregate: aggregateView.at(version)(now, null) });
};

/** Host aggregates: sets of hosts with metadata; one with `availability_zone` makes its hosts that zone. For administrators. */
export const aggregateRoutes = [
  route({
    method: 'GET',
    path: '/os-aggregates',
    policy: { rule: 'os_compute_api:os-aggregates:index', target: 'none' },
    query: noQuery,
    success: 200,
    handler: ({ version }, { reader }) => {
      const show = aggregateView.at(version);
      return reply({ aggregates: [...aggregates.scan(reader)].map((aggregate) => show(aggregate, null)) });
    },
  }),
  route({
    method: 'POST',
    path: '/os-aggregates',
    policy: { rule: 'os_compute_api:os-aggregates:create', target: 'none' },
    body: createAggregate,
    success: 200,
    handler: async ({ body, version }, { system, reader }) => {
      const { name, availability_zone: zone = null } = body.aggregate;
      const created = await changeRegistry(system, { type: 'createAggregate', name, zone });
      if (!created.ok) return refuse(created.error);
      const made = aggregates.read(reader, numberKey(created.value ?? 0));
      return made === undefined ? refuseWith(500) : reply({ aggregate: newAggregateView.at(version)(made, null) });
    },
  }),
  route({
    method: 'GET',
    path: '/os-aggregates/{id}',
    policy: { rule: 'os_compute_api:os-aggregates:show', target: 'none' },
    query: noQuery,
    success: 200,
    handler: ({ params, version }, { reader }) => {
      const aggregate = findAggregate(reader, params.id);
      return 'kind' in aggregate ? aggregate : reply({ aggregate: aggregateView.at(version)(aggregate, null) });
    },
  }),
  route({
    method: 'PUT',
    path: '/os-aggregates/{id}',
    policy: { rule: 'os_compute_api:os-aggregates:update', target: 'none' },
    body: updateAggregate,
    success: 200,
    handler: ({ params, body, version }, services) => {
      const aggregate = findAggregate(services.reader, params.id);
      if ('kind' in aggregate) return aggregate;
      const { name, availability_zone: zone } = body.aggregate;
      return changed(services, aggregate, version, {
        type: 'updateAggregate',
        number: aggregate.number,
        ...(name === undefined ? {} : { name: name.trim() }),
        ...(zone === undefined ? {} : { zone }),
        occupied: occupiedAmong(services.reader, aggregate.hosts),
      });
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-aggregates/{id}',
    policy: { rule: 'os_compute_api:os-aggregates:delete', target: 'none' },
    success: 200,
    handler: async ({ params }, { system, reader }) => {
      const aggregate = findAggregate(reader, params.id);
      if ('kind' in aggregate) return aggregate;
      const deleted = await changeRegistry(system, { type: 'deleteAggregate', number: aggregate.number });
      return deleted.ok ? emptyReply() : refuse(deleted.error);
    },
  }),
  route({
    method: 'POST',
    path: '/os-aggregates/{id}/action',
    action: 'add_host',
    policy: { rule: 'os_compute_api:os-aggregates:add_host', target: 'none' },
    body: addHost,
    success: 200,
    statuses: { InvalidAggregateAction: 409 },
    handler: ({ params, body, version }, services) => {
      const { host } = body.add_host;
      if (hosts.read(services.reader, host) === undefined)
        return refuseWith(404, `Host '${host}' is not mapped to any cell`);
      const aggregate = findAggregate(services.reader, params.id);
      if ('kind' in aggregate) return aggregate;
      const occupied = occupiedAmong(services.reader, [host]);
      const message = { type: 'addAggregateHost', number: aggregate.number, host, occupied } as const;
      return changed(services, aggregate, version, message);
    },
  }),
  route({
    method: 'POST',
    path: '/os-aggregates/{id}/action',
    action: 'remove_host',
    policy: { rule: 'os_compute_api:os-aggregates:remove_host', target: 'none' },
    body: removeHost,
    success: 200,
    statuses: { InvalidAggregateAction: 409 },
    handler: ({ params, body, version }, services) => {
      const { host } = body.remove_host;
      const aggregate = findAggregate(services.reader, params.id);
      // As in Nova an unknown aggregate is told like a host that it does not have.
      if ('kind' in aggregate)
        return 'error' in aggregate && aggregate.error.code === 'AggregateNotFound'
          ? refuse({ code: 'AggregateHostNotFound', aggregateId: aggregate.error.aggregateId, host })
          : aggregate;
      const occupied = occupiedAmong(services.reader, [host]);
      const message = { type: 'removeAggregateHost', number: aggregate.number, host, occupied } as const;
      return changed(services, aggregate, version, message);
    },
  }),
  route({
    method: 'POST',
    path: '/os-aggregates/{id}/action',
    action: 'set_metadata',
    policy: { rule: 'os_compute_api:os-aggregates:set_metadata', target: 'none' },
    body: setMetadata,
    success: 200,
    handler: ({ params, body, version }, services) => {
      const aggregate = findAggregate(services.reader, params.id);
      if ('kind' in aggregate) return aggregate;
      return changed(services, aggregate, version, {
        type: 'setAggregateMetadata',
        number: aggregate.number,
        metadata: body.set_metadata.metadata,
        occupied: occupiedAmong(services.reader, aggregate.hosts),
      });
    },
  }),
  route({
    method: 'POST',
    path: '/os-aggregates/{id}/images',
    from: '2.81',
    policy: { rule: 'compute:aggregates:images', target: 'none' },
    body: cacheImages,
    success: 202,
    handler: async ({ params, body, caller }, services) => {
      const ids = body.cache.map(({ id }) => id);
      if (new Set(ids).size < ids.length) return refuseWith(400, 'Duplicate images in request');
      const aggregate = findAggregate(services.reader, params.id);
      if ('kind' in aggregate) return aggregate;
      const wanted = await imagesToCache(services, ids, caller);
      if ('kind' in wanted) return wanted;
      const plan = { aggregate, ...wanted, hostsAtOnce: services.precacheConcurrency ?? 1 };
      const begun = await beginPrecache(services.system, services.random.uuid(), plan);
      return begun.ok ? emptyReply() : refuse(begun.error);
    },
  }),
];
