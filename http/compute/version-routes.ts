import { refuseWith, reply } from '../reply.ts';
import { routesFor } from '../route.ts';
import { query } from '../shape.ts';
import { versionDocument } from './discovery.ts';

const route = routesFor<unknown>();

/** The document of a version as a resource inside the API. Nova: GET /versions/{id}. */
export const versionRoutes = [
  route({
    method: 'GET',
    path: '/versions/{id}',
    policy: null,
    query: query({}, { unknown: 'drop' }),
    success: 200,
    handler: (request) => (request.params.id === 'v2.1' ? reply(versionDocument(request.endpoint)) : refuseWith(404)),
  }),
];
