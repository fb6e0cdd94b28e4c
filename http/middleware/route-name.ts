import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Flight } from './flight.ts';

/** What a request brings besides itself: Node's own view of it, and what the front end knows of it. Absent in tests without a server. */
export interface RequestBindings {
  readonly incoming?: HttpBindings['incoming'] | undefined;
  readonly outgoing?: HttpBindings['outgoing'] | undefined;
  readonly flight?: Flight | undefined;
}

/** Middleware that tells the front end which route of a Hono app a request takes: the template, never the path. */
export const nameRoute: MiddlewareHandler<{ Bindings: RequestBindings }> = (c, next) => {
  const flight = c.env?.flight;
  const template = matchedRoutes(c)[c.req.routeIndex + 1]?.path;
  // What only a service's last resort answers has no route.
  if (flight && template !== undefined && !template.endsWith('*')) flight.route = template;
  return next();
};
