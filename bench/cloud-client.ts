import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ConnectionPool } from './http-connection.ts';

/** A client of the Compute API that costs little itself, so that the server is measured. */
export interface CloudClient {
  readonly token: string;
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  post(path: string, body: object): Promise<{ readonly status: number; readonly body: string }>;
  delete(path: string): Promise<number>;
  /** The list of the image service. */
  images(): Promise<{ readonly body: string }>;
  close(): void;
}

const COMPUTE = '/compute/v2.1';

/** The value at a path of names in parsed JSON, as text. */
export function textAt(json: string, ...path: readonly (string | number)[]): string {
  let value: unknown = JSON.parse(json);
  for (const name of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  return String(value);
}

/**
 * The text of the first field of a name in JSON as the server writes it, without spaces. Nothing is parsed: the client
 * runs on the same two cores as the server that is measured. Throws when there is no such field.
 */
export function firstText(json: string, name: string): string {
  const mark = `"${name}":"`;
  const from = json.indexOf(mark) + mark.length;
  const to = json.indexOf('"', from);
  if (from < mark.length || to < 0) throw new Error(`There is no ${name} in ${json}`);
  return json.slice(from, to);
}

/** Logs in as the administrator of a state directory. */
export async function connectCloud(url: string, stateDir: string, connections: number): Promise<CloudClient> {
  const clouds: unknown = parse(readFileSync(join(stateDir, 'clouds.yaml'), 'utf8'));
  const password = textAt(JSON.stringify(clouds), 'clouds', 'novella', 'auth', 'password');
  const pool = new ConnectionPool(url, connections);
  const user = { name: 'admin', domain: { id: 'default' }, password };
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: 'admin', domain: { id: 'default' } } },
  };
  const json = 'content-type: application/json\r\n';
  const login = await pool.send('POST', '/identity/v3/auth/tokens', json, JSON.stringify({ auth }));
  const token = /\r\nx-subject-token: *(\S+)/i.exec(login.head)?.[1];
  if (token === undefined) throw new Error(`login: ${login.status} ${login.body}`);
  const headers = `x-auth-token: ${token}\r\nopenstack-api-version: compute 2.96\r\n${json}`;
  return {
    token,
    get: (path) => pool.send('GET', COMPUTE + path, headers, ''),
    post: (path, body) => pool.send('POST', COMPUTE + path, headers, JSON.stringify(body)),
    delete: async (path) => (await pool.send('DELETE', COMPUTE + path, headers, '')).status,
    images: () => pool.send('GET', '/image/v2/images', headers, ''),
    close: () => pool.close(),
  };
}
