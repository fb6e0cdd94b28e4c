import { type Context, Hono } from 'hono';
import { requesterOf } from '../../actors/image/row.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { translate } from '../i18n/translate.ts';
import { parseBody, readBody } from '../middleware/body.ts';
import { type EndpointOptions, endpointOf } from '../middleware/endpoint.ts';
import { newRequestId } from '../middleware/request-id.ts';
import type { RequestBindings } from '../middleware/route-name.ts';
import { bytesOf } from './body-bytes.ts';
import { faultBody, type ImageFault } from './faults.ts';
import { fileRoutes } from './files.ts';
import { imageRoutes } from './images.ts';
import { memberRoutes } from './members.ts';
import { fault, type ImageAnswer, type ImageReply, type ImageRoute, type ImageServices } from './route.ts';
import { schemaRoutes } from './schemas.ts';
import { tagRoutes } from './tags.ts';
import { versionsDocument } from './versions.ts';

/** What the image service's app is made of. */
export interface ImageAppOptions extends Pick<ImageServices, 'system' | 'reader' | 'store' | 'identity'> {
  /** Where the service is. @default under `/image` of the request's own address */
  readonly endpoint?: EndpointOptions;
  /** Uploads under way at once. @default 16 */
  readonly uploadsMax?: number;
  /** Of these, of one project. @default 4 */
  readonly uploadsOfProjectMax?: number;
  /** How long an upload may bring no byte, in milliseconds. @default 60,000 */
  readonly uploadIdleMsMax?: number;
  /** Called when a content may have become unused, to sweep the store (actors/image/sweep.ts). */
  readonly contentFreed?: () => void;
  /** Hears of failures of the store, for the log. */
  readonly notice?: (reason: string) => void;
  /** Hears of errors that are bugs of ours; the client is told 500 and the request id only. */
  readonly crashed?: (error: unknown, requestId: string) => void;
}

/** The image service's app: on Node's server it reads uploads straight from the request, in tests from a web stream. */
export type ImageApp = Hono<{ Bindings: RequestBindings }>;
type ImageContext = Context<{ Bindings: RequestBindings }>;

/** Largest JSON body in bytes: 128 properties of ordinary size; one of the longest values still fits. */
const BODY_BYTES_MAX = 512 * 1024;

const ROUTES: readonly ImageRoute[] = [...imageRoutes, ...fileRoutes, ...tagRoutes, ...memberRoutes, ...schemaRoutes];

const METHOD_NOT_ALLOWED: ImageFault = { status: 405, message: 'The method is not allowed for this resource.' };
const NO_SUCH_URL: ImageFault = { status: 404, message: 'The resource could not be found.' };
const UNAUTHENTICATED: ImageFault = { status: 401, message: 'This server could not verify that you are authorized.' };
const CRASHED: ImageFault = { status: 500, message: 'The image service failed on this request.' };

/**
 * The Image API v2 as an app that takes everything under its mount (`/image`). Bytes stream to and from the store.
 * The listener must not limit the time of a whole request (`requestTimeout: 0`): uploads have a limit on silence instead.
 */
export function createImageApp(options: ImageAppOptions): ImageApp {
  const services: ImageServices = {
    uploadsMax: 16,
    uploadsOfProjectMax: 4,
    uploadIdleMsMax: 60_000,
    contentFreed: () => undefined,
    notice: () => undefined,
    ...options,
  };
  const endpoint = options.endpoint ?? { mount: '/image', publicEndpoint: null, trustForwarded: false };
  const { mount } = endpoint;
  const app: ImageApp = new Hono({ strict: false });

  const versions = (c: ImageContext, status: number): Response => {
    const base = endpointOf(endpoint, new URL(c.req.url).origin, (name) => c.req.header(name));
    return respond(c, ok({ status, json: versionsDocument(base) }));
  };
  app.get(mount === '' ? '/' : mount, (c) => versions(c, 300));
  app.get(`${mount}/versions`, (c) => versions(c, 200));
  for (const route of ROUTES) {
    app.on(route.method, `${mount}/v2${route.path}`, async (c) => respond(c, await run(route, c, services)));
  }
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    app.all(`${mount}/v2${path}`, (c) => respond(c, failed(METHOD_NOT_ALLOWED)));
  }
  app.all(`${mount}/*`, (c) => respond(c, failed(NO_SUCH_URL)));
  app.onError((error, c) => {
    const response = respond(c, failed(CRASHED));
    options.crashed?.(error, response.headers.get('x-openstack-request-id') ?? '');
    return response;
  });
  return app;
}

function respond(c: ImageContext, answer: ImageAnswer): Response {
  const headers = new Headers({ 'x-openstack-request-id': newRequestId() });
  const {
    status,
    json,
    stream,
    headers: own = {},
  } = answer.ok ? answer.value : faultReply(answer.error, c.req.header('Accept-Language'));
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  if (stream) {
    if (c.req.method !== 'HEAD') return new Response(stream, { status, headers });
    void stream.cancel(); // Nobody reads it: it would keep its file open.
    return new Response(null, { status, headers });
  }
  if (json === undefined || c.req.method === 'HEAD') return new Response(null, { status, headers });
  headers.set('Content-Type', 'application/json');
  return new Response(typeof json === 'string' ? json : JSON.stringify(json), { status, headers });
}

function faultReply(error: ImageFault, acceptLanguage: string | undefined): ImageReply {
  const retry = error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
  const challenge = error.status === 401 ? { 'WWW-Authenticate': 'Keystone' } : {};
  const translation = translate(error.message, acceptLanguage);
  const language = translation ? { 'Content-Language': translation.language, Vary: 'Accept-Language' } : {};
  const json = faultBody({ ...error, message: translation?.message ?? error.message });
  return { status: error.status, json, headers: { ...retry, ...challenge, ...language } };
}

async function run(route: ImageRoute, c: ImageContext, services: ImageServices): Promise<ImageAnswer> {
  const token = c.req.header('X-Auth-Token');
  const caller = token === undefined ? null : await services.identity.authenticate(token);
  if (caller === null) return failed(UNAUTHENTICATED);
  const body = route.mediaTypes ? await jsonBody(c, route.mediaTypes) : ok(null);
  if (!body.ok) return body;
  const { incoming, flight }: RequestBindings = c.env ?? {};
  return route.handle({
    services,
    caller,
    requester: requesterOf(caller),
    param: (name) => c.req.param(name) ?? '',
    query: new URL(c.req.url).searchParams,
    header: (name) => c.req.header(name),
    body: body.value,
    bytes: () => {
      if (flight) flight.watchesBody = true;
      return bytesOf(c.req.raw, incoming, services.uploadIdleMsMax);
    },
  });
}

async function jsonBody(c: ImageContext, mediaTypes: readonly string[]): Promise<Result<unknown, ImageFault>> {
  const mediaType = (c.req.header('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaTypes.includes(mediaType)) return fault(415, `The content type must be ${mediaTypes.join(' or ')}.`);
  const length = c.req.header('Content-Length');
  const text = await readBody(c.req.raw, length, BODY_BYTES_MAX);
  if (text === null) return fault(413, `The request body is larger than ${BODY_BYTES_MAX} bytes.`);
  const parsed = parseBody(text);
  return parsed.ok ? ok(parsed.value) : fault(400, 'Malformed JSON in request body.');
}
