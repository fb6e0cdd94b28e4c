import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { EMBEDDED_SERVICES } from '../../../http/identity/catalog/catalog.ts';
import { type Answer, step } from '../answer.ts';
import { call, DEMO, identityForTest, logIn, makeMember, passwordLogin, tokenOf } from './identity-service.ts';

/** What is guessed at. */
interface Guessed {
  readonly app: Hono;
  readonly id: string;
  readonly token: string;
}

test('a login with a password answers 201 with the token in a header and Keystone’s body', async () => {
  const { app } = await identityForTest();
  const answer = await logIn(app);
  assert.equal(answer.status, 201);
  const token = answer.headers.get('X-Subject-Token') ?? '';
  assert(token.length > 100 && token.length < 250, `${token.length}`);
  assert.equal(answer.headers.get('Vary'), 'X-Auth-Token');
  assert.match(answer.headers.get('x-openstack-request-id') ?? '', /^req-[0-9a-f-]{36}$/);
  assert.deepEqual(answer.at('token', 'methods'), ['password']);
  assert.equal(answer.at('token', 'user', 'name'), 'admin');
  assert.deepEqual(answer.at('token', 'user', 'domain'), { id: 'default', name: 'Default' });
  assert.match(answer.text('token', 'user', 'id'), /^[0-9a-f]{32}$/);
  assert.equal(answer.at('token', 'project', 'name'), 'admin');
  assert.match(answer.text('token', 'project', 'id'), /^[0-9a-f]{32}$/);
  const roles = answer.list('token', 'roles').map((role) => step(role, 'name'));
  assert.deepEqual(roles, ['admin', 'manager', 'member', 'reader']);
  assert.match(answer.text('token', 'expires_at'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const lifeMs = Date.parse(answer.text('token', 'expires_at')) - Date.parse(answer.text('token', 'issued_at'));
  assert.equal(lifeMs, 3_600_000);
});

test('the catalog names every service at the address that the client used, and is left out with nocatalog', async () => {
  const { app } = await identityForTest();
  const answer = await logIn(app);
  const endpoints = answer.list('token', 'catalog').map((service) => {
    const first = step(step(service, 'endpoints'), 0);
    return [
      step(service, 'type'),
      step(service, 'name'),
      step(first, 'interface'),
      step(first, 'url'),
      step(first, 'region'),
    ];
  });
  assert.deepEqual(endpoints, [
    ['compute', 'nova', 'public', 'http://cloud.test/compute/v2.1', 'RegionOne'],
    ['identity', 'keystone', 'public', 'http://cloud.test/identity', 'RegionOne'],
    ['image', 'glance', 'public', 'http://cloud.test/image', 'RegionOne'],
    ['network', 'neutron', 'public', 'http://cloud.test/network', 'RegionOne'],
    ['placement', 'placement', 'public', 'http://cloud.test/placement', 'RegionOne'],
    ['volumev3', 'cinderv3', 'public', 'http://cloud.test/volume/v3', 'RegionOne'],
    ['block-storage', 'cinder', 'public', 'http://cloud.test/volume/v3', 'RegionOne'],
  ]);
  const without = await call(app, 'POST', '/auth/tokens?nocatalog', { body: passwordLogin({}) });
  assert.equal(without.status, 201);
  assert.equal(without.at('token', 'catalog'), undefined);
});

test('a wrong password, an unknown user, an unknown project and one without a role are refused alike', async () => {
  const service = await identityForTest();
  const admin = await tokenOf(service.app);
  const { password } = await makeMember(service, admin);
  const domain = { name: 'Default' };
  for (const wanted of [
    { password: 'wrong-password' },
    { user: 'nobody' },
    { scope: { project: { name: 'no-such', domain } } },
    { user: 'mia', password, scope: { project: { name: 'admin', domain } } },
    { user: 'mia', password, scope: { system: { all: true } } },
    { user: 'mia', password, scope: { domain: { id: 'default' } } },
  ]) {
    const answer = await logIn(service.app, wanted);
    assert.equal(answer.status, 401, JSON.stringify(wanted));
    const message = 'The request you have made requires authentication.';
    assert.deepEqual(answer.body, { error: { code: 401, message, title: 'Unauthorized' } });
    assert.equal(answer.headers.get('WWW-Authenticate'), 'Keystone uri="http://cloud.test/identity"');
  }
});

test('scopes are the project by id, the system, none at all, and the default project when none is named', async () => {
  const { app } = await identityForTest();
  const byName = await logIn(app);
  const projectId = byName.text('token', 'project', 'id');
  const byId = await logIn(app, { scope: { project: { id: projectId } } });
  assert.equal(byId.at('token', 'project', 'id'), projectId);
  const system = await logIn(app, { scope: { system: { all: true } } });
  assert.deepEqual(system.at('token', 'system'), { all: true });
  assert.equal(system.at('token', 'project'), undefined);
  const unscoped = await logIn(app, { scope: 'unscoped' });
  assert.equal(unscoped.at('token', 'roles'), undefined);
  assert.equal(unscoped.at('token', 'catalog'), undefined);
  const byDefault = await logIn(app, { scope: null });
  assert.equal(byDefault.at('token', 'project', 'id'), projectId);
});

test('a token is exchanged for one of another scope that lives no longer and keeps the chain of audit ids', async () => {
  const { app, clock } = await identityForTest();
  const unscoped = await logIn(app, { scope: 'unscoped' });
  clock.aheadMs = 60_000;
  const id = unscoped.headers.get('X-Subject-Token');
  const body = { auth: { identity: { methods: ['token'], token: { id } }, scope: DEMO } };
  const rescoped = await call(app, 'POST', '/auth/tokens', { body });
  assert.equal(rescoped.status, 201);
  assert.equal(rescoped.at('token', 'project', 'name'), 'demo');
  assert.deepEqual(rescoped.at('token', 'methods'), ['password', 'token']);
  assert.equal(rescoped.at('token', 'expires_at'), unscoped.at('token', 'expires_at'));
  assert.equal(rescoped.at('token', 'audit_ids', 1), unscoped.at('token', 'audit_ids', 0));
  assert.notEqual(rescoped.at('token', 'audit_ids', 0), unscoped.at('token', 'audit_ids', 0));
});

test('a token is shown to its user and to administrators, and to nobody else', async () => {
  const service = await identityForTest();
  const { app } = service;
  const admin = await tokenOf(app);
  const { password } = await makeMember(service, admin);
  const mia = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  const show = (token: string, subject: string, method = 'GET') =>
    call(app, method, '/auth/tokens', { token, headers: { 'X-Subject-Token': subject } });
  assert.equal((await show(admin, mia)).at('token', 'user', 'name'), 'mia');
  assert.equal((await show(mia, mia)).status, 200);
  const head = await show(mia, mia, 'HEAD');
  assert.deepEqual([head.status, head.body, head.headers.get('X-Subject-Token')], [200, null, mia]);
  assert.equal((await show(mia, admin)).status, 403);
  assert.equal((await show(admin, 'not-a-token')).status, 404);
  assert.equal((await show('not-a-token', admin)).status, 401);
  assert.equal((await call(app, 'GET', '/auth/tokens', { token: admin })).status, 400);
});

test('a service may look at any token, and revokes its own only', async () => {
  const service = await identityForTest();
  const { app } = service;
  const admin = await tokenOf(app);
  const { id, projectId, password } = await makeMember(service, admin);
  const role = await call(app, 'GET', '/roles?name=service', { token: admin });
  const path = `/projects/${projectId}/users/${id}/roles/${role.text('roles', 0, 'id')}`;
  assert.equal((await call(app, 'PUT', path, { token: admin })).status, 204);
  const mia = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  const about = (method: string, subject: string, token = mia) =>
    call(app, method, '/auth/tokens', { token, headers: { 'X-Subject-Token': subject } });
  assert.equal((await about('GET', admin)).status, 200);
  const refused = await about('DELETE', admin);
  assert.equal(refused.status, 403);
  assert.match(refused.text('error', 'message'), /identity:revoke_token/);
  assert.equal((await about('DELETE', 'not-a-token')).status, 403);
  assert.equal((await about('GET', admin)).status, 200, 'it is still good');
  assert.equal((await about('DELETE', mia)).status, 204);
  assert.equal((await about('DELETE', mia, admin)).status, 404);
});

test('a revoked token is refused at once, and the others of its user are not', async () => {
  const { app } = await identityForTest();
  const [first, second] = [await tokenOf(app), await tokenOf(app)];
  assert.equal((await call(app, 'GET', '/users', { token: first })).status, 200);
  const revoked = await call(app, 'DELETE', '/auth/tokens', { token: second, headers: { 'X-Subject-Token': first } });
  assert.equal(revoked.status, 204);
  assert.equal((await call(app, 'GET', '/users', { token: first })).status, 401);
  assert.equal((await call(app, 'GET', '/users', { token: second })).status, 200);
});

test('after wrong passwords in a row a login has to wait, also with the right one, and whether the user exists or not', async () => {
  const { app, clock } = await identityForTest();
  for (const user of ['admin', 'nobody']) {
    for (let i = 0; i < 5; i++) {
      const answer = await logIn(app, { user, password: 'wrong-password' });
      assert.equal(answer.headers.get('Retry-After'), null);
    }
    const answer = await logIn(app, { user });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('Retry-After'), '1');
  }
  clock.aheadMs = 1_001;
  assert.equal((await logIn(app)).status, 201);
  assert.equal((await logIn(app, { password: 'wrong-password' })).headers.get('Retry-After'), null);
});

for (const [what, guess] of [
  ['of a password', ({ app }) => logIn(app, { user: 'mia', password: 'wrong-password' })],
  ['of a password of nobody', ({ app }) => logIn(app, { user: 'nobody', password: 'wrong-password' })],
  [
    'of the secret of an application credential',
    ({ app }) => {
      const identity = {
        methods: ['application_credential'],
        application_credential: { id: 'a'.repeat(32), secret: 'wrong-secret' },
      };
      return call(app, 'POST', '/auth/tokens', { body: { auth: { identity } } });
    },
  ],
  [
    'of the old password for a new one',
    ({ app, id, token }) => {
      const body = { user: { original_password: 'wrong-password', password: 'another-password' } };
      return call(app, 'POST', `/users/${id}/password`, { token, body });
    },
  ],
] as const satisfies readonly (readonly [string, (of: Guessed) => Promise<Answer>])[]) {
  test(`guesses ${what} gain nothing from being made at once, and do not keep others out`, async () => {
    const service = await identityForTest(() => 1_000);
    const { app } = service;
    const { id, password } = await makeMember(service, await tokenOf(app));
    const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
    const guesses = Array.from({ length: 70 }, () => guess({ app, id, token }));
    const other = logIn(app);
    const answers = await Promise.all(guesses);
    const checked = answers.filter(({ status, headers }) => status === 401 && headers.get('Retry-After') === null);
    assert.equal(checked.length, 5, 'as many as one after the other');
    assert.equal((await other).status, 201);
    assert.equal((await guess({ app, id, token })).headers.get('Retry-After'), '1');
  });
}

test('a user may log in many times at once, and change the password meanwhile', async () => {
  const service = await identityForTest();
  const { app } = service;
  const { id, password } = await makeMember(service, await tokenOf(app));
  const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  const logins = Array.from({ length: 40 }, () => logIn(app, { user: 'mia', password, scope: DEMO }));
  const statuses = (await Promise.all(logins)).map(({ status }) => status);
  assert.deepEqual(new Set(statuses), new Set([201]));
  const body = { user: { original_password: password, password: 'another-password' } };
  assert.equal((await call(app, 'POST', `/users/${id}/password`, { token, body })).status, 204);
});

test('a caller lists the projects it has a role on, and sees the catalog', async () => {
  const service = await identityForTest();
  const { app } = service;
  const { password } = await makeMember(service, await tokenOf(app));
  const token = await tokenOf(app, { user: 'mia', password, scope: 'unscoped' });
  const names = (await call(app, 'GET', '/auth/projects', { token })).list('projects').map((row) => step(row, 'name'));
  assert.deepEqual(names, ['demo']);
  assert.deepEqual((await call(app, 'GET', '/auth/domains', { token })).at('domains'), []);
  assert.equal((await call(app, 'GET', '/auth/catalog', { token })).status, 403);
  const scoped = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  assert.equal(
    (await call(app, 'GET', '/auth/catalog', { token: scoped })).list('catalog').length,
    EMBEDDED_SERVICES.length,
  );
});

const identity = { methods: ['password'], password: { user: { id: 'x', password: 'y' } } };
const BAD_LOGINS: readonly (readonly [string, unknown, string])[] = [
  ['no JSON', '{', 'not valid JSON'],
  ['nothing', undefined, 'Invalid body'],
  ['a list', [], "'auth'"],
  ['no identity', { auth: {} }, "'auth.identity'"],
  ['no method', { auth: { identity: { methods: [] } } }, "'auth.identity.methods"],
  ['two methods', { auth: { identity: { methods: ['token', 'password'] } } }, "'auth.identity.methods"],
  ['an unknown method', { auth: { identity: { methods: ['totp'] } } }, "'auth.identity.methods.0'"],
  ['a method without its part', { auth: { identity: { methods: ['password'] } } }, "'auth.identity.password'"],
  [
    'a user without domain',
    { auth: { identity: { ...identity, password: { user: { name: 'x', password: 'y' } } } } },
    'name and a domain',
  ],
  [
    'a number for a password',
    { auth: { identity: { ...identity, password: { user: { id: 'x', password: 1 } } } } },
    "'auth.identity.password.user.password'",
  ],
  [
    'a huge password',
    { auth: { identity: { ...identity, password: { user: { id: 'x', password: 'y'.repeat(5000) } } } } },
    "'auth.identity.password.user.password'",
  ],
  ['an unknown field', { auth: { identity, extra: 1 } }, "'auth.extra'"],
  ['two scopes', { auth: { identity, scope: { system: { all: true }, domain: { id: 'default' } } } }, "'auth.scope'"],
  ['half of the system', { auth: { identity, scope: { system: { all: false } } } }, "'auth.scope.system.all'"],
];
for (const [what, body, named] of BAD_LOGINS) {
  test(`a login with ${what} is answered with 400 that names the field`, async () => {
    const { app } = await identityForTest();
    const answer = await call(app, 'POST', '/auth/tokens', body === undefined ? {} : { body });
    assert.equal(answer.status, 400);
    assert.equal(answer.at('error', 'title'), 'Bad Request');
    assert(answer.text('error', 'message').includes(named), answer.text('error', 'message'));
  });
}

test('a body that is too large is refused before it is parsed', async () => {
  const { app } = await identityForTest();
  assert.equal((await call(app, 'POST', '/auth/tokens', { body: `"${'x'.repeat(120_000)}"` })).status, 413);
});

test('versions are found with a slash at the end, also when the app is mounted in one that tells them apart', async () => {
  const { app } = await identityForTest();
  const root = new Hono();
  root.route('/', app);
  for (const [path, status] of [
    ['/identity/', 300],
    ['/identity/v3/', 200],
    ['/identity/v3', 200],
    ['/identity/v3/none', 404],
  ] as const) {
    assert.equal((await call(root, 'GET', path)).status, status, path);
  }
});

test('versions, unknown addresses and methods are answered in Keystone’s shapes', async () => {
  const { app } = await identityForTest();
  const versions = await call(app, 'GET', '/identity');
  assert.equal(versions.status, 300);
  assert.equal(versions.at('versions', 'values', 0, 'links', 0, 'href'), 'http://cloud.test/identity/v3/');
  for (const path of ['/identity/v3', '/identity/v3/']) {
    const version = await call(app, 'GET', path);
    assert.deepEqual(
      [version.status, version.at('version', 'id'), version.at('version', 'status')],
      [200, 'v3.14', 'stable'],
    );
  }
  assert.equal((await call(app, 'GET', '/identity/')).status, 300);
  assert.equal((await call(app, 'GET', '/nothing')).at('error', 'code'), 404);
  assert.equal((await call(app, 'PUT', '/auth/tokens')).at('error', 'title'), 'Method Not Allowed');
});
