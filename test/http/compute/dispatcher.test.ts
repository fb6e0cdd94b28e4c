import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { serve } from '@hono/node-server';
import type { AccessLogEntry } from '../../../http/middleware/access-log.ts';
import { text } from '../../../http/parameter.ts';
import { refuse, reply } from '../../../http/reply.ts';
import { type Route, routesFor } from '../../../http/route.ts';
import { shape } from '../../../http/shape.ts';
import { always, stepped } from '../../../http/stepped.ts';
import { stubApp, stubService } from '../stub-api.ts';
import { stubRoutes } from '../stub-routes.ts';

const route = routesFor<null>();
const PROJECT = '6f70656e737461636b20342065766572';
const REQUEST_ID = /^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const echo = (path: string): Route<null> =>
  route({
    method: 'GET',
    path,
    policy: null,
    success: 200,
    handler: (request) => reply({ path, params: request.params }),
  });

const things = [
  echo('/things/{id}'),
  echo('/things/detail'),
  echo('/things/{id}/parts/{part}'),
  route({
    method: 'DELETE',
    path: '/things/{id}',
    policy: null,
    success: stepped(202, ['2.2', 204]),
    handler: () => ({ kind: 'reply', json: null, headers: null, status: null }),
  }),
  route({
    method: 'POST',
    path: '/things',
    policy: { rule: 'os_compute_api:os-services:update', target: 'none' },
    body: shape('thing', { name: always(text()) }),
    success: 201,
    subject: () => refuse({ code: 'FlavorNotFound', flavorId: 'f' }),
    handler: () => reply({}),
  }),
  route({
    method: 'GET',
    path: '/crash',
    policy: null,
    success: 200,
    handler: () => {
      throw new Error('secret /etc/path');
    },
  }),
  route({
    method: 'GET',
    path: '/late-crash',
    policy: null,
    success: 200,
    handler: () => Promise.reject(new Error('secret')),
  }),
  route({
    method: 'GET',
    path: '/busy',
    policy: null,
    success: 200,
    handler: () => refuse({ code: 'MailboxFull', retryAfterMs: 2500 }),
  }),
  route({
    method: 'GET',
    path: '/mapped',
    policy: null,
    success: 200,
    statuses: { ImageNotFound: 400 },
    handler: async () => refuse({ code: 'ImageNotFound', imageId: 'i' }),
  }),
  route({ method: 'GET', path: '/old', until: '2.52', policy: null, success: 200, handler: () => reply('old') }),
  route({ method: 'GET', path: '/old', from: '2.53', policy: null, success: 200, handler: () => reply('new') }),
];

const send = async (path: string, init: RequestInit = {}, changes = {}) => {
  const headers = { 'x-auth-token': 'admin', ...Object.fromEntries(new Headers(init.headers)) };
  const response = await stubApp(things, changes).request(`http://h${path}`, { ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const version = (text: string) => ({ headers: { 'OpenStack-API-Version': `compute ${text}` } });
const json = (body: unknown, method = 'POST') => ({
  method,
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
});

test('a literal segment wins over a parameter, and only if it has the method', async () => {
  assert.equal((await send('/v2.1/things/detail')).text, '{"path":"/things/detail","params":{}}');
  assert.equal((await send('/v2.1/things/detail', { method: 'DELETE' })).status, 202);
  assert.equal(
    (await send('/v2.1/things/1/parts/a%2Fb%20c')).text,
    '{"path":"/things/{id}/parts/{part}","params":{"id":"1","part":"a/b c"}}',
  );
});

test('a path exists with the project of the token too, and is 400 with another', async () => {
  assert.equal((await send(`/v2.1/${PROJECT}/things/1`)).status, 200);
  assert.equal((await send('/v2.1/abc/things/1')).status, 400);
  assert.equal((await send('/v2.1/abc')).status, 404);
});

test('a parameter that cannot be decoded is 400', async () =>
  assert.equal((await send('/v2.1/things/%ff')).status, 400));

test('a status that steps follows the version, and 204 has no content type', async () => {
  const gone = await send('/v2.1/things/1', { method: 'DELETE', ...version('2.2') });
  assert.deepEqual([gone.status, gone.headers.get('content-type'), gone.text], [204, null, '']);
});

test('two routes may share an operation at different microversions, but not at the same', async () => {
  assert.equal((await send('/v2.1/old', version('2.52'))).text, '"old"');
  assert.equal((await send('/v2.1/old', version('2.53'))).text, '"new"');
  assert.throws(() => stubApp([echo('/a/{x}'), echo('/a/{y}')]), /two routes/);
});

test('no token and an unknown token are 401 in the shape of keystonemiddleware, before routing', async () => {
  for (const token of ['nobody', '']) {
    const refused = await send('/v2.1/nosuch', { headers: { 'x-auth-token': token } });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('www-authenticate'), 'Keystone uri="http://127.0.0.1/identity"');
    assert.equal(JSON.parse(refused.text).error.code, 401);
  }
});

test('a caller that is found later is served as well', async () =>
  assert.equal((await send('/v2.1/things/1', { headers: { 'x-auth-token': 'slow' } })).status, 200));

test('refusals come in the order of Nova: version, type, body, schema, policy, look-up', async () => {
  const member = { 'x-auth-token': 'member' };
  const attempt = async (body: string, headers: Record<string, string> = {}) =>
    (
      await send('/v2.1/things', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...member, ...headers },
      })
    ).status;
  assert.equal(await attempt('{', { 'openstack-api-version': 'compute 9.9', 'content-type': 'application/xml' }), 406);
  assert.equal(await attempt('{', { 'content-type': 'application/xml' }), 415);
  assert.equal(await attempt('{'), 400);
  assert.equal(await attempt('{"thing": {}}'), 400);
  assert.equal(await attempt('{"thing": {"name": "x"}}'), 403);
  assert.equal(await attempt('{"thing": {"name": "x"}}', { 'x-auth-token': 'admin' }), 404);
});

test('a look-up that finds nothing is 404 before the policy, a foreign thing is 403', async () => {
  const app = stubApp(stubRoutes);
  const pause = async (id: string) =>
    (
      await app.request(`http://h/v2.1/servers/${id}/action`, {
        ...json({ pause: null }),
        headers: { 'x-auth-token': 'member' },
      })
    ).status;
  assert.deepEqual([await pause('none'), await pause('abc')], [404, 202]);
});

test('a crash is 500 with the request id and nothing else of the cause, and the observer hears of it', async () => {
  for (const path of ['/v2.1/crash', '/v2.1/late-crash']) {
    const heard: unknown[] = [];
    const observer = { crashed: (error: unknown, id: string) => heard.push(error, id) };
    const crashed = await send(path, {}, { observer });
    assert.equal(crashed.status, 500);
    const id = crashed.headers.get('x-openstack-request-id');
    assert.deepEqual(JSON.parse(crashed.text), {
      computeFault: { code: 500, message: `Unexpected API Error. The cause is in the log under ${id}.` },
    });
    assert.ok(heard[0] instanceof Error && heard[1] === id);
  }
});

test('an error of the cloud becomes its fault; a route may choose the status; a full mailbox says when to come back', async () => {
  const mapped = await send('/v2.1/mapped');
  assert.deepEqual(
    [mapped.status, mapped.text],
    [400, '{"badRequest":{"code":400,"message":"Image i could not be found."}}'],
  );
  const busy = await send('/v2.1/busy');
  assert.deepEqual(
    [busy.status, busy.headers.get('retry-after'), Object.keys(JSON.parse(busy.text))],
    [503, '3', ['serviceUnavailable']],
  );
});

test('each answer has a request id of its own under both names', async () => {
  const [a, b] = [await send('/v2.1/things/1'), await send('/v2.1/things/1')];
  assert.match(a.headers.get('x-openstack-request-id') ?? '', REQUEST_ID);
  assert.equal(a.headers.get('x-openstack-request-id'), a.headers.get('x-compute-request-id'));
  assert.notEqual(a.headers.get('x-openstack-request-id'), b.headers.get('x-openstack-request-id'));
});

test('the access log tells who, what and how, with a global request id of the right form only, and no query', async () => {
  const global = 'req-01234567-89ab-cdef-0123-456789abcdef';
  const log: AccessLogEntry[] = [];
  const observer = { finished: (entry: AccessLogEntry) => log.push(entry) };
  await send('/v2.1/things/1?secret=1', { headers: { 'x-openstack-request-id': global } }, { observer });
  await send('/v2.1/nosuch', { headers: { 'x-openstack-request-id': 'req-x' } }, { observer });
  const [first, second] = log;
  assert.deepEqual(
    { ...first, requestId: '', durationMs: 0 },
    {
      requestId: '',
      globalRequestId: global,
      method: 'GET',
      path: '/v2.1/things/1',
      status: 200,
      durationMs: 0,
      userId: 'u0',
      projectId: PROJECT,
      microversion: '2.1',
    },
  );
  assert.deepEqual([second?.globalRequestId, second?.status], [null, 404]);
});

test('a body over the limit is 413, whether or not its length is announced', async () => {
  const big = JSON.stringify({ thing: { name: 'x'.repeat(114_688) } });
  const announced = await send('/v2.1/things', {
    method: 'POST',
    body: big,
    headers: { 'content-length': String(big.length) },
  });
  assert.equal(announced.status, 413);
  const stream = new Blob([big]).stream();
  assert.equal((await send('/v2.1/things', { method: 'POST', body: stream, duplex: 'half' })).status, 413);
});

test('a body that is no UTF-8 or is nested too deeply is malformed', async () => {
  const bad = await send('/v2.1/things', { method: 'POST', body: new Uint8Array([0x22, 0xff, 0x22]) });
  assert.deepEqual([bad.status, JSON.parse(bad.text).badRequest.message], [400, 'Malformed request body']);
  const deep = await send('/v2.1/things', { method: 'POST', body: '['.repeat(50_000) + ']'.repeat(50_000) });
  assert.deepEqual([deep.status, JSON.parse(deep.text).badRequest.message], [400, 'Malformed request body']);
});

test('over a real connection Vary is sent as two headers, and bodies with and without a length arrive', async () => {
  const server = serve({ fetch: stubApp(stubRoutes).fetch, hostname: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  try {
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const exchange = (
      method: string,
      path: string,
      headers: Record<string, string>,
      body: string,
    ): Promise<[IncomingMessage, string]> =>
      new Promise((resolve, reject) => {
        const outgoing = httpRequest({
          host: '127.0.0.1',
          port: address.port,
          method,
          path,
          headers: { 'x-auth-token': 'admin', ...headers },
        });
        outgoing.on('error', reject);
        outgoing.on('response', (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => resolve([incoming, Buffer.concat(chunks).toString()]));
        });
        outgoing.end(body);
      });
    const [listed] = await exchange('GET', '/v2.1/flavors', {}, '');
    const vary = listed.rawHeaders.filter((_, index) => listed.rawHeaders[index - 1]?.toLowerCase() === 'vary');
    assert.deepEqual(vary, ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version']);
    const body = JSON.stringify({ flavor: { name: 'f', ram: '512', vcpus: 1, disk: 0 } });
    for (const headers of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }]) {
      const [created, text] = await exchange('POST', '/v2.1/flavors', headers, body);
      assert.deepEqual([created.statusCode, text], [200, '{"flavor":{"name":"f","ram":512,"vcpus":1,"disk":0}}']);
    }
    const big = 'x'.repeat(200_000);
    const [refused] = await exchange('POST', '/v2.1/flavors', { 'transfer-encoding': 'chunked' }, big);
    assert.equal(refused.statusCode, 413);
  } finally {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

test('the service without the app around it answers what the app answers', async () => {
  const { app, serve: served } = stubService(things);
  const headers = { 'x-auth-token': 'member', 'content-type': 'application/json' };
  const asked = [
    ['GET', '/compute/v2.1/things/1?x=1'],
    ['GET', '/compute/v2.1/none'],
    ['GET', '/compute/'],
    ['DELETE', '/compute/v2.1/things/1'],
    ['PATCH', '/compute/v2.1/things/1'],
    ['POST', '/compute/v2.1/none'],
  ] as const;
  for (const [method, path] of asked) {
    const request = (): Request => new Request(`http://x${path}`, { method, headers });
    const [one, other] = [await app.fetch(request()), await served(request(), undefined)];
    assert.equal(one.status, other.status, `${method} ${path}`);
    assert.equal(await one.text(), await other.text(), `${method} ${path}`);
    assert.deepEqual([...one.headers.keys()], [...other.headers.keys()]);
  }
});
