import type { PlacementCatalog } from '../../actors/placement/client.ts';
import { runInner } from '../parameter.ts';
import { object } from '../shape.ts';
import { always } from '../stepped.ts';
import { type Answer, type Problem, problem } from './answer.ts';
import { problemOf, type Telling } from './errors.ts';
import { customName, fixed } from './fields.ts';
import { type PlacementRequest, route } from './route.ts';

/** From here on there are classes; up to the next, PUT renames one. */
const FIRST = 2;
const ENSURED = 7;

const NAMED = fixed(object({ name: always(customName) }));

const classPath = (name: string): string => `/resource_classes/${name}`;

const classView = (name: string, prefix: string): object => ({
  name,
  links: [{ rel: 'self', href: prefix + classPath(name) }],
});

const madeMs = (catalog: PlacementCatalog, name: string): number | 'now' => catalog.createdAtMs('class', name) ?? 'now';

const shown = (name: string, { prefix }: PlacementRequest<never>): Answer => ({
  status: 200,
  body: classView(name, prefix),
});

export const classRoutes = [
  route({
    method: 'GET',
    path: '/resource_classes',
    from: FIRST,
    policy: 'placement:resource_classes:list',
    handler: (request) => ({
      status: 200,
      body: {
        resource_classes: request
          .catalog()
          .classes()
          .map((name) => classView(name, request.prefix)),
      },
      modifiedMs: 'now',
    }),
  }),
  route({
    method: 'POST',
    path: '/resource_classes',
    from: FIRST,
    policy: 'placement:resource_classes:create',
    body: [[FIRST, NAMED]],
    handler: async (request): Promise<Answer | Problem> => {
      const { name } = request.body;
      const outcome = await request.change({ type: 'createClass', name });
      return outcome.ok ? { status: 201, location: classPath(name) } : problemOf(outcome.error);
    },
  }),
  route({
    method: 'GET',
    path: '/resource_classes/{name}',
    from: FIRST,
    policy: 'placement:resource_classes:show',
    handler: (request) => {
      const { name } = request.params;
      const catalog = request.catalog();
      if (!catalog.hasClass(name)) return problemOf({ code: 'ClassNotFound', name });
      return { ...shown(name, request), modifiedMs: madeMs(catalog, name) };
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_classes/{name}',
    from: FIRST,
    until: ENSURED - 1,
    policy: 'placement:resource_classes:update',
    body: [[FIRST, NAMED]],
    handler: async (request): Promise<Answer | Problem> => {
      const { name: newName } = request.body;
      const outcome = await request.change({ type: 'renameClass', name: request.params.name, newName });
      const telling: Telling = {
        ClassExists: (_, { name }) => problem(409, `Resource class already exists: ${name}`),
        ClassInUse: (_, { name }) => problem(409, `Cannot rename resource class ${name}: it is in use in inventory.`),
      };
      return outcome.ok ? shown(newName, request) : problemOf(outcome.error, telling);
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_classes/{name}',
    from: ENSURED,
    policy: 'placement:resource_classes:update',
    handler: async (request): Promise<Answer | Problem> => {
      const { name } = request.params;
      const valid = runInner(customName, name, 'strict');
      if (!valid.ok) return problem(400, `JSON does not validate: ${valid.issue.message}`);
      const outcome = await request.change({ type: 'ensureClass', name });
      if (!outcome.ok) return problemOf(outcome.error);
      return { status: outcome.value.created ? 201 : 204, location: classPath(name) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/resource_classes/{name}',
    from: FIRST,
    policy: 'placement:resource_classes:delete',
    handler: async (request): Promise<Answer | Problem> => {
      const outcome = await request.change({ type: 'deleteClass', name: request.params.name });
      const telling: Telling = {
        ClassStandard: (_, { name }) =>
          problem(400, `Error in delete resource class: Cannot delete standard resource class ${name}.`),
        ClassInUse: (words) => problem(409, `Error in delete resource class: ${words}`),
      };
      return outcome.ok ? { status: 204 } : problemOf(outcome.error, telling);
    },
  }),
];
