import type { Hono } from 'hono';
import { createNetworkApp } from '../../../http/network/app.ts';
import { type NetworkService, startNetworkService } from '../../actors/network/network-service.ts';
import { type Answer, answerOf } from '../answer.ts';
import { HOLDERS, tokensOf } from '../callers.ts';

/** The network API over a service in memory. Tokens: `admin`, and `p1`, `p2`, `reader` (of p1) for members of projects. */
export interface NetworkApi {
  readonly app: Hono;
  readonly service: NetworkService;
  readonly crashes: unknown[];
  call(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
}

const identity = tokensOf({ ...HOLDERS, unscoped: { projectId: null, roles: [] } });

/** `routed`: as over hosts whose driver realises routers. */
export function networkApi(routed = false): NetworkApi {
  const service = startNetworkService();
  const crashes: unknown[] = [];
  const app = createNetworkApp({
    system: service.system,
    reader: service.store,
    identity,
    crashed: (error) => crashes.push(error),
    routed,
  });
  return {
    app,
    service,
    crashes,
    async call(token, method, path, body) {
      const init: RequestInit = { method, headers: { 'x-auth-token': token, 'content-type': 'application/json' } };
      if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
      return answerOf(await app.request(`http://127.0.0.1${path}`, init));
    },
  };
}
