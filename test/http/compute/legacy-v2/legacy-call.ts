import type { Answered, TestCloud } from '../cloud.ts';

/** What a test says of a request to legacy v2. */
interface LegacyOptions {
  readonly as?: 'member' | 'admin' | 'stranger';
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to legacy v2; `path` is behind `/v2`. */
export const legacyCall = async (
  cloud: TestCloud,
  method: string,
  path: string,
  { as = 'member', token = as, body, headers = {} }: LegacyOptions = {},
): Promise<Answered> => {
  const response = await cloud.app.request(`http://compute.example.com/v2${path}`, {
    method,
    headers: {
      'X-Auth-Token': token,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text || null };
};
