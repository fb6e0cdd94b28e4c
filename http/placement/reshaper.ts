import * as v from 'valibot';
import type { ConsumerAllocations, NewInventories } from '../../actors/placement/client.ts';
import { isUuidLike } from '../formats.ts';
import type { Schema } from '../parameter.ts';
import { object } from '../shape.ts';
import { always } from '../stepped.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { CONSUMERS } from './consumer-body.ts';
import { CONCURRENT_UPDATE, problemOf, type Telling } from './errors.ts';
import { allInventories, byUuid, fixed, notEmpty } from './fields.ts';
import type { Versioned } from './microversion.ts';
import { route } from './route.ts';

interface ReshapeBody {
  readonly inventories: readonly NewInventories[];
  readonly allocations: readonly ConsumerAllocations[];
}

const inventories: Schema<readonly NewInventories[]> = v.pipe(
  notEmpty(byUuid(allInventories)),
  v.transform((all) =>
    Object.entries(all).map(([providerId, one]) => ({
      providerId,
      generation: one.resource_provider_generation,
      inventories: one.inventories,
    })),
  ),
);

const body = (consumers: Schema<readonly ConsumerAllocations[]>): Schema<ReshapeBody> =>
  fixed(object({ inventories: always(inventories), allocations: always(consumers) }));

const BODY: Versioned<Schema<ReshapeBody>> = [
  [30, body(CONSUMERS.counted)],
  [34, body(CONSUMERS.mapped)],
  [38, body(CONSUMERS.typed)],
];

const telling: Telling = {
  ProviderNotFound: (words, { providerId }) =>
    problem(
      400,
      `Resource provider ${providerId} in inventories not found: ${words}`,
      'placement.resource_provider.not_found',
    ),
  ProviderChanged: (_, { providerId, actual, given }) =>
    problem(
      409,
      `resource provider generation conflict for provider ${providerId}: actual: ${actual}, given: ${given}`,
      CONCURRENT_UPDATE,
    ),
  ClassNotFound: (words) => problem(400, `malformed reshaper data: ${words}`),
  InventoryInUse: (words) => problem(409, `update conflict: ${words}`, 'placement.inventory.inuse'),
};

export const reshaperRoutes = [
  route({
    method: 'POST',
    path: '/reshaper',
    from: 30,
    policy: 'placement:reshaper:reshape',
    body: BODY,
    handler: async (request): Promise<Answer | Problem> => {
      const { inventories: reshaped, allocations: consumers } = request.body;
      const wrong = consumers.find(({ consumerId }) => !isUuidLike(consumerId));
      if (wrong) return problem(400, `Malformed consumer_uuid: ${wrong.consumerId}`);
      const outcome = await request.change({ type: 'reshape', inventories: reshaped, consumers });
      return outcome.ok ? { status: 204 } : problemOf(outcome.error, telling);
    },
  }),
];
