import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { valueAt } from './json.ts';

/** An answer: its status and parsed body (null when empty). */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A logged-in client that speaks HTTP itself. Throws what `fetch` throws when there is no answer. */
export interface Api {
  request(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
  /** Puts bytes to a path. */
  upload(path: string, bytes: Uint8Array): Promise<Answer>;
}

/** The administrator's password, as the state directory's clouds.yaml holds it. */
const passwordOf = (stateDir: string): string =>
  String(valueAt(parse(readFileSync(join(stateDir, 'clouds.yaml'), 'utf8')), 'clouds', 'novella', 'auth', 'password'));

/** Logs in as the administrator, for the project `admin`. Paths begin with a service's prefix, such as `/compute/v2.1`. */
export async function connectApi(url: string, stateDir: string, microversion = '2.96'): Promise<Api> {
  const user = { name: 'admin', domain: { id: 'default' }, password: passwordOf(stateDir) };
  const login = await fetch(`${url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { name: 'admin', domain: { id: 'default' } } },
      },
    }),
  });
  const token = login.headers.get('x-subject-token');
  if (token === null) throw new Error(`The login was answered with ${login.status}: ${await login.text()}`);
  const headers = {
    'x-auth-token': token,
    'openstack-api-version': `compute ${microversion}`,
  };
  const send = async (
    method: string,
    path: string,
    type: string,
    body: string | Uint8Array | null,
  ): Promise<Answer> => {
    const allHeaders = { ...headers, 'content-type': type };
    const signal = AbortSignal.timeout(30_000);
    const response = await fetch(url + path, { method, headers: allHeaders, body, signal });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    request: (method, path, body) =>
      send(method, path, 'application/json', body === undefined ? null : JSON.stringify(body)),
    upload: (path, bytes) => send('PUT', path, 'application/octet-stream', bytes),
  };
}
