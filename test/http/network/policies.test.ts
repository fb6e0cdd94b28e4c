import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkApi } from './network-api.ts';

const V2 = '/network/v2.0';

test('a project sees and changes its own, uses what is shared, and nothing else', async () => {
  const { call } = networkApi();
  const make = async (token: string, shared: boolean): Promise<string> =>
    (await call(token, 'POST', `${V2}/networks`, { network: { name: token, shared } })).text('network', 'id');
  const [own, theirs, shared] = [await make('p1', false), await make('p2', false), await make('admin', true)];
  const cases = [
    ['p1', 'GET', own, 200],
    ['reader', 'GET', own, 200],
    ['p1', 'GET', shared, 200],
    ['p1', 'GET', theirs, 404],
    ['unscoped', 'GET', own, 404],
    ['admin', 'GET', theirs, 200],
    ['p1', 'PUT', theirs, 404],
    ['p1', 'PUT', shared, 403],
    ['reader', 'PUT', own, 403],
    ['p1', 'DELETE', theirs, 404],
    ['p1', 'DELETE', shared, 403],
    ['reader', 'DELETE', own, 403],
    ['p1', 'PUT', own, 200],
  ] as const;
  for (const [token, method, id, status] of cases) {
    const body = method === 'PUT' ? { network: { description: 'x' } } : undefined;
    assert.equal(
      (await call(token, method, `${V2}/networks/${id}`, body)).status,
      status,
      `${token} ${method} ${id === own ? 'own' : id === shared ? 'shared' : 'theirs'}`,
    );
  }
  assert.deepEqual(
    [...(await call('p1', 'GET', `${V2}/networks`)).each('networks', 'id')].sort(),
    [own, shared].sort(),
  );
  assert.equal((await call('admin', 'GET', `${V2}/networks`)).each('networks', 'id').length, 3);
  assert.deepEqual((await call('admin', 'GET', `${V2}/networks?project_id=p2`)).each('networks', 'id'), [theirs]);
  assert.equal((await call('unscoped', 'GET', `${V2}/networks`)).each('networks', 'id').length, 1);
});

test('a new project has its group default as soon as there is a network or a group of it, or an administrator asks', async () => {
  const { call } = networkApi();
  const named = async (query: string) =>
    (await call('admin', 'GET', `${V2}/security-groups?${query}`)).each('security_groups', 'name');
  await call('admin', 'POST', `${V2}/networks`, { network: { project_id: 'new1' } });
  await call('admin', 'POST', `${V2}/security-groups`, { security_group: { name: 'web', project_id: 'new2' } });
  const all = (await call('admin', 'GET', `${V2}/security-groups?name=default`)).each('security_groups', 'project_id');
  assert.deepEqual([...all].sort(), ['admin', 'new1', 'new2']);
  assert.deepEqual([...(await named('project_id=new2'))].sort(), ['default', 'web']);
  assert.deepEqual(await named('project_id=new3'), ['default']);
  assert.deepEqual(await named('tenant_id=new4&name=default'), ['default']);
  assert.equal((await call('admin', 'GET', `${V2}/security-groups?project_id=${'x'.repeat(300)}`)).status, 400);
  assert.deepEqual(await named('project_id=%00'), []);
  // A member's filter makes nothing for others.
  assert.deepEqual((await call('p1', 'GET', `${V2}/security-groups?project_id=p2`)).at('security_groups'), []);
  const others = (await call('admin', 'GET', `${V2}/security-groups`)).each('security_groups', 'project_id');
  assert.deepEqual([...new Set(others)].sort(), ['admin', 'new1', 'new2', 'new3', 'new4', 'p1']);
});

test('what is for administrators is refused to members', async () => {
  const { call } = networkApi();
  const network = async (body: unknown) => (await call('p1', 'POST', `${V2}/networks`, { network: body })).status;
  assert.equal(await network({ shared: true }), 403);
  assert.equal(await network({ project_id: 'p2' }), 403);
  assert.equal((await call('reader', 'POST', `${V2}/networks`, { network: {} })).status, 403);
  assert.equal((await call('unscoped', 'POST', `${V2}/networks`, { network: {} })).status, 400);
  const made = await call('admin', 'POST', `${V2}/networks`, { network: { project_id: 'p2', shared: true } });
  assert.equal(made.at('network', 'project_id'), 'p2');
  const id = made.text('network', 'id');
  assert.equal(
    (await call('p1', 'POST', `${V2}/subnets`, { subnet: { network_id: id, ip_version: 4, cidr: '10.0.0.0/24' } }))
      .status,
    403,
  );
  const port = (more: object) => call('p1', 'POST', `${V2}/ports`, { port: { network_id: id, ...more } });
  assert.equal((await port({ 'binding:host_id': 'h' })).status, 403);
  assert.equal((await port({ device_owner: 'network:dhcp' })).status, 403);
  const groups = await call('p2', 'GET', `${V2}/security-groups`);
  assert.equal((await port({ security_groups: [groups.at('security_groups', 0, 'id')] })).status, 404);
  const own = await port({});
  assert.equal(own.status, 201);
  assert.equal(own.at('port', 'binding:host_id'), undefined);
  const shown = await call('admin', 'GET', `${V2}/ports/${own.text('port', 'id')}`);
  assert.equal(shown.at('port', 'binding:host_id'), '');
  assert.deepEqual((await call('p2', 'GET', `${V2}/ports?network_id=${id}`)).each('ports', 'id'), []);
});
