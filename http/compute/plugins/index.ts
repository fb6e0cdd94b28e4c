// What API plug-ins are written with: the package's export `novella/plugin`. See docs/api-plugins.md.
import { routesFor } from '../../route.ts';
import type { ComputeServices } from '../services.ts';

export { choice, integer, list, map, oneOf, text } from '../../parameter.ts';
export { emptyReply, refuse, refuseWith, reply } from '../../reply.ts';
export { object, query, shape, single } from '../../shape.ts';
export { always, between, since, stepped, until } from '../../stepped.ts';
export { findServer, serverById } from '../servers/lookup.ts';
export type { ApiPlugin, ResponseField } from './plugin.ts';

/** Makes a route of a plug-in. */
export const route = routesFor<ComputeServices>();
