import { refuseWith } from '../../reply.ts';
import { routesFor } from '../../route.ts';
import { query } from '../../shape.ts';
import { stepped } from '../../stepped.ts';
import type { ComputeServices } from '../services.ts';

const route = routesFor<ComputeServices>();

/** Query of GET /os-console-auth-tokens/{token}. */
export const showToken = query({}, { unknown: stepped('drop', ['2.99', 'refuse']) });

/** Where the console of a token is. No console gives out tokens yet, so there are none. */
export const consoleAuthTokenRoutes = [
  route({
    method: 'GET',
    path: '/os-console-auth-tokens/{id}',
    policy: { rule: 'os_compute_api:os-console-auth-tokens', target: 'own' },
    query: showToken,
    success: 200,
    handler: () => refuseWith(404, 'Token not found'),
  }),
];
