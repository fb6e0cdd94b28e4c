import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setHostDisabled } from '../../../../actors/host/client.ts';
import { changeNetwork } from '../../../../actors/network/client.ts';
import { aCaller } from '../../stub-api.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
/** Servers of the member, the oldest first: web-1, web-2, db (stopped), huge (ERROR). */
const ids: Record<string, string> = {};
let foreign = '';

before(async () => {
  cloud = await startTestCloud({ hosts: 2, quota: { ramMib: -1 } });
  ids['web-1'] = await cloud.boot({ name: 'web-1', tags: ['blue', 'old'], networks: 'auto' });
  await cloud.until(ids['web-1'], 'ACTIVE');
  ids['web-2'] = await cloud.boot({ name: 'web-2', tags: ['blue'], flavorRef: '2' });
  await cloud.until(ids['web-2'], 'ACTIVE');
  ids['db'] = await cloud.boot({ name: 'db' });
  await cloud.until(ids['db'], 'ACTIVE');
  await cloud.call('POST', `/servers/${ids['db']}/action`, { body: { 'os-stop': null } });
  await cloud.until(ids['db'], 'SHUTOFF');
  ids['huge'] = await cloud.boot({ name: 'huge', flavorRef: '9', networks: 'none' });
  await cloud.until(ids['huge'], 'ERROR');
  foreign = await cloud.boot({ name: 'foreign', networks: 'none' }, { as: 'stranger' });
  await cloud.until(foreign, 'ACTIVE');
  const gone = await cloud.boot({ name: 'gone', networks: 'none' });
  await cloud.until(gone, 'ACTIVE');
  ids['gone'] = gone;
  await cloud.call('DELETE', `/servers/${gone}`);
  await cloud.until(gone, 'gone');
});
after(() => cloud.close());

const names = async (search: string, as: 'member' | 'admin' = 'member', version = '2.104'): Promise<string[]> => {
  const answer = await cloud.call('GET', `/servers?${search}`, { as, version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.servers.map((server: { name: string }) => server.name);
};

const lists: readonly (readonly [string, 'member' | 'admin', readonly string[]])[] = [
  ['', 'member', ['huge', 'db', 'web-2', 'web-1']],
  ['name=^web-[0-9]$', 'member', ['web-2', 'web-1']],
  ['name=WEB', 'member', ['web-2', 'web-1']],
  ['name=(a%2B)%2Bx', 'member', []],
  ['status=active', 'member', ['web-2', 'web-1']],
  ['status=ERROR&status=SHUTOFF', 'member', ['huge', 'db']],
  ['flavor=2', 'member', ['web-2']],
  ['flavor=none-such', 'member', []],
  ['image=70a599e0-31e7-49b7-b260-868f441e862b', 'member', ['huge', 'db', 'web-2', 'web-1']],
  ['tags=blue,old', 'member', ['web-1']],
  ['tags-any=old,green', 'member', ['web-1']],
  ['not-tags=blue,old', 'member', ['huge', 'db', 'web-2']],
  ['not-tags-any=blue', 'member', ['huge', 'db']],
  ['ip=%5E10%5C.', 'member', ['db', 'web-2', 'web-1']],
  ['ip6=%5E10', 'member', []],
  ['locked=true', 'member', []],
  ['vm_state=stopped', 'member', ['db']],
  ['host=sim-7', 'member', ['huge', 'db', 'web-2', 'web-1']],
  ['host=sim-7&all_tenants=1', 'admin', []],
  ['all_tenants=1', 'admin', ['foreign', 'huge', 'db', 'web-2', 'web-1']],
  ['all_tenants', 'admin', ['foreign', 'huge', 'db', 'web-2', 'web-1']],
  ['all_tenants=1&project_id=ffffffffffffffffffffffffffffffff', 'admin', ['foreign']],
  ['all_tenants=1&tenant_id=ffffffffffffffffffffffffffffffff', 'admin', ['foreign']],
  // Without all_tenants it is not looked at.
  ['tenant_id=ffffffffffffffffffffffffffffffff', 'admin', ['huge', 'db', 'web-2', 'web-1']],
  ['tenant_id=ffffffffffffffffffffffffffffffff', 'member', ['huge', 'db', 'web-2', 'web-1']],
  ['deleted=true', 'member', ['huge', 'db', 'web-2', 'web-1']],
  ['deleted=true', 'admin', ['gone']],
  ['status=DELETED', 'admin', ['gone']],
  ['changes-since=2000-01-01T00:00:00Z', 'member', ['gone', 'huge', 'db', 'web-2', 'web-1']],
  ['changes-before=2000-01-01T00:00:00Z', 'member', []],
  ['sort_key=display_name&sort_dir=asc', 'member', ['db', 'huge', 'web-1', 'web-2']],
  ['sort_key=display_name', 'member', ['web-2', 'web-1', 'huge', 'db']],
  ['sort_key=vm_state&sort_key=display_name&sort_dir=asc&sort_dir=desc', 'member', ['web-2', 'web-1', 'huge', 'db']],
  ['sort_dir=asc', 'member', ['web-1', 'web-2', 'db', 'huge']],
  ['limit=0', 'member', []],
];

for (const [search, as, expected] of lists) {
  test(`GET /servers?${search} shows ${as} ${expected.join(', ') || 'nothing'}`, async () => {
    assert.deepEqual(await names(search, as), expected);
  });
}

test('an address filter finds the server that has the address', async () => {
  const { body } = await cloud.call('GET', `/servers/${ids['web-1']}`);
  const address: string = body.server.addresses.default[0].addr;
  assert.deepEqual(await names(`ip=^${address.replaceAll('.', '\\.')}$`), ['web-1']);
});

for (const search of ['', 'sort_key=display_name&sort_dir=asc', 'sort_dir=asc', 'name=b&sort_key=uuid']) {
  test(`the pages of GET /servers?${search} are together the whole list, each with a link to the next`, async () => {
    const whole = await names(search);
    const paged: string[] = [];
    let next: string | undefined = `/servers?limit=1&${search}`;
    for (let pages = 0; next !== undefined; pages++) {
      assert.ok(pages <= whole.length);
      const answer = await cloud.call('GET', next);
      paged.push(...answer.body.servers.map((server: { name: string }) => server.name));
      const href: string | undefined = answer.body.servers_links?.[0].href;
      next = href?.slice('http://compute.example.com/v2.1'.length);
      if (next !== undefined) assert.match(next, /^\/servers\?.*limit=1/);
    }
    assert.deepEqual(paged, whole);
  });
}

const refusals: readonly (readonly [string, 'member' | 'admin', string, number, RegExp])[] = [
  ['marker=none-such', 'member', '2.104', 400, /marker \[none-such\] not found/],
  ['all_tenants=1', 'member', '2.104', 403, /get_all_tenants/],
  ['all_tenants=perhaps', 'admin', '2.104', 400, /Unrecognized value 'perhaps'/],
  ['status=nonsense', 'member', '2.38', 400, /Invalid status value/],
  ['status=DELETED', 'member', '2.104', 403, /Only administrators may list deleted/],
  ['name=(a)\\1', 'member', '2.104', 400, /The filter name cannot be used/],
  ['sort_key=host', 'member', '2.104', 403, /Only administrators can sort servers by host/],
  ['sort_dir=up', 'member', '2.104', 400, /"Invalid input received: Unknown sort direction, must be 'desc' or 'asc'"/],
  [
    'sort_dir=asc&sort_dir=asc',
    'member',
    '2.104',
    400,
    /Invalid input received: Sort direction size exceeds sort key size/,
  ],
  ['changes-since=2024-01-02&changes-before=2024-01-01', 'member', '2.104', 400, /less than or equal/],
  ['metadata=x', 'admin', '2.104', 400, /Invalid filter field: metadata/],
  ['unknown=1', 'member', '2.104', 400, /unknown/],
];

for (const [search, as, version, status, message] of refusals) {
  test(`GET /servers?${search} at ${version} is refused for ${as} with ${status}`, async () => {
    const answer = await cloud.call('GET', `/servers?${search}`, { as, version });
    assert.equal(answer.status, status);
    assert.match(JSON.stringify(answer.body), message);
  });
}

test('before 2.38 an unknown status finds nothing, and before 2.75 unknown parameters are ignored', async () => {
  assert.deepEqual(await names('status=nonsense', 'member', '2.37'), []);
  assert.equal((await names('unknown=1', 'member', '2.74')).length, 4);
});

test('a foreign server is no marker', async () => {
  const answer = await cloud.call('GET', `/servers?marker=${foreign}`);
  assert.equal(answer.status, 400);
});

test('a change of the host shows in a server that was rendered before', async () => {
  const path = `/servers/${ids['web-1']}`;
  const asked = { as: 'admin', version: '2.16' } as const;
  const first = (await cloud.call('GET', path, asked)).body.server;
  assert.equal(first.host_status, 'UP');
  await setHostDisabled(cloud.system, first['OS-EXT-SRV-ATTR:host'], true, null);
  assert.equal((await cloud.call('GET', path, asked)).body.server.host_status, 'MAINTENANCE');
  await setHostDisabled(cloud.system, first['OS-EXT-SRV-ATTR:host'], false, null);
});

test('a new name of a security group shows in a server that was rendered before', async () => {
  const projectId = aCaller().projectId ?? '';
  const group = { projectId, name: 'mail', description: '' };
  const made = await changeNetwork(cloud.system, { type: 'createSecurityGroup', group });
  assert.ok(made.ok);
  const id = await cloud.boot({ security_groups: [{ name: 'mail' }] });
  await cloud.until(id, 'ACTIVE');
  const groupsOf = async () => (await cloud.call('GET', `/servers/${id}`)).body.server.security_groups;
  assert.deepEqual(await groupsOf(), [{ name: 'mail' }]);
  const changes = { name: 'post' };
  const changed = await changeNetwork(cloud.system, { type: 'updateSecurityGroup', id: made.value, changes });
  assert.ok(changed.ok);
  assert.deepEqual(await groupsOf(), [{ name: 'post' }]);
});
