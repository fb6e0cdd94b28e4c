import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkTable, portTable, subnetTable } from '../../../actors/network/row.ts';
import { networkApi } from './network-api.ts';

const V2 = '/network/v2.0';
const DEEP = '['.repeat(30_000) + ']'.repeat(30_000);

const WRONG_BODIES: readonly (readonly [path: string, body: unknown, message: RegExp])[] = [
  ['networks', '', /one key 'network'/],
  ['networks', '{', /not JSON/],
  ['networks', DEEP, /not JSON|one key 'network'/],
  ['networks', 'null', /one key 'network'/],
  ['networks', '[]', /one key 'network'/],
  ['networks', { networks: [] }, /one key 'network'/],
  ['networks', { network: {}, other: 1 }, /one key 'network'/],
  ['networks', { network: null }, /Invalid input/],
  ['networks', { network: { nmae: 'x' } }, /Unrecognized attribute\(s\) 'nmae'/],
  ['networks', { network: { 'provider:network_type': 'tape' } }, /Invalid input for provider:network_type/],
  ['networks', { network: { 'provider:segmentation_id': -1 } }, /Invalid input for provider:segmentation_id/],
  ['networks', '{"network": {"__proto__": {"shared": true}}}', /not JSON/],
  ['networks', { network: { constructor: 1 } }, /Unrecognized attribute\(s\) 'constructor'/],
  ['networks', { network: { name: 1 } }, /Invalid input for name/],
  ['networks', { network: { name: 'x'.repeat(256) } }, /Invalid input for name.*255/],
  ['networks', { network: { name: 'a\u0000b' } }, /Invalid input for name/],
  ['networks', '{"network": {"name": "\\ud800"}}', /Invalid input for name/],
  ['networks', { network: { mtu: -1 } }, /Invalid input for mtu/],
  ['networks', { network: { mtu: 1e300 } }, /Invalid input for mtu/],
  ['networks', { network: { admin_state_up: 'perhaps' } }, /Invalid input for admin_state_up/],
  ['networks', { network: { 'router:external': true } }, /router:external/],
  ['subnets', { subnet: { ip_version: 4, cidr: '10.0.0.0/24' } }, /Required attribute 'network_id'/],
  ['subnets', { subnet: { network_id: 'NET', ip_version: 5, cidr: '10.0.0.0/24' } }, /Invalid input for ip_version/],
  ['subnets', { subnet: { network_id: 'NET', ip_version: 4, cidr: 'x'.repeat(60) } }, /Invalid input for cidr/],
  ['subnets', { subnet: { network_id: 'NET', ip_version: 4, cidr: '10.0.0.0/024' } }, /Invalid input for cidr/],
  [
    'subnets',
    { subnet: { network_id: 'NET', ip_version: 4, cidr: '10.0.0.0/24', allocation_pools: [{ start: '10.0.0.2' }] } },
    /allocation_pools.0.end/,
  ],
  [
    'subnets',
    { subnet: { network_id: 'NET', ip_version: 4, cidr: '10.0.0.0/24', dns_nameservers: Array(6).fill('9.9.9.9') } },
    /at most 5/,
  ],
  ['ports', { port: { network_id: 'NET', mac_address: '01:00:00:00:00:01' } }, /Invalid input for mac_address/],
  ['ports', { port: { network_id: 'NET', fixed_ips: 'x' } }, /Invalid input for fixed_ips/],
  ['ports', { port: { network_id: 'NET', fixed_ips: [{}] } }, /Invalid input for fixed_ips/],
  ['ports', { port: { network_id: 'NET', fixed_ips: [{ ip_address: '10.0.0.1; rm' }] } }, /is not a valid IP/],
  ['ports', { port: { network_id: 'NET', qos_policy_id: '' } }, /Invalid input for qos_policy_id/],
  ['qos/policies', { policy: { rules: [] } }, /Unrecognized attribute\(s\) 'rules'/],
  ['qos/policies', { policy: { shared: 'perhaps' } }, /Invalid input for shared/],
  ['qos/policies', { policy: { name: 'x'.repeat(256) } }, /Invalid input for name.*255/],
  ['security-groups', { security_group: {} }, /Required attribute 'name'/],
  [
    'security-group-rules',
    { security_group_rule: { security_group_id: 'GROUP', direction: 'up' } },
    /Invalid input for direction/,
  ],
  [
    'security-group-rules',
    { security_group_rule: { security_group_id: 'GROUP', direction: 'ingress', protocol: 'constructor' } },
    /not supported/,
  ],
  [
    'security-group-rules',
    {
      security_group_rule: {
        security_group_id: 'GROUP',
        direction: 'ingress',
        protocol: 'tcp',
        port_range_min: 9,
        port_range_max: 3,
      },
    },
    /port_range_min must be/,
  ],
  [
    'security-group-rules',
    { security_group_rule: { security_group_id: 'GROUP', direction: 'ingress', port_range_min: 9 } },
    /Must also specify protocol/,
  ],
  [
    'security-group-rules',
    { security_group_rule: { security_group_id: 'GROUP', direction: 'ingress', remote_ip_prefix: '10.0.0.0/99' } },
    /remote_ip_prefix/,
  ],
];

test('a wrong body is a 400 that names what is wrong, and changes nothing', async () => {
  const { call, service, crashes } = networkApi();
  const network = (await call('admin', 'POST', `${V2}/networks`, { network: {} })).text('network', 'id');
  const group = (await call('admin', 'GET', `${V2}/security-groups`)).text('security_groups', 0, 'id');
  const text = (body: unknown): string =>
    (typeof body === 'string' ? body : JSON.stringify(body))
      .replace('"NET"', `"${network}"`)
      .replace('"GROUP"', `"${group}"`);
  for (const [path, body, message] of WRONG_BODIES) {
    const answer = await call('admin', 'POST', `${V2}/${path}`, text(body));
    const shown = `${path} ${text(body).slice(0, 200)}: ${JSON.stringify(answer.body)}`;
    assert.equal(answer.status, 400, shown);
    assert.match(answer.text('NeutronError', 'message'), message, shown);
  }
  assert.equal([...networkTable.scan(service.store)].length, 1);
  assert.equal([...subnetTable.scan(service.store)].length, 0);
  assert.equal([...portTable.scan(service.store)].length, 0);
  assert.deepEqual(crashes, []);
});

test('a body that is too large is refused before it is read to its end', async () => {
  const { call, app } = networkApi();
  const large = JSON.stringify({ network: { description: 'x'.repeat(70_000) } });
  assert.equal((await call('admin', 'POST', `${V2}/networks`, large)).status, 413);
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 10_000;
      controller.enqueue(new Uint8Array(10_000).fill(32));
    },
  });
  const request = new Request(`http://127.0.0.1${V2}/networks`, {
    method: 'POST',
    headers: { 'x-auth-token': 'admin' },
    body: endless,
    ...{ duplex: 'half' },
  });
  assert.equal((await app.fetch(request)).status, 413);
  assert(sent < 200_000);
});

const WRONG_QUERIES = [
  'limit=-1',
  'limit=x',
  'limit=99999999999999999',
  'sort_key=nothing',
  'sort_key=id&sort_dir=up',
  'sort_key=id&sort_dir=asc&sort_dir=desc',
  'nothing=1',
  '__proto__=1',
  'constructor=1',
  `name=${'x'.repeat(5000)}`,
  `marker=${'x'.repeat(5000)}`,
  `network_id=${'%00'.repeat(300)}`,
];

test('a wrong query is a 400, an unknown marker a 404, and odd values match nothing', async () => {
  const { call, crashes } = networkApi();
  for (const query of WRONG_QUERIES) {
    const answer = await call('p1', 'GET', `${V2}/ports?${query}`);
    assert.equal(answer.status, 400, `${query.slice(0, 60)}: ${JSON.stringify(answer.body)}`);
    assert(JSON.stringify(answer.body).length < 1000);
  }
  assert.equal((await call('p1', 'GET', `${V2}/ports?marker=nowhere`)).status, 404);
  for (const query of [
    'name=%00',
    'device_id=../x',
    'device_id=',
    `network_id=${'%F0%9F%98%80'.repeat(60)}`,
    'fixed_ips==',
    'fixed_ips=__proto__=x',
    'limit=0',
  ]) {
    assert.deepEqual((await call('p1', 'GET', `${V2}/ports?${query}`)).each('ports', 'id'), [], query);
  }
  for (const path of ['%00', '..%2f..%2fport', '%', 'x'.repeat(3000), '__proto__', '%F0%9F%98%80']) {
    for (const collection of ['networks', 'ports', 'subnets', 'security-groups', 'security-group-rules']) {
      for (const method of ['GET', 'DELETE']) {
        assert.equal(
          (await call('admin', method, `${V2}/${collection}/${path}`)).status,
          404,
          `${method} ${collection}/${path}`,
        );
      }
    }
  }
  assert.deepEqual(crashes, []);
});
