import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { showToken } from '../../../../http/compute/console-auth-tokens/routes.ts';
import { createFloatingIp, listPools } from '../../../../http/compute/network-proxies/floating-ip-routes.ts';
import { noQuery } from '../../../../http/compute/no-query.ts';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';
import { testAnswers, testBodies, testQueries, testRanges } from '../contract-checks.ts';

let cloud: TestCloud;
let server = '';
let port = '';

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call(method, path, { as, ...(body === undefined ? {} : { body }) });

before(async () => {
  cloud = await startTestCloud();
  server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  port = (await call('GET', `/servers/${server}/os-interface`)).body.interfaceAttachments[0].port_id;
});
after(() => cloud.close());

test('networks are shown with the two fields that are left of nova-network', async () => {
  const [network] = (await call('GET', '/os-networks')).body.networks;
  assert.deepEqual([network.id, network.label, network.bridge], [cloud.networkId, 'default', undefined]);
  const [asAdmin] = (await call('GET', '/os-networks', undefined, 'admin')).body.networks;
  assert.equal(asAdmin.bridge, null);
  assert.equal((await call('GET', '/os-networks/none')).status, 404);
  assert.equal((await call('GET', '/os-tenant-networks/none')).status, 404);
});

test('there are no floating IPs, and that is said', async () => {
  const id = '00000000-0000-4000-8000-000000000000';
  const made = await cloud.call('POST', '/os-floating-ips', {});
  assert.equal(made.status, 404);
  assert.equal(made.body.itemNotFound.message, 'No more floating IPs available.');
  assert.equal((await call('POST', '/os-floating-ips', { pool: 'public' })).status, 404);
  for (const body of [[], 'x', { pool: 1 }]) assert.equal((await call('POST', '/os-floating-ips', body)).status, 400);
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await call(method, `/os-floating-ips/${id}`)).status, 404);
    assert.equal((await call(method, '/os-floating-ips/1')).status, 400);
  }
});

test('what no driver and no service of ours has is answered as Nova does without one', async () => {
  const admin = (method: string, path: string, body?: unknown) => call(method, path, body, 'admin');
  assert.equal((await admin('GET', '/os-baremetal-nodes')).status, 501);
  assert.equal((await admin('GET', '/os-baremetal-nodes/1')).status, 501);
  assert.equal((await admin('POST', '/os-baremetal-nodes', { node: {} })).status, 400);
  assert.equal((await admin('DELETE', '/os-baremetal-nodes/1')).status, 400);
  for (const action of ['add_interface', 'remove_interface'])
    assert.equal((await admin('POST', '/os-baremetal-nodes/1/action', { [action]: {} })).status, 400);
  assert.equal((await admin('GET', '/os-console-auth-tokens/x')).status, 404);
  assert.equal((await call('GET', '/os-console-auth-tokens/x')).status, 403);
  assert.equal((await admin('GET', `/servers/${server}/os-interface/${server}`)).status, 404);
});

test('diagnostics tell what a server is made of, in one shape from 2.48', async () => {
  const path = `/servers/${server}/diagnostics`;
  assert.equal((await call('GET', path)).status, 403);
  const at = async (version: string) => (await cloud.call('GET', path, { as: 'admin', version })).body;
  assert.deepEqual(Object.keys(await at('2.47')), ['memory']);
  const shown = await at('2.48');
  assert.deepEqual([shown.state, shown.num_nics, shown.cpu_details.length], ['running', 1, shown.num_cpus]);
  assert.equal((await at('2.47')).memory, shown.memory_details.maximum * 1024);
  assert.match(shown.nic_details[0].mac_address, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
});

test('servers have another name up to 2.102', async () => {
  const shown = await call('GET', `/os-volumes_boot/${server}`);
  assert.equal(shown.body.server.id, server);
  assert.equal((await call('GET', '/os-volumes_boot/detail')).body.servers.length, 1);
  const late = await cloud.call('GET', `/os-volumes_boot/${server}`, { version: '2.103' });
  assert.equal(late.status, 404);
  const action = await call('POST', `/os-volumes_boot/${server}/action`, { 'os-getConsoleOutput': {} });
  assert.equal(action.status, 400, 'an extension of /servers only');
});

testAnswers(() => cloud, {
  'GET /os-networks': () => ({ path: '/os-networks' }),
  'GET /os-networks/{id}': () => ({ path: `/os-networks/${cloud.networkId}` }),
  'GET /os-tenant-networks': () => ({ path: '/os-tenant-networks' }),
  'GET /os-tenant-networks/{id}': () => ({ path: `/os-tenant-networks/${cloud.networkId}` }),
  'GET /os-floating-ip-pools': () => ({ path: '/os-floating-ip-pools' }),
  'GET /os-floating-ips': () => ({ path: '/os-floating-ips' }),
  'GET /servers/{server_id}/os-interface': () => ({ path: `/servers/${server}/os-interface` }),
  'GET /servers/{server_id}/os-interface/{id}': () => ({ path: `/servers/${server}/os-interface/${port}` }),
  'GET /servers/{server_id}/topology': () => ({ path: `/servers/${server}/topology` }),
  'GET /os-volumes_boot/{id}': () => ({ path: `/os-volumes_boot/${server}` }),
});

testRanges(() => cloud, {
  'GET /os-networks': ['/os-networks', ['2.36']],
  'GET /os-tenant-networks': ['/os-tenant-networks', ['2.36']],
  'GET /os-floating-ip-pools': ['/os-floating-ip-pools', ['2.36']],
  'GET /os-floating-ips': ['/os-floating-ips', ['2.36']],
  'GET /os-baremetal-nodes': ['/os-baremetal-nodes', ['2.36']],
  'GET /servers/x/topology': ['/servers/x/topology', ['2.77']],
});

testBodies({ 'POST /os-floating-ips': createFloatingIp });

testQueries(
  {
    'GET /os-floating-ip-pools': listPools,
    'GET /os-console-auth-tokens/{id}': showToken,
    'GET /servers/{server_id}/os-interface': noQuery,
    'GET /servers/{server_id}/diagnostics': noQuery,
    'GET /servers/{server_id}/topology': noQuery,
  },
  [{}, { stranger: ['1'] }],
);
