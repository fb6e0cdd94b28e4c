import { Hono } from 'hono';
import type { RequestBindings } from '../middleware/route-name.ts';
import { type MetricsAccess, metricsRefusal } from './access.ts';
import { EXPOSITION_TYPE, expositionOf, type Family } from './exposition.ts';

/** What the metrics' app is made of. */
export interface MetricsAppOptions {
  readonly access: Exclude<MetricsAccess, 'auto'>;
  /** The bearer token for the access `token`; null otherwise. */
  readonly token: string | null;
  /** Collects all metrics. Must not take longer than its time limits of its own. */
  readonly collect: () => Promise<readonly Family[]>;
}

/** Paths of the app. They are let in also when the service is overloaded. */
export const METRICS_PATH = '/metrics';
export const HEALTH_PATH = '/healthcheck';

/** `/metrics` for Prometheus, and `/healthcheck` as oslo.middleware has it: `OK` to everybody as long as the front end answers. */
export function metricsApp({ access, token, collect }: MetricsAppOptions): Hono<{ Bindings: RequestBindings }> {
  const app = new Hono<{ Bindings: RequestBindings }>();
  let collecting: Promise<string> | null = null;
  /** Scrapes at the same time share one collection, so that many cost what one does. */
  const collected = (): Promise<string> => {
    collecting ??= collect()
      .then(expositionOf)
      .finally(() => {
        collecting = null;
      });
    return collecting;
  };
  app.get(METRICS_PATH, async (c) => {
    const peerAddress = c.env?.incoming?.socket.remoteAddress;
    const refusal = metricsRefusal({ peerAddress, header: (name) => c.req.header(name) }, access, token);
    if (refusal) {
      if (refusal.status === 401) c.header('WWW-Authenticate', 'Bearer realm="metrics"');
      return c.text(`${refusal.reason}\n`, refusal.status);
    }
    return c.body(await collected(), 200, { 'Content-Type': EXPOSITION_TYPE, 'Cache-Control': 'no-store' });
  });
  app.get(HEALTH_PATH, (c) => {
    c.header('Cache-Control', 'no-store');
    return c.text('OK\n');
  });
  return app;
}
