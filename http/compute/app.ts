import { Hono } from 'hono';
import type { RequestBindings } from '../middleware/route-name.ts';
import { type ComputeAppOptions, Dispatcher } from './dispatcher.ts';

export type { ComputeAppOptions } from './dispatcher.ts';

/** A Hono app that runs on Node's server, where it reads headers straight from the request, or without one in tests. */
export type ComputeApp = Hono<{ Bindings: RequestBindings }>;

/**
 * The Compute API as a Hono app that takes everything under `mount`; put it on a listener of its own (`mount: ''`) or
 * beside other services with `root.route('/', app)`. Throws when two routes claim the same operation at one microversion.
 */
export const computeApp = <Services>(options: ComputeAppOptions<Services>): ComputeApp => {
  const dispatcher = new Dispatcher(options);
  const app: ComputeApp = new Hono();
  app.all(`${options.mount}/*`, (c) => dispatcher.serve(c.req.raw, c.env));
  return app;
};
