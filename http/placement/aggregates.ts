import * as v from 'valibot';
import type { Provider } from '../../actors/placement/client.ts';
import { list, type Schema } from '../parameter.ts';
import { object } from '../shape.ts';
import { always } from '../stepped.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { problemOf, type Telling } from './errors.ts';
import { fixed, generation, uuidField } from './fields.ts';
import { SINCE, type Versioned } from './microversion.ts';
import { providerFirst, providerIn } from './providers.ts';
import { type PlacementRequest, route } from './route.ts';

interface AggregatesBody {
  readonly aggregates: readonly string[];
  readonly resource_provider_generation?: number | undefined;
}

const uuids = list(uuidField, { uniqueItems: true });

const BODY: Versioned<Schema<AggregatesBody>> = [
  [
    SINCE.aggregates,
    v.pipe(
      uuids,
      v.transform((aggregates) => ({ aggregates })),
    ),
  ],
  [
    SINCE.aggregatesGeneration,
    fixed(object({ aggregates: always(uuids), resource_provider_generation: always(generation) })),
  ],
];

const shown = ({ aggregates, generation: counted }: Provider, { minor }: PlacementRequest<never>): Answer => ({
  status: 200,
  body: { aggregates, ...(minor >= SINCE.aggregatesGeneration && { resource_provider_generation: counted }) },
  modifiedMs: 'now',
});

/** Another writer was there in between: the words of these two routes. */
export const generationMoved: Telling = {
  ProviderChanged: () =>
    problem(
      409,
      "Resource provider's generation already changed. Please update the generation and try again.",
      'placement.concurrent_update',
    ),
};

const PATH = '/resource_providers/{uuid}/aggregates';

export const aggregateRoutes = [
  route({
    method: 'GET',
    path: PATH,
    from: SINCE.aggregates,
    policy: 'placement:resource_providers:aggregates:list',
    handler: (request) => {
      const provider = providerIn(request);
      return 'kind' in provider ? provider : shown(provider, request);
    },
  }),
  route({
    method: 'PUT',
    path: PATH,
    from: SINCE.aggregates,
    policy: 'placement:resource_providers:aggregates:update',
    first: providerFirst,
    body: BODY,
    handler: async (request): Promise<Answer | Problem> => {
      const { aggregates, resource_provider_generation: given } = request.body;
      const { uuid: providerId } = request.params;
      const outcome = await request.change({ type: 'setAggregates', providerId, generation: given, aggregates });
      if (!outcome.ok) return problemOf(outcome.error, generationMoved);
      const provider = providerIn(request);
      return 'kind' in provider ? provider : shown(provider, request);
    },
  }),
];
