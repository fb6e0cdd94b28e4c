import type { Context } from 'hono';
import { changeNetwork } from '../../actors/network/client.ts';
import { type Answer, fault, faultOf } from './faults.ts';
import type { NetworkRequest } from './request.ts';
import type { NetworkResource, Wanted } from './resource.ts';
import { DEFAULT_ENDPOINT, jsonBody, type NetworkAppOptions, openSession, send } from './session.ts';

/** Longest name or id in a path: keys of the store are bounded. */
const PATH_NAME_LENGTH_MAX = 255;

export const NOT_FOUND = fault(404, 'HTTPNotFound', 'The resource could not be found.');

type Work = (request: NetworkRequest, c: Context) => Answer | Promise<Answer>;
type WorkWithBody = (request: NetworkRequest, body: unknown, c: Context) => Answer | Promise<Answer>;
type Route = (c: Context) => Promise<Response>;

/** What stands before every route: who calls, and is the body JSON. */
export interface Gate {
  /** Path that all calls of version 2.0 begin with. */
  readonly version: string;
  /** A route of a caller who is known. */
  authenticated(work: Work): Route;
  /** The same, whose body is JSON. */
  withBody(work: WorkWithBody): Route;
}

export function createGate(options: NetworkAppOptions): Gate {
  const authenticated =
    (work: Work): Route =>
    async (c) => {
      const session = await openSession(options, c);
      if ('status' in session) return send(c, session);
      const isLong = Object.values(c.req.param()).some((name) => String(name).length > PATH_NAME_LENGTH_MAX);
      return send(c, isLong ? NOT_FOUND : await work(session, c));
    };
  const withBody = (work: WorkWithBody): Route =>
    authenticated(async (request, c) => {
      const body = await jsonBody(c);
      return 'answer' in body ? body.answer : work(request, body.value, c);
    });
  return { version: `${(options.endpoint ?? DEFAULT_ENDPOINT).mount}/v2.0`, authenticated, withBody };
}

/** The id that a path names. */
export const idOf = (c: Context): string => c.req.param('id') ?? '';

/** Does what was asked for, and shows what became of it. */
export async function changed(
  request: NetworkRequest,
  resource: NetworkResource,
  wanted: Wanted,
  status: 200 | 201 | 204,
): Promise<Answer> {
  if ('answer' in wanted) return wanted.answer;
  const outcome = await changeNetwork(request.system, wanted);
  if (!outcome.ok) return faultOf(outcome.error);
  if (status === 204) return { status, body: null };
  const view = resource.find(request, outcome.value);
  return view ? { status, body: { [resource.singular]: view } } : faultOf(resource.notFound(outcome.value));
}
