import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portTable } from '../../../actors/network/row.ts';
import type { Answer } from '../answer.ts';
import { type NetworkApi, networkApi } from './network-api.ts';

const V2 = '/network/v2.0';

/** A network with a subnet. */
async function made({ call }: NetworkApi, token: string, network: object, subnet: object) {
  const networkId = (await call(token, 'POST', `${V2}/networks`, { network })).text('network', 'id');
  const asked = { network_id: networkId, ip_version: 4, ...subnet };
  const answer = await call(token, 'POST', `${V2}/subnets`, { subnet: asked });
  return { networkId, subnetId: answer.text('subnet', 'id') };
}

const said = (answer: Answer) => [
  answer.status,
  answer.at('NeutronError', 'type'),
  answer.at('NeutronError', 'message'),
];
const disallowed = (rule: string) => [403, 'PolicyNotAuthorized', `(rule:${rule}) is disallowed by policy`];

test('who uses the network of others chooses a subnet of it, and neither an IP nor a MAC address', async () => {
  const api = networkApi();
  const { call, service } = api;
  const { networkId, subnetId } = await made(api, 'admin', { shared: true }, { cidr: '10.1.0.0/24' });
  const create = (token: string, more: object) =>
    call(token, 'POST', `${V2}/ports`, { port: { network_id: networkId, ...more } });
  const [ip_address, mac_address] = ['10.1.0.77', '02:00:00:00:00:01'];
  const byAddress = disallowed('create_port:fixed_ips:ip_address');
  assert.deepEqual(said(await create('p1', { fixed_ips: [{ ip_address }] })), byAddress);
  assert.deepEqual(said(await create('p1', { fixed_ips: [{ subnet_id: subnetId, ip_address }] })), byAddress);
  assert.deepEqual(said(await create('p1', { mac_address })), disallowed('create_port:mac_address'));
  assert.equal([...portTable.scan(service.store)].length, 0);
  const port = await create('p1', { fixed_ips: [{ subnet_id: subnetId }] });
  assert.deepEqual([port.status, port.at('port', 'fixed_ips', 0, 'ip_address')], [201, '10.1.0.2']);
  const update = (token: string, more: object) =>
    call(token, 'PUT', `${V2}/ports/${port.text('port', 'id')}`, { port: more });
  const changes = [
    [{ fixed_ips: [{ ip_address }] }, 'update_port:fixed_ips:ip_address'],
    [{ fixed_ips: [{ subnet_id: subnetId }] }, 'update_port:fixed_ips'],
    [{ fixed_ips: [] }, 'update_port:fixed_ips'],
    [{ mac_address }, 'update_port:mac_address'],
  ] as const;
  for (const [change, rule] of changes) assert.deepEqual(said(await update('p1', change)), disallowed(rule), rule);
  for (const [change] of changes) assert.equal((await update('admin', change)).status, 200);
  assert.equal((await create('admin', { fixed_ips: [{ ip_address }], project_id: 'p1' })).status, 201);
});

test('who owns a network chooses the addresses of its ports, and the MAC address of new ones', async () => {
  const api = networkApi();
  const { call } = api;
  const { networkId } = await made(api, 'p1', {}, { cidr: '10.1.0.0/24' });
  const wanted = { network_id: networkId, mac_address: '02:00:00:00:00:01', fixed_ips: [{ ip_address: '10.1.0.7' }] };
  const port = await call('p1', 'POST', `${V2}/ports`, { port: wanted });
  assert.equal(port.status, 201, JSON.stringify(port.body));
  const path = `${V2}/ports/${port.text('port', 'id')}`;
  const moved = await call('p1', 'PUT', path, { port: { fixed_ips: [{ ip_address: '10.1.0.8' }] } });
  assert.deepEqual([moved.status, moved.at('port', 'fixed_ips', 0, 'ip_address')], [200, '10.1.0.8']);
  const renamed = await call('p1', 'PUT', path, { port: { mac_address: '02:00:00:00:00:02' } });
  assert.deepEqual(said(renamed), disallowed('update_port:mac_address'));
});

test('a port has five addresses at most', async () => {
  const api = networkApi();
  const { call } = api;
  const { networkId, subnetId } = await made(api, 'admin', { shared: true }, { cidr: '10.1.0.0/24' });
  const port = (count: number) => ({
    port: { network_id: networkId, fixed_ips: Array.from({ length: count }, () => ({ subnet_id: subnetId })) },
  });
  const six = await call('p1', 'POST', `${V2}/ports`, port(6));
  assert.equal(six.status, 400);
  assert.match(six.text('NeutronError', 'message'), /Invalid input for fixed_ips.*at most 5/);
  assert.equal((await call('p1', 'POST', `${V2}/ports`, port(5))).status, 201);
});

test('a port at the gateway address of its subnet becomes the interface of a router', async () => {
  const api = networkApi(true);
  const { call } = api;
  const { networkId, subnetId } = await made(api, 'p1', {}, { cidr: '10.1.0.0/24' });
  const gateway = { network_id: networkId, fixed_ips: [{ subnet_id: subnetId, ip_address: '10.1.0.1' }] };
  const port = await call('p1', 'POST', `${V2}/ports`, { port: gateway });
  assert.equal(port.status, 201, JSON.stringify(port.body));
  const again = await call('p1', 'POST', `${V2}/ports`, { port: gateway });
  assert.deepEqual([again.status, again.at('NeutronError', 'type')], [409, 'IpAddressAlreadyAllocated']);
  const router = `${V2}/routers/${(await call('p1', 'POST', `${V2}/routers`, { router: {} })).text('router', 'id')}`;
  const portId = port.text('port', 'id');
  const connected = await call('p1', 'PUT', `${router}/add_router_interface`, { port_id: portId });
  assert.deepEqual([connected.status, connected.at('port_id')], [200, portId]);
  const away = await call('p1', 'PUT', `${V2}/subnets/${subnetId}`, { subnet: { gateway_ip: null } });
  assert.deepEqual([away.status, away.at('NeutronError', 'type')], [409, 'GatewayIpInUse']);
});

test('an address of a subnet whose guests choose theirs cannot be named', async () => {
  const api = networkApi();
  const { call } = api;
  for (const mode of ['slaac', 'dhcpv6-stateless']) {
    const subnet = { ip_version: 6, cidr: 'fd00::/64', ipv6_address_mode: mode, ipv6_ra_mode: mode };
    const { networkId, subnetId } = await made(api, 'p1', {}, subnet);
    const create = (fixed: object) =>
      call('p1', 'POST', `${V2}/ports`, { port: { network_id: networkId, fixed_ips: [fixed] } });
    const message = `IPv6 address fd00::5 cannot be directly assigned to a port on subnet ${subnetId} as the subnet is configured for automatic addresses`;
    const refusal = [400, 'AllocationOnAutoAddressSubnet', message];
    assert.deepEqual(said(await create({ ip_address: 'fd00::5' })), refusal);
    assert.deepEqual(said(await create({ subnet_id: subnetId, ip_address: 'fd00::5' })), refusal);
    const port = await create({ subnet_id: subnetId });
    assert.equal(port.status, 201);
    // What the guest has given itself may be said again.
    const same = { port: { fixed_ips: port.at('port', 'fixed_ips') } };
    assert.equal((await call('p1', 'PUT', `${V2}/ports/${port.text('port', 'id')}`, same)).status, 200);
  }
});

test('on a network without subnets a port has no addresses, and cannot name any', async () => {
  const { call } = networkApi();
  const networkId = (await call('p1', 'POST', `${V2}/networks`, { network: {} })).text('network', 'id');
  const create = (more: object) => call('p1', 'POST', `${V2}/ports`, { port: { network_id: networkId, ...more } });
  const port = await create({});
  assert.deepEqual([port.status, port.at('port', 'fixed_ips')], [201, []]);
  const named = await create({ fixed_ips: [{ ip_address: '10.1.0.7' }] });
  assert.deepEqual(said(named), [
    400,
    'InvalidIpForNetwork',
    `IP address 10.1.0.7 is not a valid IP for any of the subnets on network ${networkId}.`,
  ]);
});
