import { Hono } from 'hono';
import type { Logger } from 'pino';
import { askIdempotency } from '../actors/idempotency/client.ts';
import type { ImageStore } from '../drivers/images.ts';
import { computeService } from '../http/compute/app.ts';
import type { ComputeServices, ConsoleOutput } from '../http/compute/services.ts';
import { createIdentityApp } from '../http/identity/app.ts';
import type { Passwords } from '../http/identity/passwords.ts';
import type { IdentityTokenService } from '../http/identity/tokens.ts';
import { createImageApp } from '../http/image/app.ts';
import type { HttpObserver } from '../http/middleware/access-log.ts';
import type { Serve } from '../http/middleware/door.ts';
import { RateLimiter } from '../http/middleware/rate-limit.ts';
import { nameRoute, type RequestBindings } from '../http/middleware/route-name.ts';
import { createNetworkApp } from '../http/network/app.ts';
import { createPlacementApp } from '../http/placement/app.ts';
import type { AnyRule } from '../http/policies.ts';
import type { PolicyEngine } from '../http/policy.ts';
import type { Route } from '../http/route.ts';
import { createVolumeApp } from '../http/volume/app.ts';
import { realClock } from '../runtime/clock.ts';
import { realRandom } from '../runtime/random.ts';
import type { Reader } from '../runtime/store.ts';
import type { ActorSystem } from '../runtime/system.ts';
import { computeServices } from './compute-services.ts';
import type { OperatorSide } from './operator-side.ts';
import type { Settings } from './settings.ts';

/** What the front end is made of. */
export interface FrontOptions {
  readonly settings: Settings;
  readonly system: ActorSystem;
  readonly reader: Reader;
  readonly tokens: IdentityTokenService;
  readonly imageStore: ImageStore;
  readonly passwords: Passwords;
  readonly policies: PolicyEngine<AnyRule>;
  /** An image's bytes may have become unused. */
  readonly contentFreed: () => void;
  readonly consoleOutput: ConsoleOutput;
  /** Cells whose rows cannot be read at the moment. */
  readonly downCells: () => ReadonlySet<string>;
  /** The Compute API, with what plug-ins add. */
  readonly routes: readonly Route<ComputeServices>[];
  readonly log: Logger;
  /** Whether there can be routers and floating IPs. */
  readonly routed: boolean;
  /** Metrics and admission. Without it (tests) there are none. */
  readonly operatorSide?: OperatorSide;
}

/** Puts the services' apps together on one listener, each below its prefix. */
export function createFront(options: FrontOptions): Serve {
  const { settings, system, reader, tokens, policies, log } = options;
  const publicEndpoint = settings.publicEndpoint?.replace(/\/+$/, '') ?? null;
  /** Where a service is, for itself and for clients. */
  const endpointAt = (mount: string) => ({
    mount,
    publicEndpoint: publicEndpoint && `${publicEndpoint}${mount}`,
    trustForwarded: false,
  });
  const services = computeServices(settings, options);
  const observer = observe(log);
  const crashed = (error: unknown, requestId: string): void => observer.crashed?.(error, requestId);
  const root = new Hono<{ Bindings: RequestBindings }>();
  // The Compute API says itself which route it takes: a middleware would cost it its synchronous way.
  for (const service of ['/identity/*', '/image/*', '/network/*', '/volume/*', '/placement/*'])
    root.use(service, nameRoute);
  const compute = computeService({
    ...endpointAt('/compute'),
    routes: options.routes,
    services,
    identity: tokens,
    policies,
    identityUri: `${publicEndpoint ?? ''}/identity`,
    observer,
    clock: realClock,
    rateLimiter: new RateLimiter(settings.rateLimit, realClock),
    idempotency: (projectId, message) => askIdempotency(system, projectId, message),
  });
  root.route('/', compute.app);
  root.route(
    '/',
    createIdentityApp({
      system,
      reader,
      tokens,
      passwords: options.passwords,
      clock: realClock,
      crashed,
      endpoint: endpointAt(''),
    }),
  );
  const notice = (reason: string): void => log.error({ reason }, 'the image store failed');
  root.route(
    '/',
    createImageApp({
      system,
      reader,
      identity: tokens,
      store: options.imageStore,
      contentFreed: options.contentFreed,
      notice,
      crashed,
      endpoint: endpointAt('/image'),
    }),
  );
  root.route('/', createNetworkApp({ system, reader, identity: tokens, crashed, routed: options.routed }));
  root.route(
    '/',
    createVolumeApp({
      system,
      reader,
      images: services.images,
      random: realRandom,
      clock: realClock,
      identity: tokens,
      crashed,
      endpoint: endpointAt('/volume'),
    }),
  );
  root.route(
    '/',
    createPlacementApp({
      system,
      reader,
      identity: tokens,
      policies,
      clock: realClock,
      random: realRandom,
      crashed,
      endpoint: endpointAt('/placement'),
    }),
  );
  const names = ['compute', 'identity', 'image', 'network', 'placement', 'volume'];
  root.get('/', (c) => c.json({ name: 'novella', services: names }));
  if (options.operatorSide) root.route('/', options.operatorSide.app);
  // The services' routes together make one large pattern, which most requests have no need of. Of HEAD Hono makes a GET.
  const serve: Serve = (request, env) =>
    isCompute(request.url) && request.method !== 'HEAD' ? compute.serve(request, env) : root.fetch(request, env);
  return options.operatorSide?.door(serve) ?? serve;
}

/** Whether an absolute URL is one of the Compute API. */
function isCompute(url: string): boolean {
  return url.startsWith('/compute/', url.indexOf('/', url.indexOf('://') + 3));
}

/** Changes are told at `info`, reads at `debug`: an idle dashboard would fill the log otherwise. */
function observe(log: Logger): HttpObserver {
  const levelOf = (method: string, status: number): 'debug' | 'info' | 'error' => {
    if (status >= 500) return 'error';
    return method === 'GET' || method === 'HEAD' ? 'debug' : 'info';
  };
  return {
    wants: (method, status) => log.isLevelEnabled(levelOf(method, status)),
    finished(entry) {
      const level = levelOf(entry.method, entry.status);
      log[level](entry, level === 'error' ? 'request failed' : 'request');
    },
    crashed(error, requestId) {
      log.error({ err: error, requestId }, 'request met a bug');
    },
  };
}
