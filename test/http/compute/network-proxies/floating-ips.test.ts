import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeNetwork } from '../../../../actors/network/client.ts';
import { networkTable } from '../../../../actors/network/row.ts';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
let server = '';
let other = '';

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call(method, path, { as, ...(body === undefined ? {} : { body }) });
const act = (id: string, body: unknown, as: CallOptions['as'] = 'member') =>
  call('POST', `/servers/${id}/action`, body, as);
const make = async () => (await call('POST', '/os-floating-ips', { pool: 'public' })).body.floating_ip;
const show = async (id: string) => (await call('GET', `/os-floating-ips/${id}`)).body.floating_ip;
const addresses = async (id: string, version?: string) =>
  (await cloud.call('GET', `/servers/${id}`, version === undefined ? {} : { version })).body.server.addresses;

before(async () => {
  cloud = await startTestCloud({ routed: true });
  server = await cloud.boot();
  other = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  await cloud.until(other, 'ACTIVE');
});
after(() => cloud.close());

test('external networks are the pools that floating IPs come from', async () => {
  assert.deepEqual((await call('GET', '/os-floating-ip-pools')).body, { floating_ip_pools: [{ name: 'public' }] });
  const [externalId = ''] = networkTable.ids(cloud.store, 'external', []);
  for (const body of [{ pool: 'public' }, { pool: externalId }, {}, { pool: null }]) {
    const { status, body: made } = await call('POST', '/os-floating-ips', body);
    assert.equal(status, 200);
    assert.match(made.floating_ip.ip, /^203\.0\.113\./);
    assert.deepEqual(
      [made.floating_ip.pool, made.floating_ip.fixed_ip, made.floating_ip.instance_id],
      ['public', null, null],
    );
    assert.deepEqual(await show(made.floating_ip.id), made.floating_ip);
    assert.equal((await call('GET', `/os-floating-ips/${made.floating_ip.id}`, undefined, 'stranger')).status, 404);
    assert.equal((await call('DELETE', `/os-floating-ips/${made.floating_ip.id}`, undefined, 'stranger')).status, 404);
    assert.equal((await call('DELETE', `/os-floating-ips/${made.floating_ip.id}`)).status, 202);
  }
  assert.deepEqual((await call('GET', '/os-floating-ips')).body, { floating_ips: [] });
  const absent = await call('POST', '/os-floating-ips', { pool: 'none' });
  assert.equal(absent.body.itemNotFound.message, 'Floating IP pool not found.');
});

test('external networks are listed with those that servers may be on', async () => {
  for (const list of ['/os-networks', '/os-tenant-networks']) {
    const { networks } = (await call('GET', list)).body;
    assert.deepEqual(new Set(networks.map(({ label }: { label: string }) => label)), new Set(['default', 'public']));
    for (const { id, label } of networks)
      assert.equal((await call('GET', `${list}/${id}`, undefined, 'stranger')).body.network.label, label);
  }
});

test('a floating IP is shown among the addresses of its server, and moves with it', async () => {
  const { id, ip } = await make();
  const [fixed] = (await addresses(server)).default;
  assert.equal((await act(server, { addFloatingIp: { address: ip } })).status, 202);
  assert.deepEqual((await addresses(server)).default, [
    fixed,
    {
      version: 4,
      addr: ip,
      'OS-EXT-IPS:type': 'floating',
      'OS-EXT-IPS-MAC:mac_addr': fixed['OS-EXT-IPS-MAC:mac_addr'],
    },
  ]);
  const ips = (await call('GET', `/servers/${server}/ips`)).body.addresses.default;
  assert.deepEqual(ips[1], { version: 4, addr: ip });
  assert.deepEqual([(await show(id)).instance_id, (await show(id)).fixed_ip], [server, fixed.addr]);
  assert.equal((await act(other, { addFloatingIp: { address: ip } })).status, 202);
  assert.equal((await addresses(server)).default.length, 1);
  assert.equal((await addresses(other)).default.length, 2);
  const early = await act(server, { removeFloatingIp: { address: ip } });
  assert.equal(early.status, 409);
  assert.equal(early.body.conflictingRequest.message, `Floating IP ${ip} is not associated with instance ${server}.`);
  assert.equal((await act(other, { removeFloatingIp: { address: ip } })).status, 202);
  assert.equal((await addresses(other)).default.length, 1);
  assert.equal((await show(id)).instance_id, null);
});

test('what cannot be associated is refused in words of Nova', async () => {
  const [one, two] = [await make(), await make()];
  assert.equal((await act(server, { addFloatingIp: { address: one.ip, fixed_address: '10.9.9.9' } })).status, 400);
  assert.equal((await act(server, { addFloatingIp: { address: '' } })).status, 400);
  for (const action of ['addFloatingIp', 'removeFloatingIp']) {
    const unknown = await act(server, { [action]: { address: '0.0.0.0' } });
    assert.deepEqual([unknown.status, unknown.body.itemNotFound.message], [404, 'floating IP not found']);
  }
  assert.equal((await act(server, { addFloatingIp: { address: one.ip } })).status, 202);
  const taken = await act(server, { addFloatingIp: { address: two.ip } });
  assert.match(taken.body.badRequest.message, /already has a floating IP on external network/);
  assert.equal((await act(server, { addFloatingIp: { address: two.ip } }, 'stranger')).status, 404);
  const bare = await cloud.boot({ networks: 'none' });
  await cloud.until(bare, 'ACTIVE');
  const refused = await act(bare, { addFloatingIp: { address: two.ip } });
  assert.equal(refused.body.badRequest.message, 'Instance network is not ready yet');
});

test('a floating IP outlives its server and leads nowhere then', async () => {
  const mortal = await cloud.boot();
  await cloud.until(mortal, 'ACTIVE');
  const { id, ip } = await make();
  assert.equal((await act(mortal, { addFloatingIp: { address: ip } })).status, 202);
  assert.equal((await show(id)).instance_id, mortal);
  await call('DELETE', `/servers/${mortal}`);
  await cloud.until(mortal, 'gone');
  assert.deepEqual([(await show(id)).ip, (await show(id)).instance_id], [ip, null]);
});

test('a project without a network that asks for any gets one, once', async () => {
  const change = { type: 'updateNetwork', id: cloud.networkId, changes: { shared: false } } as const;
  assert.ok((await changeNetwork(cloud.system, change)).ok);
  for (const name of ['one', 'two']) {
    const id = await cloud.boot({ name }, { as: 'stranger' });
    await cloud.until(id, 'ACTIVE');
    const { body } = await cloud.call('GET', `/servers/${id}`, { as: 'stranger' });
    assert.deepEqual(Object.keys(body.server.addresses), ['auto_allocated_network']);
  }
  const made = [...networkTable.scan(cloud.store)].filter(({ name }) => name === 'auto_allocated_network');
  assert.equal(made.length, 1);
});

test('the proxies end with 2.35, the actions with 2.43', async () => {
  for (const [version, status] of [
    ['2.35', 200],
    ['2.36', 404],
  ] as const) {
    for (const path of ['/os-floating-ips', '/os-floating-ip-pools'])
      assert.equal((await cloud.call('GET', path, { version })).status, status);
  }
  const body = { removeFloatingIp: { address: '0.0.0.0' } };
  const at = async (version: string) => cloud.call('POST', `/servers/${server}/action`, { version, body });
  assert.equal((await at('2.43')).body.itemNotFound.message, 'floating IP not found');
  assert.ok([400, 404].includes((await at('2.44')).status));
  assert.notEqual((await at('2.44')).body.itemNotFound?.message, 'floating IP not found');
});
