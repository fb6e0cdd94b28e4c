import assert from 'node:assert/strict';
import type { Hono } from 'hono';
import { ensureIdentityDefaults } from '../../../actors/identity/client.ts';
import { identityKind } from '../../../actors/identity/index.ts';
import { createIdentityApp } from '../../../http/identity/app.ts';
import { createPasswords, type Passwords } from '../../../http/identity/passwords.ts';
import { createIdentityTokens, type IdentityTokenService } from '../../../http/identity/tokens.ts';
import { type ActorSystem, realClock } from '../../../runtime/index.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { oneShard } from '../../actors/one-shard.ts';
import { type Answer, answerOf } from '../answer.ts';

const ADMIN_PASSWORD = 'correct-horse-battery';
const BASE = 'http://cloud.test';

/** An identity service in memory, with a clock that a test can set. Hashes are cheap: 2^4 instead of 2^15. */
export interface IdentityForTest {
  readonly app: Hono;
  readonly system: ActorSystem;
  readonly store: MemoryStore;
  readonly tokens: IdentityTokenService;
  readonly passwords: Passwords;
  /** Milliseconds that the service's clock is ahead of the machine's. */
  readonly clock: { aheadMs: number };
}

/** Starts a system with the identity actor alone, over a store. */
export function identitySystem(store: MemoryStore): ActorSystem {
  return oneShard([identityKind], store).system;
}

/** `monotonic`: the clock by which logins wait, in milliseconds. */
export async function identityForTest(monotonic = () => performance.now()): Promise<IdentityForTest> {
  const store = new MemoryStore(realClock);
  const system = identitySystem(store);
  const clock = { aheadMs: 0 };
  const shifted = { now: () => Date.now() + clock.aheadMs, monotonic: () => monotonic() + clock.aheadMs };
  const passwords = createPasswords({ costLog2: 4 });
  const tokens = createIdentityTokens({ reader: store, key: new Uint8Array(32).fill(7), clock: shifted });
  const app = createIdentityApp({ system, reader: store, tokens, clock: shifted, passwords });
  const hash = await passwords.hash(ADMIN_PASSWORD);
  assert(hash.ok);
  const made = await ensureIdentityDefaults(system, { adminPasswordHash: hash.value, resetAdmin: false });
  assert(made.ok);
  return { app, system, store, tokens, passwords, clock };
}

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the app as a client does. Paths are below /identity/v3, unless they begin with /identity. */
export async function call(
  app: Hono,
  method: string,
  path: string,
  { token, body, headers }: Call = {},
): Promise<Answer> {
  const response = await app.request(`${BASE}${path.startsWith('/identity') ? path : `/identity/v3${path}`}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { 'X-Auth-Token': token }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return answerOf(response);
}

export interface LoginWanted {
  readonly user?: string;
  readonly password?: string;
  /** Absent: the project admin; null: no scope at all. */
  readonly scope?: unknown;
}

/** The body of a login with a password, in the domain Default. */
export function passwordLogin({ user = 'admin', password = ADMIN_PASSWORD, scope }: LoginWanted): object {
  const domain = { name: 'Default' };
  const wanted = scope === undefined ? { project: { name: 'admin', domain } } : scope;
  const identity = { methods: ['password'], password: { user: { name: user, domain, password } } };
  return { auth: { identity, ...(wanted === null ? {} : { scope: wanted }) } };
}

export const logIn = (app: Hono, wanted: LoginWanted = {}): Promise<Answer> =>
  call(app, 'POST', '/auth/tokens', { body: passwordLogin(wanted) });

/** A token of a login that must succeed. */
export async function tokenOf(app: Hono, wanted: LoginWanted = {}): Promise<string> {
  const answer = await logIn(app, wanted);
  assert.equal(answer.status, 201);
  return answer.headers.get('X-Subject-Token') ?? '';
}

/** A new user with the role member on the project demo. */
export async function makeMember(
  { app }: IdentityForTest,
  admin: string,
  name = 'mia',
): Promise<{ readonly id: string; readonly projectId: string; readonly roleId: string; readonly password: string }> {
  const password = `${name}-has-a-password`;
  const user = await call(app, 'POST', '/users', { token: admin, body: { user: { name, password } } });
  const project = await call(app, 'GET', '/projects?name=demo', { token: admin });
  const role = await call(app, 'GET', '/roles?name=member', { token: admin });
  const [id, projectId, roleId] = [
    user.text('user', 'id'),
    project.text('projects', 0, 'id'),
    role.text('roles', 0, 'id'),
  ];
  const granted = await call(app, 'PUT', `/projects/${projectId}/users/${id}/roles/${roleId}`, { token: admin });
  assert.equal(granted.status, 204);
  return { id, projectId, roleId, password };
}

export const DEMO = { project: { name: 'demo', domain: { id: 'default' } } };
