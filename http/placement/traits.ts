import type { PlacementCatalog, Provider } from '../../actors/placement/client.ts';
import { list, text } from '../parameter.ts';
import { object } from '../shape.ts';
import { always } from '../stepped.ts';
import { generationMoved } from './aggregates.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { problemOf, type Telling } from './errors.ts';
import { CUSTOM_NAME, fixed, generation } from './fields.ts';
import { SINCE } from './microversion.ts';
import { providerIn } from './providers.ts';
import { type PlacementRequest, route } from './route.ts';

const NAME_LENGTH_MAX = 255;
const customName = new RegExp(CUSTOM_NAME, 'u');

const SET = fixed(
  object({
    traits: always(list(text({ minLength: 1, maxLength: NAME_LENGTH_MAX }))),
    resource_provider_generation: always(generation),
  }),
);

const shown = ({ traits, generation: counted, updatedAtMs }: Provider): Answer => ({
  status: 200,
  body: { traits, resource_provider_generation: counted },
  modifiedMs: traits.length === 0 ? 'now' : updatedAtMs,
});

const traitPath = (name: string): string => `/traits/${name}`;

/** When a trait was made, for the header; of a standard one it is not known. */
const madeMs = (catalog: PlacementCatalog, name: string): number | 'now' => catalog.createdAtMs('trait', name) ?? 'now';

/** The traits that `name` asks for: `in:A,B` or `startswith:PREFIX`; another word before the colon asks for all. */
function named(all: readonly string[], name: string | undefined): readonly string[] | Problem {
  if (name === undefined) return all;
  const at = name.indexOf(':');
  if (at < 0)
    return problem(
      400,
      `Badly formatted name parameter. Expected name query string parameter in form: ?name=[in|startswith]:[name1,name2|prefix]. Got: "${name}"`,
    );
  const value = name.slice(at + 1);
  switch (name.slice(0, at)) {
    case 'in': {
      const names = new Set(value.split(','));
      return all.filter((trait) => names.has(trait));
    }
    case 'startswith':
      return all.filter((trait) => trait.startsWith(value));
    default:
      return all;
  }
}

function associated(catalog: PlacementCatalog): ReadonlySet<string> {
  const traits = new Set<string>();
  for (const provider of catalog.providers()) for (const trait of provider.traits) traits.add(trait);
  return traits;
}

function listed(request: PlacementRequest<never>): Answer | Problem {
  const catalog = request.catalog();
  const traits = named(catalog.traits(), request.query.getAll('name').at(-1));
  if ('kind' in traits) return traits;
  const asked = request.query.getAll('associated').at(-1)?.toLowerCase();
  if (asked === undefined) return { status: 200, body: { traits }, modifiedMs: 'now' };
  if (asked !== 'true' && asked !== 'false')
    return problem(400, 'The query parameter "associated" only accepts "true" or "false"');
  const used = associated(catalog);
  const wanted = traits.filter((trait) => used.has(trait) === (asked === 'true'));
  return { status: 200, body: { traits: wanted }, modifiedMs: 'now' };
}

const OF_PROVIDER = '/resource_providers/{uuid}/traits';

export const traitRoutes = [
  route({
    method: 'GET',
    path: '/traits',
    from: SINCE.traits,
    policy: 'placement:traits:list',
    query: [[SINCE.traits, { fields: { name: text(), associated: text() } }]],
    handler: listed,
  }),
  route({
    method: 'GET',
    path: '/traits/{name}',
    from: SINCE.traits,
    // It has no body.
    ignoresAccept: true,
    policy: 'placement:traits:show',
    handler: (request) => {
      const { name } = request.params;
      const catalog = request.catalog();
      if (!catalog.hasTrait(name)) return problemOf({ code: 'TraitsNotFound', names: [name] });
      return { status: 204, modifiedMs: madeMs(catalog, name) };
    },
  }),
  route({
    method: 'PUT',
    path: '/traits/{name}',
    from: SINCE.traits,
    policy: 'placement:traits:update',
    handler: async (request): Promise<Answer | Problem> => {
      const { name } = request.params;
      if (name.length > NAME_LENGTH_MAX || !customName.test(name))
        return problem(
          400,
          'The trait is invalid. A valid trait must be no longer than 255 characters, start with the prefix "CUSTOM_" and use following characters: "A"-"Z", "0"-"9" and "_"',
        );
      const outcome = await request.change({ type: 'ensureTrait', name });
      if (!outcome.ok) return problemOf(outcome.error);
      const status = outcome.value.created ? 201 : 204;
      return { status, location: traitPath(name), modifiedMs: madeMs(request.catalog(), name) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/traits/{name}',
    from: SINCE.traits,
    policy: 'placement:traits:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const outcome = await request.change({ type: 'deleteTrait', name: request.params.name });
      return outcome.ok ? { status: 204 } : problemOf(outcome.error);
    },
  }),
  route({
    method: 'GET',
    path: OF_PROVIDER,
    from: SINCE.traits,
    policy: 'placement:resource_providers:traits:list',
    handler: (request) => {
      const provider = providerIn(request);
      return 'kind' in provider ? provider : shown(provider);
    },
  }),
  route({
    method: 'PUT',
    path: OF_PROVIDER,
    from: SINCE.traits,
    policy: 'placement:resource_providers:traits:update',
    body: [[SINCE.traits, SET]],
    handler: async (request): Promise<Answer | Problem> => {
      const { uuid: providerId } = request.params;
      const { traits, resource_provider_generation: given } = request.body;
      const outcome = await request.change({ type: 'setTraits', providerId, generation: given, traits });
      const telling: Telling = {
        ...generationMoved,
        TraitsNotFound: (_, { names }) => problem(400, `No such trait ${names.join(', ')}`),
      };
      if (!outcome.ok) return problemOf(outcome.error, telling);
      const provider = providerIn(request);
      return 'kind' in provider ? provider : shown(provider);
    },
  }),
  route({
    method: 'DELETE',
    path: OF_PROVIDER,
    from: SINCE.traits,
    policy: 'placement:resource_providers:traits:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const outcome = await request.change({ type: 'deleteTraits', providerId: request.params.uuid });
      return outcome.ok ? { status: 204 } : problemOf(outcome.error);
    },
  }),
];
