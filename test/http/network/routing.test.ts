import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ensureDefaultNetwork } from '../../../actors/network/client.ts';
import { floatingIpTable, networkTable, portTable, routerTable } from '../../../actors/network/row.ts';
import { networkApi } from './network-api.ts';

const V2 = '/network/v2.0';

/** The API over hosts that are routed, with the defaults of a first start. */
async function routedApi() {
  const api = networkApi(true);
  const outcome = await ensureDefaultNetwork(api.service.system, 'admin', true);
  assert(outcome.ok);
  const [externalId = ''] = networkTable.ids(api.service.store, 'external', []);
  return { ...api, externalId, defaultId: outcome.value };
}

test('an external network is seen by all, made by administrators, and no place for the ports of others', async () => {
  const { call, externalId } = await routedApi();
  const found = await call('p1', 'GET', `${V2}/networks?router%3Aexternal=True`);
  assert.deepEqual(found.each('networks', 'id'), [externalId]);
  assert.equal((await call('p1', 'GET', `${V2}/networks/${externalId}`)).at('network', 'shared'), false);
  assert.deepEqual((await call('p1', 'GET', `${V2}/subnets?network_id=${externalId}`)).at('subnets'), []);
  assert.equal((await call('p1', 'POST', `${V2}/ports`, { port: { network_id: externalId } })).status, 404);
  const network = { network: { 'router:external': true } };
  assert.equal((await call('p1', 'POST', `${V2}/networks`, network)).status, 403);
  const made = await call('admin', 'POST', `${V2}/networks`, network);
  assert.deepEqual([made.status, made.at('network', 'router:external')], [201, true]);
  const path = `${V2}/networks/${made.text('network', 'id')}`;
  const inner = await call('admin', 'PUT', path, { network: { 'router:external': false } });
  assert.equal(inner.at('network', 'router:external'), false);
});

test('a project connects its network by a router, and has a floating IP lead to its port', async () => {
  const { call, externalId } = await routedApi();
  const networkId = (await call('p1', 'POST', `${V2}/networks`, { network: { name: 'own' } })).text('network', 'id');
  const subnet = { network_id: networkId, ip_version: 4, cidr: '10.3.0.0/24' };
  const subnetId = (await call('p1', 'POST', `${V2}/subnets`, { subnet })).text('subnet', 'id');
  const wanted = { name: 'out', external_gateway_info: { network_id: externalId } };
  const router = await call('p1', 'POST', `${V2}/routers`, { router: wanted });
  assert.equal(router.status, 201);
  assert.equal(router.at('router', 'external_gateway_info', 'enable_snat'), true);
  assert.match(router.text('router', 'external_gateway_info', 'external_fixed_ips', 0, 'ip_address'), /^203\.0\.113\./);
  const routerId = router.text('router', 'id');
  const portId = (await call('p1', 'POST', `${V2}/ports`, { port: { network_id: networkId } })).text('port', 'id');
  const asked = { floating_network_id: externalId, port_id: portId };
  const early = await call('p1', 'POST', `${V2}/floatingips`, { floatingip: asked });
  assert.deepEqual([early.status, early.at('NeutronError', 'type')], [404, 'ExternalGatewayForFloatingIPNotFound']);
  const connect = `${V2}/routers/${routerId}/add_router_interface`;
  for (const body of [{}, { subnet_id: subnetId, port_id: portId }, { subnet_id: 1 }, { other: 1 }, [], null]) {
    assert.equal((await call('p1', 'PUT', connect, body)).status, 400, JSON.stringify(body));
  }
  const connected = await call('p1', 'PUT', connect, { subnet_id: subnetId });
  assert.deepEqual([connected.status, connected.at('subnet_id'), connected.at('id')], [200, subnetId, routerId]);
  const made = await call('p1', 'POST', `${V2}/floatingips`, { floatingip: asked });
  assert.equal(made.status, 201);
  const fields = (name: string) => made.at('floatingip', name);
  assert.deepEqual([fields('router_id'), fields('port_id'), fields('status')], [routerId, portId, 'ACTIVE']);
  assert.equal(made.at('floatingip', 'port_details', 'network_id'), networkId);
  const one = `${V2}/floatingips/${made.text('floatingip', 'id')}`;
  const listed = await call('p1', 'GET', `${V2}/floatingips?port_id=${portId}`);
  assert.deepEqual(listed.each('floatingips', 'id'), [fields('id')]);
  const disconnect = `${V2}/routers/${routerId}/remove_router_interface`;
  assert.equal((await call('p1', 'PUT', disconnect, { subnet_id: subnetId })).status, 409);
  const loose = await call('p1', 'PUT', one, { floatingip: { port_id: null } });
  assert.deepEqual([loose.at('floatingip', 'status'), loose.at('floatingip', 'port_details')], ['DOWN', null]);
  assert.equal((await call('p1', 'PUT', one, { floatingip: { fixed_ip_address: '10.3.0.2' } })).status, 400);
  assert.equal((await call('p1', 'PUT', `${one}/tags/blue`)).status, 201);
  assert.equal((await call('p1', 'DELETE', one)).status, 204);
  assert.equal((await call('p1', 'DELETE', `${V2}/routers/${routerId}`)).status, 409);
  assert.equal((await call('p1', 'PUT', disconnect, { subnet_id: subnetId })).status, 200);
  assert.equal((await call('p1', 'PUT', disconnect, { subnet_id: subnetId })).status, 404);
  const closed = await call('p1', 'PUT', `${V2}/routers/${routerId}`, { router: { external_gateway_info: {} } });
  assert.equal(closed.at('router', 'external_gateway_info'), null);
  assert.equal((await call('p1', 'DELETE', `${V2}/routers/${routerId}`)).status, 204);
});

test('routers and floating IPs of others do not exist, and readers change nothing', async () => {
  const { call, externalId, defaultId, service } = await routedApi();
  const router = (await call('p1', 'POST', `${V2}/routers`, { router: {} })).text('router', 'id');
  const asked = { floatingip: { floating_network_id: externalId } };
  const floating = (await call('p1', 'POST', `${V2}/floatingips`, asked)).text('floatingip', 'id');
  const port = (await call('p1', 'POST', `${V2}/ports`, { port: { network_id: defaultId } })).text('port', 'id');
  const rows = () => JSON.stringify([...routerTable.scan(service.store), ...floatingIpTable.scan(service.store)]);
  const before = rows();
  for (const path of [`routers/${router}`, `floatingips/${floating}`]) {
    const body = { [path.split('/')[0]?.slice(0, -1) ?? '']: { description: 'mine' } };
    assert.equal((await call('p2', 'GET', `${V2}/${path}`)).status, 404);
    assert.equal((await call('p2', 'PUT', `${V2}/${path}`, body)).status, 404);
    assert.equal((await call('p2', 'DELETE', `${V2}/${path}`)).status, 404);
    assert.equal((await call('reader', 'GET', `${V2}/${path}`)).status, 200);
    assert.equal((await call('reader', 'PUT', `${V2}/${path}`, body)).status, 403);
    assert.equal((await call('reader', 'DELETE', `${V2}/${path}`)).status, 403);
  }
  assert.equal(
    (await call('p2', 'PUT', `${V2}/routers/${router}/add_router_interface`, { port_id: port })).status,
    404,
  );
  const theirs = { floatingip: { floating_network_id: externalId, port_id: port } };
  assert.equal((await call('p2', 'POST', `${V2}/floatingips`, theirs)).status, 404);
  assert.equal((await call('reader', 'POST', `${V2}/routers`, { router: {} })).status, 403);
  assert.equal((await call('p2', 'POST', `${V2}/routers`, { router: { project_id: 'p1' } })).status, 403);
  const named = { floatingip: { floating_network_id: externalId, floating_ip_address: '203.0.113.99' } };
  assert.equal((await call('p1', 'POST', `${V2}/floatingips`, named)).status, 403);
  const gateway = { network_id: externalId, enable_snat: false };
  assert.equal((await call('p1', 'POST', `${V2}/routers`, { router: { external_gateway_info: gateway } })).status, 403);
  assert.deepEqual((await call('p2', 'GET', `${V2}/routers`)).at('routers'), []);
  assert.deepEqual((await call('p2', 'GET', `${V2}/floatingips`)).at('floatingips'), []);
  assert.equal(rows(), before);
  const chosen = await call('admin', 'POST', `${V2}/floatingips`, named);
  assert.equal(chosen.at('floatingip', 'floating_ip_address'), '203.0.113.99');
});

test('bodies that are wrong are refused with the field, and make nothing', async () => {
  const { call, externalId, crashes, service } = await routedApi();
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  const before = [...portTable.scan(service.store)].length;
  const wrong: readonly (readonly [path: string, body: unknown, message: RegExp])[] = [
    ['routers', '{', /not JSON/],
    ['routers', deep, /not JSON|one key 'router'/],
    ['routers', { router: { external_gateway_info: 1 } }, /external_gateway_info/],
    ['routers', { router: { external_gateway_info: { network_id: 'none' } } }, /could not be found/],
    ['routers', { router: { name: 'x'.repeat(256) } }, /Invalid input for name/],
    ['routers', { router: { routes: [] } }, /Unrecognized attribute\(s\) 'routes'/],
    ['floatingips', { floatingip: {} }, /Required attribute 'floating_network_id'/],
    ['floatingips', { floatingip: { floating_network_id: 'x'.repeat(300) } }, /floating_network_id/],
    ['floatingips', { floatingip: { floating_network_id: externalId, port_id: 7 } }, /port_id/],
    ['floatingips', { floatingip: { floating_network_id: externalId, fixed_ip_address: '1.2.3.4' } }, /port_id/],
  ];
  for (const [path, body, message] of wrong) {
    const answer = await call('p1', 'POST', `${V2}/${path}`, body);
    assert.ok(answer.status === 400 || answer.status === 404, `${path}: ${answer.status}`);
    assert.match(answer.text('NeutronError', 'message'), message);
  }
  assert.equal([...portTable.scan(service.store)].length, before);
  assert.deepEqual(crashes, []);
});

test('a network is made for a project that asks for any, and a dry run makes none', async () => {
  const { call, service } = await routedApi();
  const path = `${V2}/auto-allocated-topology`;
  const dry = await call('p1', 'GET', `${path}/p1?fields=dry-run`);
  assert.equal(dry.at('auto_allocated_topology', 'id'), 'dry-run=pass');
  assert.deepEqual([...networkTable.ids(service.store, 'project', ['p1'])], []);
  assert.equal((await call('p1', 'DELETE', `${path}/p1`)).status, 404);
  const made = await call('p1', 'GET', `${path}/None`);
  const [networkId] = networkTable.ids(service.store, 'project', ['p1']);
  assert.equal(made.at('auto_allocated_topology', 'id'), networkId);
  assert.equal((await call('p2', 'GET', `${path}/p1`)).status, 403);
  assert.equal((await call('reader', 'GET', `${path}/p1`)).status, 403);
  assert.equal((await call('p1', 'DELETE', `${path}/p1`)).status, 204);
  assert.deepEqual([...networkTable.ids(service.store, 'project', ['p1'])], []);
});

test('over hosts that are not routed nothing can be external, and nothing pretends to be', async () => {
  const { call } = networkApi();
  const networkId = (await call('admin', 'POST', `${V2}/networks`, { network: {} })).text('network', 'id');
  const outer = await call('admin', 'PUT', `${V2}/networks/${networkId}`, { network: { 'router:external': true } });
  assert.equal(outer.status, 400);
  const router = await call('admin', 'POST', `${V2}/routers`, { router: {} });
  assert.deepEqual([router.status, router.at('NeutronError', 'type')], [400, 'NotRealisedByThisHost']);
  const asked = { floatingip: { floating_network_id: networkId } };
  const floating = await call('admin', 'POST', `${V2}/floatingips`, asked);
  assert.match(floating.text('NeutronError', 'message'), /is not a valid external network/);
  for (const alias of ['router', 'external-net', 'auto-allocated-topology']) {
    assert.equal((await call('p1', 'GET', `${V2}/extensions/${alias}`)).status, 404);
  }
  assert.equal((await call('p1', 'GET', `${V2}/auto-allocated-topology/p1`)).status, 409);
  assert.equal((await call('p1', 'GET', `${V2}/auto-allocated-topology/p1?fields=dry-run`)).status, 409);
});
