import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NetworkApi, networkApi } from './network-api.ts';

const V2 = '/network/v2.0';

const makeNetwork = async (
  { call }: NetworkApi,
  token: string,
  more: Record<string, unknown> = {},
): Promise<string> => {
  const answer = await call(token, 'POST', `${V2}/networks`, { network: { name: 'net', ...more } });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.text('network', 'id');
};

const makeSubnet = async (
  { call }: NetworkApi,
  token: string,
  networkId: string,
  cidr = '10.1.0.0/24',
): Promise<string> => {
  const subnet = { network_id: networkId, ip_version: cidr.includes(':') ? 6 : 4, cidr };
  const answer = await call(token, 'POST', `${V2}/subnets`, { subnet });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.text('subnet', 'id');
};

test('versions and collections are told without a token, with and without a slash', async () => {
  const { call } = networkApi();
  for (const path of ['/network', '/network/']) {
    const answer = await call('', 'GET', path);
    assert.equal(answer.status, 200);
    assert.equal(answer.at('versions', 0, 'links', 0, 'href'), 'http://127.0.0.1/network/v2.0/');
  }
  for (const path of [V2, `${V2}/`]) {
    const answer = await call('', 'GET', path);
    assert.deepEqual(answer.each('resources', 'collection'), [
      'networks',
      'subnets',
      'ports',
      'security-groups',
      'security-group-rules',
      'routers',
      'floatingips',
      'qos/policies',
    ]);
  }
});

test('a request without a good token gets the 401 of keystonemiddleware', async () => {
  const { call } = networkApi();
  for (const token of ['', 'unknown', 'x'.repeat(5000)]) {
    const answer = await call(token, 'GET', `${V2}/networks`);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'), 'Keystone uri="http://127.0.0.1/identity"');
    assert.equal(answer.at('error', 'code'), 401);
  }
});

test('administrators say where a network is outside of hosts, and nobody else sees it', async () => {
  const { call } = networkApi();
  const said = { 'provider:network_type': 'vlan', 'provider:physical_network': 'physnet1' };
  const refused = await call('p1', 'POST', `${V2}/networks`, { network: said });
  assert.equal(refused.status, 403);
  const made = await call('admin', 'POST', `${V2}/networks`, { network: { ...said, shared: true } });
  assert.equal(made.status, 201);
  const path = `${V2}/networks/${made.text('network', 'id')}`;
  const changed = await call('admin', 'PUT', path, { network: { 'provider:segmentation_id': 7 } });
  assert.equal(changed.status, 200);
  const shown = await call('admin', 'GET', path);
  for (const [field, value] of Object.entries({ ...said, 'provider:segmentation_id': 7 }))
    assert.equal(shown.at('network', field), value, field);
  assert.equal((await call('p1', 'GET', path)).at('network', 'provider:physical_network'), undefined);
  const own = await call('p1', 'POST', `${V2}/networks`, { network: { name: 'own' } });
  const mine = `${V2}/networks/${own.text('network', 'id')}`;
  assert.equal((await call('p1', 'PUT', mine, { network: said })).status, 403);
  assert.equal((await call('admin', 'GET', mine)).at('network', 'provider:network_type'), null);
});

test('a network lives: created, shown, changed, tagged, deleted', async () => {
  const api = networkApi();
  const { call } = api;
  const id = await makeNetwork(api, 'p1', { description: 'first', mtu: 1400, admin_state_up: 'False' });
  const shown = await call('p1', 'GET', `${V2}/networks/${id}`);
  assert.equal(shown.status, 200);
  assert.match(shown.headers.get('x-openstack-request-id') ?? '', /^req-/);
  for (const [field, value] of Object.entries({
    name: 'net',
    description: 'first',
    mtu: 1400,
    admin_state_up: false,
    shared: false,
    tenant_id: 'p1',
    project_id: 'p1',
    subnets: [],
    status: 'ACTIVE',
    revision_number: 0,
    'router:external': false,
  })) {
    assert.deepEqual(shown.at('network', field), value, field);
  }
  assert.match(shown.text('network', 'created_at'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const changed = await call('p1', 'PUT', `${V2}/networks/${id}`, { network: { name: 'other' } });
  assert.deepEqual(
    [changed.status, changed.at('network', 'name'), changed.at('network', 'description')],
    [200, 'other', 'first'],
  );
  assert.equal((await call('p1', 'PUT', `${V2}/networks/${id}/tags`, { tags: ['b', 'a'] })).status, 200);
  assert.equal((await call('p1', 'PUT', `${V2}/networks/${id}/tags/c`)).status, 201);
  assert.deepEqual((await call('p1', 'GET', `${V2}/networks/${id}/tags`)).body, { tags: ['a', 'b', 'c'] });
  assert.equal((await call('p1', 'DELETE', `${V2}/networks/${id}/tags/a`)).status, 204);
  assert.equal((await call('p1', 'GET', `${V2}/networks/${id}/tags/a`)).status, 404);
  assert.deepEqual((await call('p1', 'GET', `${V2}/networks?tags=b,c`)).each('networks', 'id'), [id]);
  assert.deepEqual((await call('p1', 'GET', `${V2}/networks?not-tags-any=c`)).each('networks', 'id'), []);
  assert.equal((await call('p1', 'DELETE', `${V2}/networks/${id}`)).status, 204);
  const gone = await call('p1', 'GET', `${V2}/networks/${id}`);
  assert.equal(gone.status, 404);
  assert.deepEqual(gone.at('NeutronError'), {
    type: 'NetworkNotFound',
    message: `Network ${id} could not be found.`,
    detail: '',
  });
});

test('a subnet lives, of IPv4 and of IPv6, and its network names it', async () => {
  const api = networkApi();
  const { call } = api;
  const networkId = await makeNetwork(api, 'p1');
  const [v4, v6] = [await makeSubnet(api, 'p1', networkId), await makeSubnet(api, 'p1', networkId, 'fd00::/64')];
  const shown = await call('p1', 'GET', `${V2}/subnets/${v4}`);
  assert.deepEqual(shown.at('subnet', 'allocation_pools'), [{ start: '10.1.0.2', end: '10.1.0.254' }]);
  assert.equal(shown.at('subnet', 'gateway_ip'), '10.1.0.1');
  assert.deepEqual((await call('p1', 'GET', `${V2}/networks/${networkId}`)).at('network', 'subnets'), [v4, v6].sort());
  const changed = await call('p1', 'PUT', `${V2}/subnets/${v4}`, {
    subnet: {
      gateway_ip: null,
      dns_nameservers: ['9.9.9.9'],
      host_routes: [{ destination: '10.9.0.0/16', nexthop: '10.1.0.9' }],
    },
  });
  assert.deepEqual(
    [changed.status, changed.at('subnet', 'gateway_ip'), changed.at('subnet', 'dns_nameservers')],
    [200, null, ['9.9.9.9']],
  );
  assert.deepEqual((await call('p1', 'GET', `${V2}/subnets?ip_version=6`)).each('subnets', 'id'), [v6]);
  assert.equal((await call('p1', 'DELETE', `${V2}/subnets/${v6}`)).status, 204);
  const overlap = await call('p1', 'POST', `${V2}/subnets`, {
    subnet: { network_id: networkId, ip_version: 4, cidr: '10.1.0.128/25' },
  });
  assert.equal(overlap.status, 400);
  assert.match(overlap.text('NeutronError', 'message'), /overlaps with subnet/);
});

test('a port lives, and is found by any of its fields', async () => {
  const api = networkApi();
  const { call } = api;
  const networkId = await makeNetwork(api, 'p1');
  const subnetId = await makeSubnet(api, 'p1', networkId);
  const fixed_ips = [{ subnet_id: subnetId, ip_address: '10.1.0.77' }];
  const made = await call('p1', 'POST', `${V2}/ports`, {
    port: {
      network_id: networkId,
      name: 'eth',
      fixed_ips,
      mac_address: 'FA:16:3E:01:02:03',
      device_id: 'd1',
      device_owner: 'me',
    },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const id = made.text('port', 'id');
  await call('p1', 'POST', `${V2}/ports`, { port: { network_id: networkId } });
  assert.deepEqual(made.at('port', 'fixed_ips'), fixed_ips);
  for (const query of [
    'name=eth',
    'mac_address=fa:16:3e:01:02:03',
    'device_id=d1',
    'device_owner=me&status=DOWN',
    'fixed_ips=ip_address=10.1.0.77',
    `network_id=${networkId}&name=eth&name=other`,
    `id=${id}&admin_state_up=True`,
  ]) {
    for (const token of ['p1', 'admin']) {
      assert.deepEqual(
        (await call(token, 'GET', `${V2}/ports?${query}`)).each('ports', 'id'),
        [id],
        `${token}: ${query}`,
      );
    }
  }
  assert.deepEqual((await call('p1', 'GET', `${V2}/ports?device_id=d2`)).each('ports', 'id'), []);
  assert.deepEqual((await call('p1', 'GET', `${V2}/ports?name=eth&fields=id&fields=name`)).at('ports', 0), {
    id,
    name: 'eth',
  });
  const taken = await call('p1', 'POST', `${V2}/ports`, { port: { network_id: networkId, fixed_ips } });
  assert.deepEqual([taken.status, taken.at('NeutronError', 'type')], [409, 'IpAddressAlreadyAllocated']);
  const changed = await call('p1', 'PUT', `${V2}/ports/${id}`, {
    port: { admin_state_up: false, security_groups: [] },
  });
  assert.deepEqual([changed.status, changed.at('port', 'security_groups')], [200, []]);
  assert.equal((await call('p1', 'DELETE', `${V2}/ports/${id}`)).status, 204);
  const inUse = await call('p1', 'DELETE', `${V2}/networks/${networkId}`);
  assert.deepEqual([inUse.status, inUse.at('NeutronError', 'type')], [409, 'NetworkInUse']);
});

test('security groups and rules live; the group default is there when it is first asked for', async () => {
  const { call } = networkApi();
  const listed = await call('p1', 'GET', `${V2}/security-groups`);
  assert.deepEqual(listed.each('security_groups', 'name'), ['default']);
  assert.deepEqual((await call('p1', 'GET', `${V2}/security-groups`)).body, listed.body);
  const group = await call('p1', 'POST', `${V2}/security-groups`, { security_group: { name: 'web' } });
  const id = group.text('security_group', 'id');
  const rule = {
    security_group_id: id,
    direction: 'ingress',
    ethertype: 'IPv4',
    protocol: 'TCP',
    port_range_min: '80',
    port_range_max: 443,
    remote_ip_prefix: '10.0.0.5/8',
  };
  const made = await call('p1', 'POST', `${V2}/security-group-rules`, { security_group_rule: rule });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.deepEqual(
    ['protocol', 'port_range_min', 'remote_ip_prefix', 'project_id'].map((field) =>
      made.at('security_group_rule', field),
    ),
    ['tcp', 80, '10.0.0.5/8', 'p1'],
  );
  const again = await call('p1', 'POST', `${V2}/security-group-rules`, { security_group_rule: rule });
  assert.deepEqual([again.status, again.at('NeutronError', 'type')], [409, 'SecurityGroupRuleExists']);
  const ruleId = made.text('security_group_rule', 'id');
  assert.equal(
    (await call('p1', 'GET', `${V2}/security-group-rules?security_group_id=${id}`)).each('security_group_rules', 'id')
      .length,
    3,
  );
  assert.equal((await call('p2', 'GET', `${V2}/security-group-rules/${ruleId}`)).status, 404);
  assert.equal((await call('p1', 'DELETE', `${V2}/security-group-rules/${ruleId}`)).status, 204);
  assert.equal(
    (await call('p1', 'PUT', `${V2}/security-groups/${id}`, { security_group: { name: 'www' } })).at(
      'security_group',
      'name',
    ),
    'www',
  );
  assert.equal((await call('p1', 'DELETE', `${V2}/security-groups/${id}`)).status, 204);
  const kept = await call('p1', 'DELETE', `${V2}/security-groups/${listed.at('security_groups', 0, 'id')}`);
  assert.equal(kept.status, 409);
});

test('pages follow each other by their links, forwards and backwards, sorted or not', async () => {
  const api = networkApi();
  const { call } = api;
  for (const name of ['d', 'a', 'c', 'e', 'b']) await makeNetwork(api, 'p1', { name });
  for (const sorting of ['', '&sort_key=name&sort_dir=desc', '&sort_key=name']) {
    const all = (await call('p1', 'GET', `${V2}/networks?limit=100${sorting}`)).each('networks', 'name');
    assert.equal(all.length, 5);
    if (sorting !== '')
      assert.deepEqual(all, sorting.endsWith('desc') ? ['e', 'd', 'c', 'b', 'a'] : ['a', 'b', 'c', 'd', 'e']);
    const seen: unknown[] = [];
    let path = `${V2}/networks?limit=2${sorting}`;
    let last = '';
    for (;;) {
      const page = await call('p1', 'GET', path);
      seen.push(...page.each('networks', 'name'));
      const rels = page.at('networks_links') === undefined ? [] : page.each('networks_links', 'rel');
      const next = rels.indexOf('next');
      last = page.text('networks_links', Math.max(0, rels.indexOf('previous')), 'href');
      if (next < 0) break;
      path = page.text('networks_links', next, 'href').replace('http://127.0.0.1', '');
    }
    assert.deepEqual(seen, all);
    const before = await call('p1', 'GET', last.replace('http://127.0.0.1', ''));
    assert.deepEqual(before.each('networks', 'name'), all.slice(2, 4));
  }
});

test('a list without a limit ends at a page that links to the next', async () => {
  const { call, service } = networkApi();
  const networkId = await service.make({
    type: 'createNetwork',
    network: { projectId: 'p1', name: '', description: '', shared: false, adminStateUp: true, mtu: 1500 },
  });
  await service.make({
    type: 'createSubnet',
    subnet: {
      projectId: 'p1',
      networkId,
      name: '',
      description: '',
      version: 4,
      cidr: '10.0.0.0/16',
      gateway: undefined,
      pools: undefined,
      dnsServers: [],
      hostRoutes: [],
      dhcpEnabled: true,
      ipv6AddressMode: null,
      ipv6RaMode: null,
    },
  });
  await service.bound({
    instanceId: 'i1',
    requestId: 'r1',
    requests: Array.from({ length: 1500 }, () => ({ networkId })),
  });
  const first = await call('p1', 'GET', `${V2}/ports`);
  assert.equal(first.each('ports', 'id').length, 1000);
  const second = await call('p1', 'GET', first.text('ports_links', 0, 'href').replace('http://127.0.0.1', ''));
  assert.equal(second.each('ports', 'id').length, 500);
  assert.equal(new Set([...first.each('ports', 'id'), ...second.each('ports', 'id')]).size, 1500);
});

test('what this host does not realise is empty, and making it is refused with the reason', async () => {
  const { call } = networkApi();
  for (const path of ['routers', 'subnetpools', 'agents']) {
    assert.deepEqual((await call('p1', 'GET', `${V2}/${path}`)).body, { [path]: [] });
    const refused = await call('p1', 'POST', `${V2}/${path}`, { [path.slice(0, -1)]: { name: 'x' } });
    assert.deepEqual([refused.status, refused.at('NeutronError', 'type')], [400, 'NotRealisedByThisHost']);
    assert.equal((await call('p1', 'GET', `${V2}/${path}/x`)).status, 404);
  }
  assert.equal((await call('p1', 'GET', `${V2}/extensions/security-group`)).status, 200);
  assert.equal((await call('p1', 'GET', `${V2}/extensions/router`)).status, 404);
  assert.equal((await call('p1', 'GET', `${V2}/quotas/p1`)).at('quota', 'router'), 0);
  assert.equal((await call('p1', 'GET', `${V2}/quotas/p2`)).status, 403);
  assert.equal((await call('p1', 'GET', `${V2}/nothing`)).at('NeutronError', 'type'), 'HTTPNotFound');
});
