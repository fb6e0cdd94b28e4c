import assert from 'node:assert/strict';
import type { Hono } from 'hono';
import type { Caller } from '../../../drivers/identity.ts';
import { createNetworkApp } from '../../../http/network/app.ts';
import { type NetworkService, startNetworkService } from '../../actors/network/network-service.ts';

/** What an answer says. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** What stands at a path of the body. */
  at(...path: readonly (string | number)[]): unknown;
  /** The same, which must be a text. */
  text(...path: readonly (string | number)[]): string;
  /** One field of each item of a list. */
  each(list: string, field: string): readonly unknown[];
}

/** The network API over a service in memory. Tokens: `admin`, and `p1`, `p2`, `reader` (of p1) for members of projects. */
export interface NetworkApi {
  readonly app: Hono;
  readonly service: NetworkService;
  readonly crashes: unknown[];
  call(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
}

const CALLERS: Readonly<Record<string, { readonly projectId: string | null; readonly roles: readonly string[] }>> = {
  admin: { projectId: 'admin', roles: ['admin', 'manager', 'member', 'reader'] },
  p1: { projectId: 'p1', roles: ['member', 'reader'] },
  p2: { projectId: 'p2', roles: ['member', 'reader'] },
  reader: { projectId: 'p1', roles: ['reader'] },
  unscoped: { projectId: null, roles: [] },
};

function callerOf(token: string): Caller | null {
  if (!Object.hasOwn(CALLERS, token)) return null;
  const { projectId = null, roles = [] } = CALLERS[token] ?? {};
  return {
    userId: token,
    userName: token,
    projectId,
    projectName: projectId,
    domainId: null,
    roles,
    isAdmin: roles.includes('admin'),
    systemScope: null,
  };
}

const step = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === String(key))?.[1]
    : undefined;

/** Makes what an app answered easy to look at. */
async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  const at = (...path: readonly (string | number)[]): unknown => path.reduce<unknown>(step, body);
  return {
    status: response.status,
    headers: response.headers,
    body,
    at,
    text(...path) {
      const value = at(...path);
      assert(typeof value === 'string', `${path.join('.')} in ${text}`);
      return value;
    },
    each(list, field) {
      const items = at(list);
      assert(Array.isArray(items), `${list} in ${text}`);
      return items.map((item) => step(item, field));
    },
  };
}

/** `routed`: as over hosts whose driver realises routers. */
export function networkApi(routed = false): NetworkApi {
  const service = startNetworkService();
  const crashes: unknown[] = [];
  const app = createNetworkApp({
    system: service.system,
    reader: service.store,
    identity: { authenticate: callerOf },
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
