import { refuseWith, reply } from '../../reply.ts';
import type { Edition } from '../../request.ts';
import { routesFor } from '../../route.ts';
import { noQuery } from '../no-query.ts';
import type { ComputeServices } from '../services.ts';
import { EXTENSIONS, type Extension, LEGACY_EXTENSIONS } from './list.ts';

const route = routesFor<ComputeServices>();

/** What Nova says of all of them since they are no extensions any more. */
const REST = {
  links: [],
  namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
  updated: '2014-12-03T00:00:00Z',
} as const;

const extensionView = ({ alias, name, description }: Extension): object => ({ alias, name, description, ...REST });

const extensionsOf = (edition: Edition): readonly Extension[] =>
  edition === 'v2' ? [...EXTENSIONS, ...LEGACY_EXTENSIONS].sort((a, b) => (a.alias < b.alias ? -1 : 1)) : EXTENSIONS;

/** Parts of the API that were extensions before microversions. */
export const extensionRoutes = [
  route({
    method: 'GET',
    path: '/extensions',
    policy: { rule: 'os_compute_api:extensions', target: 'none' },
    query: noQuery,
    success: 200,
    handler: ({ edition }) => reply({ extensions: extensionsOf(edition).map(extensionView) }),
  }),
  route({
    method: 'GET',
    path: '/extensions/{id}',
    policy: { rule: 'os_compute_api:extensions', target: 'none' },
    query: noQuery,
    success: 200,
    handler: ({ params, edition }) => {
      const found = extensionsOf(edition).find(({ alias }) => alias === params.id);
      return found === undefined ? refuseWith(404) : reply({ extension: extensionView(found) });
    },
  }),
];
