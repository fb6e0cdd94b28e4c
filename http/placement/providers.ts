import * as v from 'valibot';
import { type Provider, providersIn } from '../../actors/placement/client.ts';
import { USUAL_UUID } from '../formats.ts';
import { type Schema, text } from '../parameter.ts';
import { pythonRepr } from '../python-text.ts';
import { object } from '../shape.ts';
import { always } from '../stepped.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { problemOf, type Telling } from './errors.ts';
import { fixed, providerName, uuidField } from './fields.ts';
import { SINCE, type Versioned } from './microversion.ts';
import { aggregateNeeds } from './query/aggregates.ts';
import { parseResources } from './query/resources.ts';
import type { QueryRule } from './query/rule.ts';
import { traitNeeds } from './query/traits.ts';
import { type PlacementRequest, route } from './route.ts';

/** The provider that a path names, or the 404 of Placement. */
export function providerIn(request: PlacementRequest<'uuid'>): Provider | Problem {
  const { uuid } = request.params;
  return request.catalog().provider(uuid) ?? problemOf({ code: 'ProviderNotFound', providerId: uuid });
}

/** For routes that look for the provider before they look at the body. */
export const providerFirst = (request: PlacementRequest<'uuid'>): Problem | null => {
  const provider = providerIn(request);
  return 'kind' in provider ? provider : null;
};

const providerPath = (id: string): string => `/resource_providers/${id}`;

const LINKS = [
  ['inventories', 0],
  ['usages', 0],
  ['aggregates', SINCE.aggregates],
  ['traits', SINCE.traits],
  ['allocations', SINCE.allocationsLink],
] as const;

const providerView = (provider: Provider, { minor, prefix }: PlacementRequest<never>): object => {
  const href = prefix + providerPath(provider.id);
  const links = LINKS.filter(([, from]) => from <= minor).map(([rel]) => ({ rel, href: `${href}/${rel}` }));
  return {
    uuid: provider.id,
    name: provider.name,
    generation: provider.generation,
    links: [{ rel: 'self', href }, ...links],
    ...(minor >= SINCE.nested && {
      parent_provider_uuid: provider.parentId,
      root_provider_uuid: provider.rootId,
    }),
  };
};

const shown = (provider: Provider, request: PlacementRequest<never>): Answer => ({
  status: 200,
  body: providerView(provider, request),
  modifiedMs: provider.updatedAtMs,
});

const anyText = text();
/** With its hyphens: Placement looks for what is spelled, and finds it in no other form. */
const idText: Schema<string> = v.pipe(
  text({ format: 'uuid' }),
  v.check(
    (value) => USUAL_UUID.test(value.toLowerCase()),
    ({ input }) => `${pythonRepr(input)} is not a 'uuid'`,
  ),
);
const OLDEST_QUERY = { name: anyText, uuid: idText };
const BY_AGGREGATE = { ...OLDEST_QUERY, member_of: anyText };
const BY_RESOURCES = { ...BY_AGGREGATE, resources: anyText };
const IN_TREE = { ...BY_RESOURCES, in_tree: idText };

const LIST_QUERY: Versioned<QueryRule> = [
  [0, { fields: OLDEST_QUERY }],
  [3, { fields: BY_AGGREGATE }],
  [4, { fields: BY_RESOURCES }],
  [14, { fields: IN_TREE }],
  [18, { fields: { ...IN_TREE, required: anyText } }],
];

async function list(request: PlacementRequest<never>): Promise<Answer | Problem> {
  const { query, minor } = request;
  const aggregates = aggregateNeeds(query.getAll('member_of'), '', minor);
  if (!aggregates.ok) return aggregates.error;
  const traits = traitNeeds(query.getAll('required'), minor);
  if (!traits.ok) return traits.error;
  const asked = query.getAll('resources').at(-1);
  const resources = asked === undefined ? null : parseResources(asked);
  if (resources && !resources.ok) return resources.error;
  const amounts = resources?.value ?? {};
  const catalog = request.catalog();
  const unknownClass = Object.keys(amounts).find((name) => !catalog.hasClass(name));
  if (unknownClass !== undefined)
    return problem(400, `Invalid resource class in resources parameter: No such resource class ${unknownClass}.`);
  const { required, forbidden } = traits.value;
  const unknown = [...required.flat(), ...forbidden].filter((name) => !catalog.hasTrait(name));
  if (unknown.length > 0)
    return problem(400, `Invalid trait(s) in "required" parameter: No such trait(s): ${unknown.join(', ')}.`);
  // An empty name is none that is looked for.
  const one = (name: string): string | null => query.getAll(name).at(-1) || null;
  const found = await providersIn(catalog, {
    id: one('uuid')?.toLowerCase() ?? null,
    name: one('name'),
    inTree: one('in_tree')?.toLowerCase() ?? null,
    resources: amounts,
    ...traits.value,
    ...aggregates.value,
  });
  return {
    status: 200,
    body: { resource_providers: found.map((provider) => providerView(provider, request)) },
    modifiedMs: latest(found) ?? 'now',
  };
}

/** When the last of these was changed. */
const latest = (all: readonly { readonly updatedAtMs: number }[]): number | undefined =>
  all.length === 0 ? undefined : all.reduce((last, { updatedAtMs }) => Math.max(last, updatedAtMs), 0);

interface NewProvider {
  readonly name: string;
  readonly uuid?: string | undefined;
  readonly parent_provider_uuid?: string | null | undefined;
}

const parent: Schema<string | null | undefined> = v.optional(v.nullable(uuidField));
const uuid = v.optional(uuidField);

const CREATE: Versioned<Schema<NewProvider>> = [
  [0, fixed(object({ name: always(providerName), uuid: always(uuid) }))],
  [14, fixed(object({ name: always(providerName), uuid: always(uuid), parent_provider_uuid: always(parent) }))],
];

const UPDATE: Versioned<Schema<NewProvider>> = [
  [0, fixed(object({ name: always(providerName) }))],
  [14, fixed(object({ name: always(providerName), parent_provider_uuid: always(parent) }))],
];

const exists = (taken: string): Problem =>
  problem(409, `Conflicting resource provider ${taken} already exists.`, 'placement.duplicate_name');

export const providerRoutes = [
  route({
    method: 'GET',
    path: '/resource_providers',
    policy: 'placement:resource_providers:list',
    query: LIST_QUERY,
    handler: list,
  }),
  route({
    method: 'POST',
    path: '/resource_providers',
    policy: 'placement:resource_providers:create',
    body: CREATE,
    handler: async (request): Promise<Answer | Problem> => {
      const { name, uuid: id = request.newId(), parent_provider_uuid: parentId = null } = request.body;
      const outcome = await request.change({ type: 'createProvider', id, name, parentId });
      const telling: Telling = {
        ProviderExists: exists,
        ProviderRefused: (words) => problem(400, `Unable to create resource provider "${name}", ${id}: ${words}`),
      };
      if (!outcome.ok) return problemOf(outcome.error, telling);
      const provider = request.catalog().provider(id);
      const location = providerPath(id);
      if (request.minor < SINCE.providerInAnswer || !provider) return { status: 201, location };
      return { ...shown(provider, request), location };
    },
  }),
  route({
    method: 'GET',
    path: '/resource_providers/{uuid}',
    policy: 'placement:resource_providers:show',
    handler: (request) => {
      const provider = providerIn(request);
      return 'kind' in provider ? provider : shown(provider, request);
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_providers/{uuid}',
    policy: 'placement:resource_providers:update',
    first: providerFirst,
    body: UPDATE,
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: id } = request.params;
      const { name, parent_provider_uuid: parentId } = request.body;
      const mayMove = request.minor >= SINCE.reparenting;
      const outcome = await request.change({ type: 'updateProvider', id, name, parentId, mayMove });
      const telling: Telling = {
        ProviderExists: exists,
        ProviderRefused: (words) => problem(400, `Unable to save resource provider ${id}: ${words}`),
      };
      if (!outcome.ok) return problemOf(outcome.error, telling);
      const provider = providerIn(request);
      return 'kind' in provider ? provider : shown(provider, request);
    },
  }),
  route({
    method: 'DELETE',
    path: '/resource_providers/{uuid}',
    policy: 'placement:resource_providers:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: id } = request.params;
      const outcome = await request.change({ type: 'deleteProvider', id });
      const telling: Telling = {
        ProviderNotFound: () => problem(404, `No resource provider with uuid ${id} found for delete`),
      };
      return outcome.ok ? { status: 204 } : problemOf(outcome.error, telling);
    },
  }),
];
