import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMBEDDED_SERVICES } from '../../../http/identity/catalog/catalog.ts';
import { step } from '../answer.ts';
import { call, DEMO, identityForTest, logIn, makeMember, tokenOf } from './identity-service.ts';

test('an administrator makes, shows, finds, changes and deletes a project', async () => {
  const { app } = await identityForTest();
  const token = await tokenOf(app);
  const body = { project: { name: 'lab', description: 'A lab.', tags: ['a', 'b', 'a'] } };
  const made = await call(app, 'POST', '/projects', { token, body });
  assert.equal(made.status, 201);
  const id = made.text('project', 'id');
  assert.deepEqual(made.at('project'), {
    id,
    name: 'lab',
    domain_id: 'default',
    description: 'A lab.',
    enabled: true,
    parent_id: 'default',
    is_domain: false,
    tags: ['a', 'b'],
    options: {},
    links: { self: `http://cloud.test/identity/v3/projects/${id}` },
  });
  assert.equal((await call(app, 'POST', '/projects', { token, body })).status, 409);
  assert.equal((await call(app, 'GET', `/projects/${id}`, { token })).at('project', 'name'), 'lab');
  const names = async (query: string) =>
    (await call(app, 'GET', `/projects${query}`, { token }))
      .list('projects')
      .map((row) => step(row, 'name'))
      .sort();
  assert.deepEqual(await names(''), ['admin', 'demo', 'lab']);
  assert.deepEqual(await names('?name=lab'), ['lab']);
  assert.deepEqual(await names('?name=lab&domain_id=default'), ['lab']);
  assert.deepEqual(await names('?name=none&domain_id=default'), []);
  assert.deepEqual(await names('?tags=a,b'), ['lab']);
  assert.deepEqual(await names('?is_domain=true'), []);
  const limited = await call(app, 'GET', '/projects?limit=2', { token });
  assert.deepEqual([limited.list('projects').length, limited.at('truncated')], [2, true]);
  const changed = await call(app, 'PATCH', `/projects/${id}`, {
    token,
    body: { project: { name: 'lab2', enabled: false } },
  });
  assert.deepEqual([changed.at('project', 'name'), changed.at('project', 'enabled')], ['lab2', false]);
  assert.equal(changed.at('project', 'description'), 'A lab.');
  assert.deepEqual(await names('?enabled=false'), ['lab2']);
  assert.equal(
    (await call(app, 'PATCH', `/projects/${id}`, { token, body: { project: { name: 'demo' } } })).status,
    409,
  );
  assert.equal((await call(app, 'DELETE', `/projects/${id}`, { token })).status, 204);
  const gone = await call(app, 'GET', `/projects/${id}`, { token });
  assert.deepEqual([gone.status, gone.at('error', 'message')], [404, `Could not find project: ${id}.`]);
});

test('an administrator makes, finds, changes and deletes a user, and no answer holds anything of the password', async () => {
  const { app } = await identityForTest();
  const token = await tokenOf(app);
  const user = { name: 'bob', password: 'bob-has-a-password', email: 'bob@example.org', enabled: true, options: {} };
  const sent = { ...user, project_id: 'p1' }; // It is taken, and nothing comes of it.
  const made = await call(app, 'POST', '/users', { token, body: { user: sent } });
  assert.equal(made.status, 201);
  const id = made.text('user', 'id');
  assert.deepEqual(made.at('user'), {
    id,
    name: 'bob',
    domain_id: 'default',
    enabled: true,
    email: 'bob@example.org',
    password_expires_at: null,
    options: {},
    links: { self: `http://cloud.test/identity/v3/users/${id}` },
  });
  const found = await call(app, 'GET', '/users?name=bob', { token });
  assert.deepEqual(
    found.list('users').map((row) => step(row, 'id')),
    [id],
  );
  assert(!JSON.stringify([made.body, found.body]).includes('scrypt'));
  const body = { user: { name: 'robert', email: null, default_project_id: null } };
  const changed = await call(app, 'PATCH', `/users/${id}`, { token, body });
  assert.deepEqual([changed.at('user', 'name'), changed.at('user', 'email')], ['robert', undefined]);
  assert.equal((await logIn(app, { user: 'robert', password: user.password, scope: null })).status, 201);
  assert.equal((await call(app, 'DELETE', `/users/${id}`, { token })).status, 204);
  assert.equal((await logIn(app, { user: 'robert', password: user.password, scope: null })).status, 401);
  assert.equal((await call(app, 'PATCH', `/users/${id}`, { token, body })).status, 404);
});

test('a user without a password cannot log in', async () => {
  const { app } = await identityForTest();
  await call(app, 'POST', '/users', { token: await tokenOf(app), body: { user: { name: 'mute' } } });
  for (const password of ['', 'null', 'undefined']) {
    assert.equal((await logIn(app, { user: 'mute', password, scope: null })).status, 401);
  }
});

const BAD_BODIES: readonly (readonly [string, string, object, string])[] = [
  ['POST', '/projects', {}, "'project'"],
  ['POST', '/projects', { project: {} }, "'project.name'"],
  ['POST', '/projects', { project: { name: '' } }, "'project.name'"],
  ['POST', '/projects', { project: { name: ' ' } }, "'project.name'"],
  ['POST', '/projects', { project: { name: 'a\u0007' } }, "'project.name'"],
  ['POST', '/projects', { project: { name: 'x'.repeat(65) } }, "'project.name'"],
  ['POST', '/projects', { project: { name: 'x', enabled: 'yes' } }, "'project.enabled'"],
  ['POST', '/projects', { project: { name: 'x', is_domain: true } }, "'project.is_domain'"],
  ['POST', '/projects', { project: { name: 'x', colour: 'red' } }, "'project.colour'"],
  ['POST', '/projects', { project: { name: 'x', parent_id: 'abc' } }, "'project.parent_id'"],
  ['POST', '/projects', { project: { name: 'x', tags: ['a,b'] } }, "'project.tags.0'"],
  ['POST', '/users', { user: { name: 'x', password: 'short' } }, "'user.password'"],
  ['POST', '/users', { user: { name: 'x', password: 'x'.repeat(4097) } }, "'user.password'"],
  ['POST', '/users', { user: { name: 'x'.repeat(256) } }, "'user.name'"],
  ['POST', '/roles', { role: { name: 1 } }, "'role.name'"],
  ['POST', '/roles', { role: { name: 'x', domain_id: 'default' } }, "'role.domain_id'"],
];
for (const [method, path, body, named] of BAD_BODIES) {
  test(`${method} ${path} with ${JSON.stringify(body).slice(0, 60)} is refused with 400 that names ${named}`, async () => {
    const { app } = await identityForTest();
    const answer = await call(app, method, path, { token: await tokenOf(app), body });
    assert.equal(answer.status, 400);
    assert(answer.text('error', 'message').includes(named), answer.text('error', 'message'));
    assert(!answer.text('error', 'message').includes('short'));
  });
}

test('ids and filters that are too long to be any are refused before they are looked up', async () => {
  const { app } = await identityForTest();
  const token = await tokenOf(app);
  assert.equal((await call(app, 'GET', `/users/${'x'.repeat(501)}`, { token })).status, 404);
  assert.equal((await call(app, 'GET', `/users/${'x'.repeat(255)}`, { token })).status, 404);
  const answer = await call(app, 'GET', `/users?domain_id=default&name=${'x'.repeat(256)}`, { token });
  assert.deepEqual(
    [answer.status, answer.at('error', 'message')],
    [400, "Invalid input for field 'name': It is too long."],
  );
});

test('a project in a domain that does not exist is refused with 404', async () => {
  const { app } = await identityForTest();
  const body = { project: { name: 'x', domain_id: 'nowhere' } };
  assert.equal((await call(app, 'POST', '/projects', { token: await tokenOf(app), body })).status, 404);
});

const ADMIN_ONLY: readonly (readonly [string, string])[] = [
  ['GET', '/projects'],
  ['POST', '/projects'],
  ['PATCH', '/projects/{project}'],
  ['DELETE', '/projects/{project}'],
  ['GET', '/projects/{other}'],
  ['GET', '/users'],
  ['POST', '/users'],
  ['GET', '/users/{admin}'],
  ['PATCH', '/users/{self}'],
  ['DELETE', '/users/{self}'],
  ['POST', '/users/{admin}/password'],
  ['GET', '/users/{admin}/projects'],
  ['GET', '/users/{admin}/application_credentials'],
  ['GET', '/roles'],
  ['POST', '/roles'],
  ['GET', '/role_assignments'],
  ['PUT', '/projects/{project}/users/{self}/roles/{admin role}'],
  ['DELETE', '/projects/{project}/users/{self}/roles/{admin role}'],
  ['PUT', '/system/users/{self}/roles/{admin role}'],
  ['GET', '/domains'],
  ['GET', '/services'],
  ['GET', '/endpoints'],
];
for (const [method, path] of ADMIN_ONLY) {
  test(`${method} ${path} is refused to a member with 403, and to nobody known with 401`, async () => {
    const service = await identityForTest();
    const { app } = service;
    const admin = await tokenOf(app);
    const { id, projectId, password } = await makeMember(service, admin);
    const role = await call(app, 'GET', '/roles?name=admin', { token: admin });
    const self = await logIn(app);
    const places: Readonly<Record<string, string>> = {
      project: projectId,
      self: id,
      other: self.text('token', 'project', 'id'),
      admin: self.text('token', 'user', 'id'),
      'admin role': role.text('roles', 0, 'id'),
    };
    const url = path.replace(/\{([^}]+)\}/g, (_, name: string) => places[name] ?? '?');
    const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
    const answer = await call(app, method, url, { token });
    assert.equal(answer.status, 403);
    assert.match(
      answer.text('error', 'message'),
      /^You are not authorized to perform the requested action: identity:\w+\.$/,
    );
    assert.equal((await call(app, method, url)).status, 401);
  });
}

test('a member sees itself, its projects, the domain and the regions', async () => {
  const service = await identityForTest();
  const { app } = service;
  const { id, projectId, password } = await makeMember(service, await tokenOf(app));
  const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  for (const path of [
    `/users/${id}`,
    `/projects/${projectId}`,
    `/users/${id}/projects`,
    '/domains/default',
    '/regions',
  ]) {
    assert.equal((await call(app, 'GET', path, { token })).status, 200, path);
  }
});

test('a user changes its password with the old one; then tokens and logins of before are refused', async () => {
  const service = await identityForTest();
  const { app } = service;
  const { id, password } = await makeMember(service, await tokenOf(app));
  const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  const change = (original_password: string) =>
    call(app, 'POST', `/users/${id}/password`, {
      token,
      body: { user: { original_password, password: 'another-password' } },
    });
  assert.equal((await change('wrong-password')).status, 401);
  assert.equal((await change(password)).status, 204);
  assert.equal((await call(app, 'GET', `/users/${id}`, { token })).status, 401);
  assert.equal((await logIn(app, { user: 'mia', password, scope: DEMO })).status, 401);
  assert.equal((await logIn(app, { user: 'mia', password: 'another-password', scope: DEMO })).status, 201);
});

test('roles are given, checked, listed and taken, and assignments show names on demand', async () => {
  const service = await identityForTest();
  const { app } = service;
  const token = await tokenOf(app);
  const { id, projectId, roleId } = await makeMember(service, token);
  const path = `/projects/${projectId}/users/${id}/roles/${roleId}`;
  assert.equal((await call(app, 'HEAD', path, { token })).status, 204);
  const held = await call(app, 'GET', `/projects/${projectId}/users/${id}/roles`, { token });
  assert.deepEqual(
    held.list('roles').map((role) => step(role, 'name')),
    ['member'],
  );
  const plain = await call(app, 'GET', `/role_assignments?user.id=${id}`, { token });
  assert.deepEqual(plain.at('role_assignments'), [
    {
      role: { id: roleId },
      user: { id },
      scope: { project: { id: projectId } },
      links: { assignment: `http://cloud.test/identity/v3${path}` },
    },
  ]);
  const named = await call(app, 'GET', `/role_assignments?scope.project.id=${projectId}&include_names=True`, { token });
  const shown = named
    .list('role_assignments')
    .map((row) => [step(step(row, 'role'), 'name'), step(step(row, 'user'), 'name')]);
  assert.deepEqual(shown.sort(), [
    ['admin', 'admin'],
    ['member', 'mia'],
  ]);
  const domain = { id: 'default', name: 'Default' };
  assert.deepEqual(step(step(named.list('role_assignments')[0], 'scope'), 'project'), {
    id: projectId,
    name: 'demo',
    domain,
  });
  const effective = await call(app, 'GET', `/role_assignments?user.id=${id}&effective&include_names`, { token });
  const names = effective.list('role_assignments').map((row) => step(step(row, 'role'), 'name'));
  assert.deepEqual(names, ['member', 'reader']);
  assert.equal(
    (await call(app, 'GET', '/role_assignments?scope.system=all', { token })).list('role_assignments').length,
    1,
  );
  assert.equal((await call(app, 'DELETE', path, { token })).status, 204);
  assert.equal((await call(app, 'HEAD', path, { token })).status, 404);
  assert.equal((await call(app, 'DELETE', path, { token })).status, 404);
  assert.equal((await call(app, 'PUT', `/projects/none/users/${id}/roles/${roleId}`, { token })).status, 404);
});

test('roles of one’s own come and go; those that policies are about stay', async () => {
  const { app } = await identityForTest();
  const token = await tokenOf(app);
  const made = await call(app, 'POST', '/roles', { token, body: { role: { name: 'auditor', options: {} } } });
  assert.equal(made.status, 201);
  const id = made.text('role', 'id');
  const renamed = await call(app, 'PATCH', `/roles/${id}`, { token, body: { role: { name: 'inspector' } } });
  assert.equal(renamed.at('role', 'name'), 'inspector');
  assert.equal((await call(app, 'DELETE', `/roles/${id}`, { token })).status, 204);
  const admin = (await call(app, 'GET', '/roles?name=admin', { token })).text('roles', 0, 'id');
  assert.equal((await call(app, 'DELETE', `/roles/${admin}`, { token })).status, 403);
  assert.equal((await call(app, 'PATCH', `/roles/${admin}`, { token, body: { role: { name: 'x' } } })).status, 403);
  assert.equal((await call(app, 'GET', '/role_inferences', { token })).list('role_inferences').length, 3);
});

test('services, endpoints and regions are listed, filtered and shown, with the ids of the catalog', async () => {
  const { app } = await identityForTest();
  const token = await tokenOf(app);
  const services = await call(app, 'GET', '/services?type=compute', { token });
  const id = services.text('services', 0, 'id');
  assert.equal((await call(app, 'GET', `/services/${id}`, { token })).at('service', 'name'), 'nova');
  assert.equal(
    (await call(app, 'GET', '/endpoints', { token })).list('endpoints').length,
    3 * EMBEDDED_SERVICES.length,
  );
  const mine = await call(app, 'GET', `/endpoints?service_id=${id}&interface=public`, { token });
  assert.deepEqual(
    mine.list('endpoints').map((row) => step(row, 'url')),
    ['http://cloud.test/compute/v2.1'],
  );
  const endpoint = mine.text('endpoints', 0, 'id');
  assert.equal((await call(app, 'GET', `/endpoints/${endpoint}`, { token })).at('endpoint', 'service_id'), id);
  const catalog = await call(app, 'GET', '/auth/catalog', { token });
  assert.equal(catalog.at('catalog', 0, 'endpoints', 0, 'id'), endpoint);
  assert.equal((await call(app, 'GET', '/regions/RegionOne', { token })).at('region', 'id'), 'RegionOne');
  assert.equal((await call(app, 'GET', '/regions/Mars', { token })).status, 404);
});

test('an application credential logs in for its project with its roles only, until it is deleted', async () => {
  const service = await identityForTest();
  const { app } = service;
  const { id, projectId, password } = await makeMember(service, await tokenOf(app));
  const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  const path = `/users/${id}/application_credentials`;
  const body = { application_credential: { name: 'ci', roles: [{ name: 'reader' }] } };
  const made = await call(app, 'POST', path, { token, body });
  assert.equal(made.status, 201);
  const secret = made.text('application_credential', 'secret');
  const credentialId = made.text('application_credential', 'id');
  assert(secret.length >= 64);
  assert.equal((await call(app, 'POST', path, { token, body })).status, 409);
  assert(!JSON.stringify((await call(app, 'GET', path, { token })).body).includes('secret'));
  const log = (application_credential: object) =>
    call(app, 'POST', '/auth/tokens', {
      body: { auth: { identity: { methods: ['application_credential'], application_credential } } },
    });
  const answer = await log({ id: credentialId, secret });
  assert.equal(answer.status, 201);
  assert.equal(answer.at('token', 'project', 'id'), projectId);
  assert.deepEqual(
    answer.list('token', 'roles').map((role) => step(role, 'name')),
    ['reader'],
  );
  assert.equal((await log({ name: 'ci', user: { id }, secret })).status, 201);
  assert.equal((await log({ id: credentialId, secret: 'wrong-secret' })).status, 401);
  const restricted = answer.headers.get('X-Subject-Token') ?? '';
  assert.equal((await call(app, 'POST', path, { token: restricted, body })).status, 403);
  assert.equal((await call(app, 'DELETE', `${path}/${credentialId}`, { token })).status, 204);
  assert.equal((await call(app, 'GET', `/users/${id}`, { token: restricted })).status, 401);
  assert.equal((await log({ id: credentialId, secret })).status, 401);
});

test('an application credential gives no role that its maker’s token does not have', async () => {
  const service = await identityForTest();
  const { app } = service;
  const admin = await tokenOf(app);
  const { id, password } = await makeMember(service, admin);
  const token = await tokenOf(app, { user: 'mia', password, scope: DEMO });
  const body = { application_credential: { name: 'up', roles: [{ name: 'admin' }] } };
  assert.equal((await call(app, 'POST', `/users/${id}/application_credentials`, { token, body })).status, 400);
  assert.equal((await call(app, 'POST', `/users/${id}/application_credentials`, { token: admin, body })).status, 403);
});
