import { type Context, Hono } from 'hono';
import type { IdentityTokens } from '../../drivers/identity.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { translate } from '../i18n/translate.ts';
import { BODY_BYTES_MAX, parseBody, readBody } from '../middleware/body.ts';
import { type EndpointOptions, endpointOf } from '../middleware/endpoint.ts';
import { globalRequestIdOf, newRequestId } from '../middleware/request-id.ts';
import { attachmentRoutes } from './attachments.ts';
import { faultBody, type VolumeFault } from './faults.ts';
import { infoRoutes } from './info.ts';
import { metadataRoutes } from './metadata.ts';
import { quotaRoutes } from './quotas.ts';
import { fault, type VolumeAnswer, type VolumeReply, type VolumeRoute, type VolumeServices } from './route.ts';
import { snapshotRoutes } from './snapshots.ts';
import { typeRoutes } from './types.ts';
import { minorOf, VERSION_HEADER, versionsDocument } from './versions.ts';
import { actionRoutes } from './volume-actions.ts';
import { volumeRoutes } from './volumes.ts';

/** What the volume service's app is made of. */
export interface VolumeAppOptions extends VolumeServices {
  readonly identity: IdentityTokens;
  /** Where the service is. @default under `/volume` of the request's own address */
  readonly endpoint?: EndpointOptions;
  /** Hears of errors that are bugs of ours; the client is told 500 and the request id only. */
  readonly crashed?: (error: unknown, requestId: string) => void;
}

/** Longest name or id in a path: keys of the store are bounded. */
const PATH_NAME_LENGTH_MAX = 255;

const ROUTES: readonly VolumeRoute[] = [
  ...volumeRoutes,
  ...actionRoutes,
  ...metadataRoutes,
  ...snapshotRoutes,
  ...typeRoutes,
  ...attachmentRoutes,
  ...quotaRoutes,
  ...infoRoutes,
];

const NOT_FOUND: VolumeFault = { status: 404, message: 'The resource could not be found.' };
const UNAUTHORIZED: VolumeFault = { status: 401, message: 'The request you have made requires authentication.' };
const CRASHED: VolumeFault = { status: 500, message: 'The volume service failed on this request.' };

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT']);

/**
 * The volume service as a Hono app: Cinder's API v3 under `options.endpoint.mount` (`/volume`), with the project in the
 * path or without it. Faults have Cinder's shape.
 */
export function createVolumeApp(options: VolumeAppOptions): Hono {
  const endpoint = options.endpoint ?? { mount: '/volume', publicEndpoint: null, trustForwarded: false };
  const { mount } = endpoint;
  const app = new Hono();
  const baseOf = (c: Context): string => endpointOf(endpoint, new URL(c.req.url).origin, (name) => c.req.header(name));
  app.onError((error, c) => {
    const response = respond(c, failed(CRASHED), 0);
    options.crashed?.(error, response.headers.get('x-openstack-request-id') ?? '');
    return response;
  });
  const versions = (status: number) => (c: Context) => respond(c, ok({ status, json: versionsDocument(baseOf(c)) }), 0);
  // Each with and without a slash at the end: clients join addresses in both ways.
  for (const path of mount === '' ? ['/'] : [mount, `${mount}/`]) app.get(path, versions(300));
  for (const path of [`${mount}/v3`, `${mount}/v3/`]) app.get(path, versions(200));
  for (const route of ROUTES) {
    for (const prefix of [`${mount}/v3`, `${mount}/v3/:project`]) {
      app.on(route.method, `${prefix}${route.path}`, async (c) => {
        const minor = minorOf(c.req.header(VERSION_HEADER));
        if (!minor.ok) return respond(c, minor, 0);
        return respond(c, await run(route, c, options, minor.value, `${baseOf(c)}/v3`), minor.value);
      });
    }
  }
  app.all(`${mount}/*`, (c) => respond(c, failed(NOT_FOUND), 0));
  return app;
}

async function run(
  route: VolumeRoute,
  c: Context,
  options: VolumeAppOptions,
  minor: number,
  base: string,
): Promise<VolumeAnswer> {
  const token = c.req.header('x-auth-token');
  const caller = token === undefined ? null : await options.identity.authenticate(token);
  if (!caller) return failed(UNAUTHORIZED);
  const names = Object.values(c.req.param()).map(String);
  if (minor < (route.from ?? 0) || names.some((name) => name.length > PATH_NAME_LENGTH_MAX)) return failed(NOT_FOUND);
  const project = c.req.param('project');
  const projectId = caller.projectId ?? '';
  if (project !== undefined && project !== projectId) return fault(400, 'Malformed request url');
  const mayWrite = caller.isAdmin || caller.roles.some((role) => role === 'member' || role === 'manager');
  const isAllowed = route.adminOnly === true ? caller.isAdmin : route.method === 'GET' || mayWrite;
  if (!isAllowed || (projectId === '' && !caller.isAdmin)) {
    return fault(403, `Policy doesn't allow ${route.rule} to be performed.`);
  }
  const body = METHODS_WITH_BODY.has(route.method) ? await bodyOf(c) : ok(null);
  if (!body.ok) return body;
  const { system, reader, images, random, clock } = options;
  return route.handle({
    system,
    reader,
    images,
    random,
    clock,
    caller,
    projectId,
    minor,
    param: (name) => c.req.param(name) ?? '',
    query: new URL(c.req.url).searchParams,
    body: body.value,
    endpoint: project === undefined ? base : `${base}/${project}`,
  });
}

async function bodyOf(c: Context): Promise<Result<unknown, VolumeFault>> {
  const length = c.req.header('content-length');
  const text = await readBody(c.req.raw, length, BODY_BYTES_MAX);
  if (text === null) return fault(413, 'Request is too large.');
  const parsed = parseBody(text);
  return parsed.ok ? ok(parsed.value) : fault(400, 'Malformed request body');
}

function respond(c: Context, answer: VolumeAnswer, minor: number): Response {
  const headers = new Headers({
    'x-openstack-request-id': globalRequestIdOf(c.req.header('x-openstack-request-id')) ?? newRequestId(),
    [VERSION_HEADER]: `volume 3.${minor}`,
    Vary: VERSION_HEADER,
  });
  const { status, json } = answer.ok ? answer.value : faultReply(answer.error, c, headers);
  if (json === null) return new Response(null, { status, headers });
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(json), { status, headers });
}

function faultReply(error: VolumeFault, c: Context, headers: Headers): VolumeReply {
  if (error.retryAfterSeconds !== undefined) headers.set('Retry-After', String(error.retryAfterSeconds));
  if (error.status === 401) headers.set('WWW-Authenticate', 'Keystone uri="/identity"');
  const translation = translate(error.message, c.req.header('Accept-Language'));
  if (translation === null) return { status: error.status, json: faultBody(error) };
  headers.set('Content-Language', translation.language);
  headers.append('Vary', 'Accept-Language');
  return { status: error.status, json: faultBody({ ...error, message: translation.message }) };
}
