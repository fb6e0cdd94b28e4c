import type { Consumer, Provider } from '../../actors/placement/client.ts';
import { isUuidLike } from '../formats.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { CONSUMER_BODY, CONSUMERS_BODY } from './consumer-body.ts';
import { problemOf, type Telling } from './errors.ts';
import { SINCE } from './microversion.ts';
import { providerIn } from './providers.ts';
import { type PlacementRequest, route } from './route.ts';

function consumerView(consumer: Consumer | undefined, request: PlacementRequest<never>): object {
  const entries = Object.entries(consumer?.allocations ?? {});
  if (consumer === undefined || entries.length === 0) return { allocations: {} };
  const catalog = request.catalog();
  const { minor } = request;
  return {
    allocations: Object.fromEntries(
      entries.map(([id, resources]) => [id, { generation: catalog.provider(id)?.generation ?? 0, resources }]),
    ),
    ...(minor >= SINCE.allocationsByProvider && { project_id: consumer.projectId, user_id: consumer.userId }),
    ...(minor >= SINCE.consumerGeneration && { consumer_generation: consumer.generation }),
    ...(minor >= SINCE.consumerTypes && { consumer_type: consumer.type ?? 'unknown' }),
  };
}

const providerView = (
  { id, generation }: Provider,
  consumers: readonly Consumer[],
  { minor }: PlacementRequest<never>,
): object => ({
  allocations: Object.fromEntries(
    consumers.map((consumer) => [
      consumer.id,
      {
        resources: consumer.allocations[id] ?? {},
        ...(minor >= SINCE.consumerGeneration && { consumer_generation: consumer.generation }),
      },
    ]),
  ),
  resource_provider_generation: generation,
});

const latest = (consumers: readonly Consumer[]): number | 'now' =>
  consumers.length === 0 ? 'now' : consumers.reduce((last, { updatedAtMs }) => Math.max(last, updatedAtMs), 0);

export const allocationRoutes = [
  route({
    method: 'GET',
    path: '/resource_providers/{uuid}/allocations',
    policy: 'placement:resource_providers:allocations:list',
    handler: (request) => {
      const provider = providerIn(request);
      if ('kind' in provider) return provider;
      const consumers = request.catalog().consumersOf(provider);
      return { status: 200, body: providerView(provider, consumers, request), modifiedMs: latest(consumers) };
    },
  }),
  route({
    method: 'POST',
    path: '/allocations',
    from: 13,
    policy: 'placement:allocations:manage',
    body: CONSUMERS_BODY,
    handler: async (request): Promise<Answer | Problem> => {
      const wrong = request.body.find(({ consumerId }) => !isUuidLike(consumerId));
      if (wrong) return problem(400, `Malformed consumer_uuid: ${wrong.consumerId}`);
      const outcome = await request.change({ type: 'setAllocations', consumers: request.body });
      const telling: Telling = {
        ClassNotFound: (words) => problem(400, `Unable to allocate inventory ${words}`),
      };
      return outcome.ok ? { status: 204 } : problemOf(outcome.error, telling);
    },
  }),
  route({
    method: 'GET',
    path: '/allocations/{consumer_uuid}',
    policy: 'placement:allocations:list',
    handler: (request) => {
      const consumer = request.catalog().consumer(request.params.consumer_uuid);
      const seen = consumer === undefined ? [] : [consumer];
      return { status: 200, body: consumerView(consumer, request), modifiedMs: latest(seen) };
    },
  }),
  route({
    method: 'PUT',
    path: '/allocations/{consumer_uuid}',
    policy: 'placement:allocations:update',
    first: ({ params: { consumer_uuid: id } }) =>
      isUuidLike(id) ? null : problem(400, `Malformed consumer_uuid: ${id}`),
    body: CONSUMER_BODY,
    handler: async (request): Promise<Answer | Problem> => {
      const { consumer_uuid: consumerId } = request.params;
      const consumers = [{ consumerId, ...request.body }];
      const outcome = await request.change({ type: 'setAllocations', consumers });
      const telling: Telling = {
        ClassNotFound: (words) => problem(400, `Unable to allocate inventory for consumer ${consumerId}: ${words}`),
      };
      return outcome.ok ? { status: 204 } : problemOf(outcome.error, telling);
    },
  }),
  route({
    method: 'DELETE',
    path: '/allocations/{consumer_uuid}',
    policy: 'placement:allocations:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const consumerId = request.params.consumer_uuid;
      const outcome = await request.change({ type: 'deleteAllocations', consumerId });
      return outcome.ok ? { status: 204 } : problemOf(outcome.error);
    },
  }),
];
