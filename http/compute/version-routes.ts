import { refuseWith, reply } from '../reply.ts';
import { routesFor } from '../route.ts';
import { query } from '../shape.ts';
import { editionOfId, versionDocument } from './discovery.ts';

const route = routesFor<unknown>();

/** The document of a version as a resource inside the API. Nova: GET /versions/{id}. */
export const versionRoutes = [
  route({
    method: 'GET',
    path: '/versions/{id}',
    policy: null,
    query: query({}, { unknown: 'drop' }),
    success: 200,
    handler: (request) => {
      const edition = editionOfId(request.params.id);
      return edition === undefined ? refuseWith(404) : reply(versionDocument(request.endpoint, edition));
    },
  }),
];
