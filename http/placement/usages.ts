import type { Consumer } from '../../actors/placement/client.ts';
import { text } from '../parameter.ts';
import type { Answer, Problem } from './answer.ts';
import { ownerId } from './fields.ts';
import { SINCE } from './microversion.ts';
import { providerIn } from './providers.ts';
import { type PlacementRequest, route } from './route.ts';

type Usage = Record<string, number>;

function addTo(sum: Usage, { allocations }: Consumer): void {
  for (const resources of Object.values(allocations))
    for (const [name, amount] of Object.entries(resources)) sum[name] = (sum[name] ?? 0) + amount;
}

/** What consumers take together. */
function sumOf(consumers: readonly Consumer[]): Usage {
  const sum: Usage = {};
  for (const consumer of consumers) addTo(sum, consumer);
  return sum;
}

/** By type of consumer, or all together for `all`. */
function byType(consumers: readonly Consumer[], wanted: string | undefined): object {
  const groups = new Map<string, { readonly sum: Usage; count: number }>();
  for (const consumer of consumers) {
    const type = consumer.type ?? 'unknown';
    if (wanted !== undefined && wanted !== 'all' && wanted !== type) continue;
    const name = wanted === 'all' ? 'all' : type;
    const group = groups.get(name) ?? { sum: {}, count: 0 };
    addTo(group.sum, consumer);
    group.count += 1;
    groups.set(name, group);
  }
  return Object.fromEntries([...groups].map(([name, { sum, count }]) => [name, { ...sum, consumer_count: count }]));
}

function total(request: PlacementRequest<never>): Answer | Problem {
  const { query, minor } = request;
  const one = (name: string): string | undefined => query.getAll(name).at(-1);
  const consumers = [...request.catalog().consumersOfProject(one('project_id') ?? '', one('user_id') ?? null)].filter(
    ({ allocations }) => Object.keys(allocations).length > 0,
  );
  const usages = minor >= SINCE.consumerTypes ? byType(consumers, one('consumer_type')) : sumOf(consumers);
  return { status: 200, body: { usages }, modifiedMs: 'now' };
}

const OF_PROJECT = { fields: { project_id: ownerId, user_id: ownerId }, required: ['project_id'] };

export const usageRoutes = [
  route({
    method: 'GET',
    path: '/resource_providers/{uuid}/usages',
    policy: 'placement:resource_providers:usages',
    handler: (request) => {
      const provider = providerIn(request);
      if ('kind' in provider) return provider;
      const used = request.catalog().usageOf(provider);
      // Every class that the provider has is shown, and no other.
      const usages = Object.fromEntries(Object.keys(provider.inventories).map((name) => [name, used.get(name) ?? 0]));
      return { status: 200, body: { resource_provider_generation: provider.generation, usages }, modifiedMs: 'now' };
    },
  }),
  route({
    method: 'GET',
    path: '/usages',
    from: 9,
    policy: 'placement:usages',
    target: (query) => ({ project_id: query.getAll('project_id').at(-1) ?? '' }),
    query: [
      [9, OF_PROJECT],
      [
        SINCE.consumerTypes,
        {
          ...OF_PROJECT,
          fields: {
            ...OF_PROJECT.fields,
            consumer_type: text({ pattern: '^[A-Z0-9_]+$|^all|^unknown$', minLength: 1, maxLength: 255 }),
          },
        },
      ],
    ],
    handler: total,
  }),
];
