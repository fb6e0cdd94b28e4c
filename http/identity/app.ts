import { type Context, Hono } from 'hono';
import type { Clock } from '../../runtime/clock.ts';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { translate } from '../i18n/translate.ts';
import { parseBody, readBody } from '../middleware/body.ts';
import { type EndpointOptions, endpointOf } from '../middleware/endpoint.ts';
import { newRequestId } from '../middleware/request-id.ts';
import type { RequestBindings } from '../middleware/route-name.ts';
import { AddressThrottle } from './address-throttle.ts';
import { applicationCredentialRoutes } from './application-credentials/routes.ts';
import { authRoutes, loginRoute } from './auth/routes.ts';
import { type Catalog, DEFAULT_REGION, EMBEDDED_SERVICES } from './catalog/catalog.ts';
import { catalogRoutes } from './catalog/routes.ts';
import { clientAddress } from './client-address.ts';
import { domainRoutes } from './domains/routes.ts';
import { faultBody, type IdentityFault, UNAUTHENTICATED } from './faults.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';
import { LoginThrottle } from './login-throttle.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { projectRoutes } from './projects/routes.ts';
import { roleAssignmentRoutes } from './role-assignments/routes.ts';
import { roleRoutes } from './roles/routes.ts';
import type { IdentityAnswer, IdentityRoute, IdentityServices, OpenRequest, OpenRoute } from './route.ts';
import { userRoutes } from './users/routes.ts';
import { versionDocument, versionsDocument } from './versions.ts';

/** What the identity service's app is made of. */
export interface IdentityAppOptions extends Pick<IdentityServices, 'system' | 'reader' | 'tokens'> {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** @default scrypt with N = 2^15 */
  readonly passwords?: Passwords;
  /** The services that clients are told of. @default those embedded here, in RegionOne */
  readonly catalog?: Catalog;
  /** Where clients see us. The mount must be empty: the paths of the app begin with `/identity`. @default from the request */
  readonly endpoint?: EndpointOptions;
  /** Shortest password of a user, in characters. Keystone has no bound by default. @default 8 */
  readonly passwordLengthMin?: number;
  /** Hears of errors that are bugs of ours; the client is told 500 and the request id only. */
  readonly crashed?: (error: unknown, requestId: string) => void;
}

/** Where a request went, and where it came from. */
type Where = Pick<OpenRequest, 'base' | 'address'>;

const ROOT = '/identity/v3';

const ROUTES: readonly IdentityRoute[] = [
  ...authRoutes,
  ...domainRoutes,
  ...projectRoutes,
  ...userRoutes,
  ...roleRoutes,
  ...roleAssignmentRoutes,
  ...applicationCredentialRoutes,
  ...catalogRoutes,
];

/** The Identity API v3 as an app: all paths are below `/identity`. Mount it with `app.route('/', createIdentityApp(…))`. */
export function createIdentityApp(options: IdentityAppOptions): Hono {
  const services: IdentityServices = {
    passwords: createPasswords(),
    catalog: { region: DEFAULT_REGION, services: EMBEDDED_SERVICES },
    passwordLengthMin: 8,
    ...options,
    throttle: new LoginThrottle(options.clock),
    addresses: new AddressThrottle(options.clock),
  };
  const endpoint = options.endpoint ?? { mount: '', publicEndpoint: null, trustForwarded: false };
  const baseOf = (c: Context): string => endpointOf(endpoint, new URL(c.req.url).origin, (name) => c.req.header(name));
  const isBehindProxy = endpoint.publicEndpoint !== null || endpoint.trustForwarded;
  const addressOf = (c: Context): string | null => {
    const { incoming }: RequestBindings = c.env ?? {};
    return clientAddress(incoming?.socket.remoteAddress, isBehindProxy ? c.req.header('X-Forwarded-For') : undefined);
  };
  const whereOf = (c: Context): Where => ({ base: baseOf(c), address: addressOf(c) });
  const app = new Hono({ strict: false });

  const respond = (c: Context, answer: IdentityAnswer): Response => {
    const headers = new Headers({ Vary: 'X-Auth-Token', 'x-openstack-request-id': newRequestId() });
    if (!answer.ok) return faultResponse(c, answer.error, headers, baseOf(c));
    const { status, body, headers: own = {} } = answer.value;
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    if (body === null) return new Response(null, { status, headers });
    headers.set('Content-Type', 'application/json');
    return new Response(JSON.stringify(body), { status, headers });
  };

  const serve = (method: string, path: string, run: (c: Context) => Promise<IdentityAnswer>): void => {
    app.on(method, path, async (c) => respond(c, await run(c)));
  };

  // With and without a slash at the end, also below an app that tells them apart.
  app.on('GET', ['/identity', '/identity/'], (c) => respond(c, ok({ status: 300, body: versionsDocument(baseOf(c)) })));
  app.on('GET', [ROOT, `${ROOT}/`], (c) => respond(c, ok({ status: 200, body: versionDocument(baseOf(c)) })));
  for (const route of [loginRoute]) {
    serve(route.method, ROOT + route.path, (c) => runOpen(route, c, services, whereOf(c)));
  }
  for (const route of ROUTES) {
    serve(route.method, ROOT + route.path, (c) => runProtected(route, c, services, whereOf(c)));
  }
  for (const path of new Set(['', ...ROUTES.map((route) => route.path)])) {
    app.all(ROOT + path, (c) => respond(c, failed(METHOD_NOT_ALLOWED)));
  }
  app.all('/identity/*', (c) => respond(c, failed(NO_SUCH_URL)));
  app.onError((error, c) => {
    const headers = new Headers({ Vary: 'X-Auth-Token', 'x-openstack-request-id': newRequestId() });
    options.crashed?.(error, headers.get('x-openstack-request-id') ?? '');
    return faultResponse(c, CRASHED, headers, baseOf(c));
  });
  return app;
}

const METHOD_NOT_ALLOWED = { status: 405, message: 'The method is not allowed for the requested URL.' };
const NO_SUCH_URL = { status: 404, message: 'The requested URL was not found on the server.' };
const CRASHED = { status: 500, message: 'An unexpected error prevented the server from fulfilling your request.' };

function faultResponse(c: Context, fault: IdentityFault, headers: Headers, base: string): Response {
  headers.set('Content-Type', 'application/json');
  if (fault.status === 401) headers.set('WWW-Authenticate', `Keystone uri="${base}/identity"`);
  if (fault.retryAfterSeconds !== undefined) headers.set('Retry-After', String(fault.retryAfterSeconds));
  const translation = translate(fault.message, c.req.header('Accept-Language'));
  if (translation !== null) {
    headers.set('Content-Language', translation.language);
    headers.append('Vary', 'Accept-Language');
  }
  const body = faultBody({ ...fault, message: translation?.message ?? fault.message });
  return new Response(c.req.method === 'HEAD' ? null : body, { status: fault.status, headers });
}

async function runOpen(
  route: OpenRoute,
  c: Context,
  services: IdentityServices,
  where: Where,
): Promise<IdentityAnswer> {
  const request = await requestOf(c, services, where);
  return request.ok ? route.handle(request.value) : request;
}

/** Checks the token, then the rule, and only then reads the body. */
async function runProtected(
  route: IdentityRoute,
  c: Context,
  services: IdentityServices,
  where: Where,
): Promise<IdentityAnswer> {
  const tooLong = tooLongParameter(c);
  if (tooLong) return failed(tooLong);
  const caller = services.tokens.validate(c.req.header('X-Auth-Token') ?? '');
  if (caller === null) return failed(UNAUTHENTICATED);
  const allowed = route.rule({ ...partsOf(c, services, where), body: null, caller });
  if (!allowed) {
    const message = `You are not authorized to perform the requested action: ${route.action}.`;
    return failed({ status: 403, message });
  }
  const request = await requestOf(c, services, where);
  return request.ok ? route.handle({ ...request.value, caller }) : request;
}

/** Refuses parameters that no name or id can be, before they become keys. Tags are only compared. */
function tooLongParameter(c: Context): IdentityFault | null {
  const parameters = Object.values<string>(c.req.param());
  const bytes = parameters.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (bytes > IDENTITY_HTTP_LIMITS.pathParameterBytesMax) return NO_SUCH_URL;
  for (const [name, value] of Object.entries(c.req.query())) {
    if (name.includes('tags') || value.length <= IDENTITY_HTTP_LIMITS.filterLengthMax) continue;
    return { status: 400, message: `Invalid input for field '${name.slice(0, 100)}': It is too long.` };
  }
  return null;
}

function partsOf(c: Context, services: IdentityServices, where: Where): Omit<OpenRequest, 'body'> {
  return {
    services,
    ...where,
    param: (name) => c.req.param(name) ?? '',
    query: (name) => c.req.query(name),
    header: (name) => c.req.header(name),
  };
}

async function requestOf(
  c: Context,
  services: IdentityServices,
  where: Where,
): Promise<Result<OpenRequest, IdentityFault>> {
  const parts = partsOf(c, services, where);
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return ok({ ...parts, body: null });
  const length = c.req.header('Content-Length');
  const text = await readBody(c.req.raw, length, IDENTITY_HTTP_LIMITS.bodyBytesMax);
  if (text === null) return failed({ status: 413, message: 'Request is too large.' });
  const parsed = parseBody(text);
  if (!parsed.ok) return failed({ status: 400, message: 'The request body is not valid JSON.' });
  return ok({ ...parts, body: parsed.value });
}
