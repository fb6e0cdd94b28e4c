import type { Provider } from '../../actors/placement/client.ts';
import type { Inventories, Inventory } from '../../actors/placement/row.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { CONCURRENT_UPDATE, problemOf, type Telling } from './errors.ts';
import { allInventories, inventoryOf, newInventory, oneInventory } from './fields.ts';
import { SINCE } from './microversion.ts';
import { providerFirst, providerIn } from './providers.ts';
import { type PlacementRequest, route } from './route.ts';

const inventoryView = ({ total, reserved, minUnit, maxUnit, stepSize, allocationRatio }: Inventory): object => ({
  total,
  reserved,
  min_unit: minUnit,
  max_unit: maxUnit,
  step_size: stepSize,
  allocation_ratio: allocationRatio,
});

const shownAll = ({ inventories, generation, updatedAtMs }: Provider): Answer => ({
  status: 200,
  body: {
    resource_provider_generation: generation,
    inventories: Object.fromEntries(
      Object.entries(inventories).map(([name, inventory]) => [name, inventoryView(inventory)]),
    ),
  },
  modifiedMs: updatedAtMs,
});

function shownOne({ id, inventories, generation, updatedAtMs }: Provider, name: string): Answer | Problem {
  const inventory = Object.hasOwn(inventories, name) ? inventories[name] : undefined;
  if (!inventory) return problem(404, `No inventory of class ${name} for ${id}`);
  // A generation of 0 is left out: so does Placement, which asks whether it is true.
  const counted = generation === 0 ? {} : { resource_provider_generation: generation };
  return { status: 200, body: { ...inventoryView(inventory), ...counted }, modifiedMs: updatedAtMs };
}

const found = (request: PlacementRequest<'uuid'>, show: (provider: Provider) => Answer | Problem): Answer | Problem => {
  const provider = providerIn(request);
  return 'kind' in provider ? provider : show(provider);
};

/** Why an inventory is refused that keeps back too much; null: it is not. The end of the sentence. */
function capacityRefused(inventories: Inventories, providerId: string, minor: number): string | null {
  const mayBeTotal = minor >= SINCE.reservedMayBeTotal;
  for (const [name, { total, reserved, allocationRatio }] of Object.entries(inventories)) {
    const capacity = Math.trunc((total - reserved) * allocationRatio);
    if (mayBeTotal ? capacity >= 0 : capacity > 0) continue;
    const verdict = mayBeTotal ? 'greater than total' : 'greater than or equal to total';
    return `Invalid inventory for '${name}' on resource provider '${providerId}'. The reserved value is ${verdict}.`;
  }
  return null;
}

const inventoryProblem = (verb: 'create' | 'update', id: string, words: string): Problem =>
  problem(400, `Unable to ${verb} inventory for resource provider ${id}: ${words}`);

const INVENTORIES = '/resource_providers/{uuid}/inventories';
const INVENTORY = '/resource_providers/{uuid}/inventories/{resource_class}';

export const inventoryRoutes = [
  route({
    method: 'GET',
    path: INVENTORIES,
    policy: 'placement:resource_providers:inventories:list',
    handler: (request) => found(request, shownAll),
  }),
  route({
    method: 'POST',
    path: INVENTORIES,
    policy: 'placement:resource_providers:inventories:create',
    first: providerFirst,
    body: [[0, newInventory]],
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: providerId } = request.params;
      const { resource_class: resourceClass } = request.body;
      const inventory = inventoryOf(request.body);
      const wrong = capacityRefused({ [resourceClass]: inventory }, providerId, request.minor);
      if (wrong !== null) return inventoryProblem('create', providerId, wrong);
      const outcome = await request.change({ type: 'addInventory', providerId, resourceClass, inventory });
      const telling: Telling = { ClassNotFound: (words) => inventoryProblem('create', providerId, words) };
      if (!outcome.ok) return problemOf(outcome.error, telling);
      const answer = found(request, (provider) => shownOne(provider, resourceClass));
      const location = `/resource_providers/${providerId}/inventories/${resourceClass}`;
      return 'kind' in answer ? answer : { ...answer, status: 201, location };
    },
  }),
  route({
    method: 'PUT',
    path: INVENTORIES,
    policy: 'placement:resource_providers:inventories:update',
    first: providerFirst,
    body: [[0, allInventories]],
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: providerId } = request.params;
      const { resource_provider_generation: generation, inventories } = request.body;
      const provider = providerIn(request);
      if ('kind' in provider) return provider;
      // Before the capacity, as in Placement; the cell looks again.
      if (provider.generation !== generation) return conflict();
      const wrong = capacityRefused(inventories, providerId, request.minor);
      if (wrong !== null) return inventoryProblem('update', providerId, wrong);
      const outcome = await request.change({ type: 'setInventories', providerId, generation, inventories });
      const telling: Telling = {
        ClassNotFound: (words) =>
          problem(400, `Unknown resource class in inventory for resource provider ${providerId}: ${words}`),
        InventoryInUse: (words) => problem(409, `update conflict: ${words}`, 'placement.inventory.inuse'),
      };
      return outcome.ok ? found(request, shownAll) : problemOf(outcome.error, telling);
    },
  }),
  route({
    method: 'DELETE',
    path: INVENTORIES,
    from: SINCE.inventoriesDelete,
    outside: 405,
    policy: 'placement:resource_providers:inventories:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const outcome = await request.change({ type: 'deleteInventories', providerId: request.params.uuid });
      return outcome.ok ? { status: 204 } : problemOf(outcome.error);
    },
  }),
  route({
    method: 'GET',
    path: INVENTORY,
    policy: 'placement:resource_providers:inventories:show',
    handler: (request) => found(request, (provider) => shownOne(provider, request.params.resource_class)),
  }),
  route({
    method: 'PUT',
    path: INVENTORY,
    policy: 'placement:resource_providers:inventories:update',
    first: providerFirst,
    body: [[0, oneInventory]],
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: providerId, resource_class: resourceClass } = request.params;
      const { resource_provider_generation: generation } = request.body;
      const provider = providerIn(request);
      if ('kind' in provider) return provider;
      if (provider.generation !== generation) return conflict();
      const inventory = inventoryOf(request.body);
      const wrong = capacityRefused({ [resourceClass]: inventory }, providerId, request.minor);
      if (wrong !== null) return inventoryProblem('update', providerId, wrong);
      const change = { type: 'setInventory', providerId, generation, resourceClass, inventory } as const;
      const outcome = await request.change(change);
      // A class that nobody knows is 404: on this route Placement does not expect one.
      const telling: Telling = {
        InventoryNotFound: () =>
          problem(400, `No inventory record with resource class for resource provider ${providerId}: ${resourceClass}`),
      };
      if (!outcome.ok) return problemOf(outcome.error, telling);
      return found(request, (changed) => shownOne(changed, resourceClass));
    },
  }),
  route({
    method: 'DELETE',
    path: INVENTORY,
    policy: 'placement:resource_providers:inventories:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: providerId, resource_class: resourceClass } = request.params;
      const outcome = await request.change({ type: 'deleteInventory', providerId, resourceClass });
      const absent = (words: string): Problem =>
        problem(404, `No inventory of class ${resourceClass} found for delete: ${words}`);
      const telling: Telling = {
        ClassNotFound: absent,
        InventoryNotFound: absent,
        InventoryInUse: (words) =>
          problem(409, `Unable to delete inventory of class ${resourceClass}: ${words}`, CONCURRENT_UPDATE),
      };
      return outcome.ok ? { status: 204 } : problemOf(outcome.error, telling);
    },
  }),
];

const conflict = (): Problem => problem(409, 'resource provider generation conflict', CONCURRENT_UPDATE);
