import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessLogEntry } from '../../../http/middleware/access-log.ts';
import { text } from '../../../http/parameter.ts';
import { refuse, reply } from '../../../http/reply.ts';
import { routesFor } from '../../../http/route.ts';
import { shape } from '../../../http/shape.ts';
import { always } from '../../../http/stepped.ts';
import { identityForTest } from '../identity/identity-service.ts';
import { imageService } from '../image/image-service.ts';
import { networkApi } from '../network/network-api.ts';
import { stubApp } from '../stub-api.ts';

const route = routesFor<null>();
const routes = [
  route({
    method: 'GET',
    path: '/things/{id}',
    policy: null,
    success: 200,
    handler: ({ params }) =>
      params.id === 'busy'
        ? refuse({ code: 'MailboxFull', retryAfterMs: 2_500 })
        : refuse({ code: 'InstanceNotFound', instanceId: params.id }),
  }),
  route({
    method: 'POST',
    path: '/things',
    policy: null,
    success: 200,
    body: shape('thing', { name: always(text({ maxLength: 3 })) }),
    handler: () => reply({}),
  }),
  route({
    method: 'GET',
    path: '/services',
    policy: { rule: 'os_compute_api:os-services:list', target: 'none' },
    success: 200,
    handler: () => reply({}),
  }),
];

const compute = stubApp(routes);
const url = (path: string): string => `http://127.0.0.1${path}`;
const ask = (path: string, language: string | null, token: string | null = 'member', body?: string) =>
  compute.request(url(path), {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { 'x-auth-token': token }),
      ...(language === null ? {} : { 'accept-language': language }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });

const VERSIONS = 'OpenStack-API-Version,X-OpenStack-Nova-API-Version';

test('a fault of the Compute API comes in the language that is asked for, and its headers say so', async () => {
  const answer = await ask('/v2.1/things/i1', 'de-DE,de;q=0.9,en;q=0.1');
  assert.equal(answer.status, 404);
  assert.equal(
    await answer.text(),
    '{"itemNotFound":{"code":404,"message":"Die Instanz i1 konnte nicht gefunden werden."}}',
  );
  assert.equal(answer.headers.get('content-language'), 'de');
  assert.equal(answer.headers.get('vary'), `${VERSIONS},Accept-Language`);
  assert.match(answer.headers.get('x-compute-request-id') ?? '', /^req-/);
});

const messages: readonly (readonly [path: string, token: string | null, body: string | undefined, message: RegExp])[] =
  [
    ['/v2.1/things/i1', null, undefined, /^Für diese Anforderung ist eine Authentifizierung erforderlich\.$/],
    ['/v2.1/services', 'member', undefined, /^Die Richtlinie erlaubt os_compute_api:os-services:list nicht\.$/],
    ['/v2.1/things', 'member', '{', /^Fehlerhafter Anforderungshauptteil$/],
    [
      '/v2.1/things',
      'member',
      '{"thing":{"name":"long"}}',
      /^Ungültige Eingabe für Feld\/Attribut name\. Wert: long\. 'long' is too long$/,
    ],
    ['/v2.1/abcdef/things/i', 'member', undefined, /^Fehlerhafte URL: Die project_id 'abcdef' der URL /],
    ['/v2.1/things/busy', 'member', undefined, /^Es warten zu viele Anforderungen/],
  ];
for (const [path, token, body, message] of messages)
  test(`${path} is refused in German: ${message.source.slice(1, 40)}`, async () => {
    const answer = await ask(path, 'de', token, body);
    const [content] = Object.values<unknown>(JSON.parse(await answer.text()));
    assert.ok(typeof content === 'object' && content !== null && 'message' in content);
    assert.match(String(content.message), message);
    assert.equal(answer.headers.get('content-language'), 'de');
  });

test('a translated answer keeps its other headers', async () => {
  assert.equal((await ask('/v2.1/things/busy', 'ja')).headers.get('retry-after'), '3');
  assert.match((await ask('/v2.1/things/i', 'ja', null)).headers.get('www-authenticate') ?? '', /^Keystone uri=/);
});

test('English is the same to the byte, whatever other languages are asked for', async () => {
  const plain = await ask('/v2.1/things/i1', null);
  const body = await plain.text();
  assert.equal(body, '{"itemNotFound":{"code":404,"message":"Instance i1 could not be found."}}');
  for (const language of ['en', 'en-US,en;q=0.5', 'fr', '*', '', 'de;q=0', 'zh-TW', ',;q=', 'x'.repeat(7_000)]) {
    const other = await ask('/v2.1/things/i1', language);
    assert.equal(await other.text(), body, language.slice(0, 20));
    assert.equal(other.headers.get('content-language'), null);
    assert.equal(other.headers.get('vary'), VERSIONS);
    assert.equal(other.headers.get('content-type'), plain.headers.get('content-type'));
  }
});

/** What a service without a token says in a language. */
async function refusal(app: { request: typeof compute.request }, path: string, language: string | null) {
  const answer = await app.request(url(path), { headers: language === null ? {} : { 'accept-language': language } });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

test('identity, image and network answer in the language that is asked for, and in English as before', async () => {
  const image = await imageService();
  const services = [
    [(await identityForTest()).app, '/identity/v3/users', /この?リクエストには認証が必要です。/],
    [image.app, '/image/v2/images', /このサーバーはアクセス権限を確認できませんでした。/],
    [networkApi().app, '/network/v2.0/networks', /このリクエストには認証が必要です。/],
  ] as const;
  for (const [app, path, message] of services) {
    const told = await refusal(app, path, 'ja');
    assert.equal(told.status, 401);
    assert.match(told.body, message);
    assert.equal(told.headers.get('content-language'), 'ja');
    assert.match(told.headers.get('vary') ?? '', /Accept-Language$/);
    assert.ok(told.headers.has('www-authenticate'));
    const [plain, french] = [await refusal(app, path, null), await refusal(app, path, 'fr')];
    assert.equal(french.body, plain.body);
    assert.match(plain.body, /"message":"Th[^"]+\."/);
    assert.equal(french.headers.get('content-language'), null);
    assert.equal(french.headers.get('vary'), plain.headers.get('vary'));
  }
  await image.close();
});

test('a fault of the network service keeps its type, which clients compare', async () => {
  const { app } = networkApi();
  const answer = await app.request(url('/network/v2.0/networks/none'), {
    headers: { 'x-auth-token': 'p1', 'accept-language': 'zh-CN' },
  });
  assert.deepEqual(await answer.json(), {
    NeutronError: { type: 'NetworkNotFound', message: '找不到网络 none。', detail: '' },
  });
});

test('request ids: one of its own goes out under both names, a valid one of the caller is logged with it', async () => {
  const log: AccessLogEntry[] = [];
  const app = stubApp(routes, { observer: { finished: (entry) => log.push(entry) } });
  const theirs = 'req-01234567-89ab-cdef-0123-456789abcdef';
  const send = (id: string) =>
    app.request(url('/v2.1/things/i1'), { headers: { 'x-auth-token': 'member', 'x-openstack-request-id': id } });
  const answer = await send(theirs);
  const own = answer.headers.get('x-openstack-request-id');
  assert.notEqual(own, theirs);
  assert.equal(answer.headers.get('x-compute-request-id'), own);
  for (const malformed of ['', 'x', theirs.slice(4), `${theirs}0`, theirs.toUpperCase(), `${theirs}, ${theirs}`])
    await send(malformed);
  assert.deepEqual(
    log.map(({ globalRequestId }) => globalRequestId),
    [theirs, null, null, null, null, null, null],
  );
  assert.equal(log[0]?.requestId, own);
});
