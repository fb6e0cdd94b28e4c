import { Hono } from 'hono';
import type { RequestBindings } from '../middleware/route-name.ts';
import { type ComputeAppOptions, Dispatcher } from './dispatcher.ts';

export type { ComputeAppOptions } from './dispatcher.ts';

/** A Hono app that runs on Node's server, where it reads headers straight from the request, or without one in tests. */
export type ComputeApp = Hono<{ Bindings: RequestBindings }>;

/** The Compute API in two forms. */
export interface ComputeService {
  /** For a listener of its own, or beside other services with `root.route('/', app)`. */
  readonly app: ComputeApp;
  /** The same without the app around it, which routes nothing here: for requests below `mount` of any method but HEAD. */
  readonly serve: (request: Request, env: RequestBindings | undefined) => Response | Promise<Response>;
}

/** The Compute API below `mount`. Throws when two routes claim the same operation at one microversion. */
export const computeService = <Services>(options: ComputeAppOptions<Services>): ComputeService => {
  const dispatcher = new Dispatcher(options);
  const app: ComputeApp = new Hono();
  app.all(`${options.mount}/*`, (c) => dispatcher.serve(c.req.raw, c.env));
  return { app, serve: (request, env) => dispatcher.serve(request, env) };
};

/**
 * The Compute API as a Hono app that takes everything under `mount`; put it on a listener of its own (`mount: ''`) or
 * beside other services with `root.route('/', app)`. Throws when two routes claim the same operation at one microversion.
 */
export const computeApp = <Services>(options: ComputeAppOptions<Services>): ComputeApp => computeService(options).app;
