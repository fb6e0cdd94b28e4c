import assert from 'node:assert/strict';
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { after, test } from 'node:test';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import { RequestMetrics } from '../../../http/metrics/requests.ts';
import { Admission } from '../../../http/middleware/admission.ts';
import { atTheDoor, type Serve } from '../../../http/middleware/door.ts';
import { Flights } from '../../../http/middleware/flight.ts';
import { nameRoute, type RequestBindings } from '../../../http/middleware/route-name.ts';
import { reply } from '../../../http/reply.ts';
import { routesFor } from '../../../http/route.ts';
import { realClock } from '../../../runtime/clock.ts';
import { VirtualClock } from '../../../runtime/simulation/virtual-clock.ts';
import { stubApp } from '../stub-api.ts';

const servers: ServerType[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

/** A door before an app, with room for so many requests. */
function door(serve: Serve, requestsInFlightMax: number, clock = realClock) {
  const flights = new Flights(clock);
  const requests = new RequestMetrics();
  const admission = new Admission({ requestsInFlightMax, eventLoopDelayMsMax: 60_000 }, clock);
  admission.stop();
  const guarded = atTheDoor(serve, { flights, admission, requests, exempt: new Set(['/metrics']) });
  const routes = () =>
    requests.counts().map(({ labels, value }) => [labels['route'], labels['method'], labels['status'], value]);
  return { flights, admission, guarded, routes };
}

async function listen(serve: Serve): Promise<number> {
  const fetch = (request: Request, env: object) => serve(request, env);
  const server = createAdaptorServer({ fetch });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('a request beyond the limit is answered 503 at once while the others wait, and is taken when they are done', async () => {
  const held: (() => void)[] = [];
  const { flights, guarded } = door(
    () => new Promise<Response>((resolve) => held.push(() => resolve(new Response('done')))),
    2,
  );
  const url = `http://127.0.0.1:${await listen(guarded)}`;
  const waiting = [fetch(`${url}/a`), fetch(`${url}/b`)];
  while (held.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const refused = await fetch(`${url}/compute/v2.1/servers`);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.match(refused.headers.get('x-openstack-request-id') ?? '', /^req-/);
  assert.deepEqual(await refused.json(), {
    serviceUnavailable: { code: 503, message: 'The service is overloaded; try again.' },
  });
  for (const release of held) release();
  for (const response of await Promise.all(waiting)) assert.equal(await response.text(), 'done');
  assert.equal(flights.count, 0);
  held.length = 0;
  const again = fetch(`${url}/c`);
  while (held.length < 1) await new Promise((resolve) => setImmediate(resolve));
  held[0]?.();
  assert.equal((await again).status, 200);
});

test('a refusal does not wait for the body', async () => {
  const { guarded } = door(() => new Response('never'), 0);
  const socket = connect(await listen(guarded), '127.0.0.1');
  socket.write('POST /compute/v2.1/servers HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{');
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 503 /);
  socket.destroy();
});

test('each service refuses in the shape that its clients know', async () => {
  const { guarded } = door(() => new Response('never'), 0);
  const body = async (path: string): Promise<unknown> => (await guarded(new Request(`http://x${path}`))).json();
  const message = 'The service is overloaded; try again.';
  assert.deepEqual(await body('/identity/v3/users'), { error: { code: 503, title: 'Service Unavailable', message } });
  assert.deepEqual(await body('/image/v2/images'), { error: { code: 503, title: 'Service Unavailable', message } });
  assert.deepEqual(await body('/network/v2.0/ports'), {
    NeutronError: { type: 'ServiceUnavailable', message, detail: '' },
  });
  assert.deepEqual(await body('/volume/v3/p1/volumes'), { serviceUnavailable: { code: 503, message } });
  const refused = await guarded(new Request('http://x/placement/resource_providers'));
  const unavailable = 'The server is currently unavailable. Please try again at a later time.';
  assert.deepEqual(await refused.json(), {
    errors: [
      {
        status: 503,
        title: 'Service Unavailable',
        detail: `${unavailable}\n\n ${message}  `,
        request_id: refused.headers.get('x-openstack-request-id'),
      },
    ],
  });
});

test('exempt paths are answered when nothing else is, and are not counted', async () => {
  const { guarded, routes } = door(() => new Response('fine'), 0);
  assert.equal((await guarded(new Request('http://x/metrics?a=b'))).status, 200);
  assert.equal((await guarded(new Request('http://x/metrics/'))).status, 503);
  assert.deepEqual(routes(), []);
});

test('a request whose service throws or rejects leaves its place', async () => {
  const thrown = door(() => {
    throw new Error('bug');
  }, 1);
  assert.throws(() => thrown.guarded(new Request('http://x/')), /bug/);
  assert.equal(thrown.flights.count, 0);
  const rejected = door(() => Promise.reject(new Error('bug')), 1);
  await assert.rejects(async () => rejected.guarded(new Request('http://x/')), /bug/);
  assert.equal(rejected.flights.count, 0);
});

const route = routesFor<null>();
const computeRoutes = [
  route({ method: 'GET', path: '/things/{id}', policy: null, success: 200, handler: () => reply({}) }),
];

function services(): Hono<{ Bindings: RequestBindings }> {
  const identity = new Hono();
  identity.get('/identity/v3/users/:user_id', (c) => c.text('user'));
  identity.all('/identity/v3/users/:user_id', (c) => c.text('no', 405));
  identity.all('/identity/*', (c) => c.text('nothing', 404));
  const root = new Hono<{ Bindings: RequestBindings }>();
  root.use('/identity/*', nameRoute);
  root.route('/', stubApp(computeRoutes, { mount: '/compute' }));
  root.route('/', identity);
  return root;
}

test('answers are counted by the template of their route', async () => {
  const root = services();
  const { guarded, routes } = door((request, env) => root.fetch(request, env), 10);
  const headers = { 'x-auth-token': 'member' };
  await guarded(new Request('http://x/compute/v2.1/things/7?secret=1', { headers }));
  await guarded(new Request('http://x/compute/v2.1/6f70656e737461636b20342065766572/things/8', { headers }));
  await guarded(new Request('http://x/identity/v3/users/u1'));
  await guarded(new Request('http://x/identity/v3/users/u1', { method: 'DELETE' }));
  assert.deepEqual(routes(), [
    ['/compute/v2.1/things/{id}', 'GET', '2xx', 2],
    ['/identity/v3/users/:user_id', 'GET', '2xx', 1],
    ['/identity/v3/users/:user_id', 'DELETE', '4xx', 1],
  ]);
});

test('hostile paths and methods make one series a method, however many they are', async () => {
  const root = services();
  const { guarded, routes } = door((request, env) => root.fetch(request, env), 10);
  const headers = { 'x-auth-token': 'member' };
  for (let i = 0; i < 50; i++) {
    const paths = [`/compute/v2.1/x${i}/"}\\n`, `/identity/v3/y${i}`, `/identity/${i}/*`, `/z${i}`, `/compute/${i}`];
    for (const path of paths) await guarded(new Request(`http://x${path}`, { headers }));
    await guarded(new Request(`http://x/w${i}`, { method: `EVIL${i}` }));
  }
  assert.deepEqual(
    routes()
      .map(([name, method]) => `${name} ${method}`)
      .sort(),
    ['none GET', 'none GET', 'none other'],
  );
});

test('requests under way are told with route, age and id, the oldest first', async () => {
  const clock = new VirtualClock();
  let seen: ReturnType<Flights['oldest']> = [];
  const { flights, guarded } = door(
    (_, env) => {
      if (env?.flight) env.flight.route = '/things/{id}';
      clock.advanceTo(clock.now() + 70);
      seen = flights.oldest(10);
      return new Response('done');
    },
    10,
    clock,
  );
  flights.begin('EVIL', undefined);
  await guarded(new Request('http://x/things/1'));
  assert.deepEqual(seen, [
    { method: 'other', route: null, requestId: null, ageMs: 70 },
    { method: 'GET', route: '/things/{id}', requestId: null, ageMs: 70 },
  ]);
  assert.equal(flights.oldest(1).length, 1);
});

test('a connection whose body does not come is cut off after a minute; uploads and complete requests are not', () => {
  const clock = new VirtualClock();
  const flights = new Flights(clock);
  const incoming = (contentType: string, complete: boolean): IncomingMessage => {
    const message = new IncomingMessage(new Socket());
    message.headers['content-type'] = contentType;
    message.complete = complete;
    return message;
  };
  const stuck = incoming('application/json', false);
  const upload = incoming('application/octet-stream', false);
  const complete = incoming('application/json', true);
  const posing = incoming('application/octet-stream', false);
  for (const message of [stuck, posing, complete]) flights.begin('POST', message);
  flights.begin('PUT', upload).watchesBody = true;
  clock.advanceTo(clock.now() + 59_000);
  assert.equal(stuck.destroyed, false);
  clock.advanceTo(clock.now() + 12_000);
  assert.deepEqual([stuck.destroyed, upload.destroyed, complete.destroyed], [true, false, false]);
  assert.equal(posing.destroyed, true, 'a media type alone makes no upload');
});
