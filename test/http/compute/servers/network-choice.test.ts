import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeNetwork, type NetworkChange } from '../../../../actors/network/client.ts';

import { networkTable, portTable } from '../../../../actors/network/row.ts';
import { aNetwork, aPort, aSubnet } from '../../../actors/network/network-service.ts';
import { aCaller } from '../../stub-api.ts';
import { type Answered, type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

const projectId = aCaller().projectId ?? '';
let cloud: TestCloud;
let external = '';
let running = '';

before(async () => {
  cloud = await startTestCloud({ routed: true });
  [external = ''] = networkTable.ids(cloud.store, 'external', []);
  running = await cloud.boot({ networks: 'none' });
  await cloud.until(running, 'ACTIVE');
});
after(() => cloud.close());

async function made(change: NetworkChange): Promise<string> {
  const outcome = await changeNetwork(cloud.system, change);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}
const create = (networks: unknown, as: CallOptions['as'] = 'member') =>
  cloud.call('POST', '/servers', {
    version: '2.104',
    as,
    body: { server: { name: 'web', imageRef: '70a599e0-31e7-49b7-b260-868f441e862b', flavorRef: '1', networks } },
  });
const attach = (interfaceAttachment: object, as: CallOptions['as'] = 'member') =>
  cloud.call('POST', `/servers/${running}/os-interface`, { as, body: { interfaceAttachment } });

test('a server is made with a port without addresses, and shows its network without any', async () => {
  const portId = await made(aPort(cloud.networkId, { projectId, fixedIps: [] }));
  assert.deepEqual(portTable.read(cloud.store, portId)?.fixedIps, []);
  const answer = await create([{ port: portId }]);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const { id } = answer.body.server;
  await cloud.until(id, 'ACTIVE');
  assert.deepEqual((await cloud.call('GET', `/servers/${id}`)).body.server.addresses, { default: [] });
  assert.deepEqual((await cloud.call('GET', `/servers/${id}/ips`)).body.addresses, { default: [] });
  const [card] = (await cloud.call('GET', `/servers/${id}/os-interface`)).body.interfaceAttachments;
  assert.deepEqual([card.port_id, card.fixed_ips], [portId, []]);
  assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
  await cloud.until(id, 'gone');
});

test('an external network that is not shared is found, and is for those whom the rule lets attach servers to it', async () => {
  const message = `It is not allowed to create an interface on external network ${external}`;
  const port = await made(aPort(external, { projectId }));
  for (const refused of [
    await create([{ uuid: external }]),
    await create([{ port }]),
    await attach({ net_id: external }),
    await attach({ port_id: port }),
  ])
    assert.deepEqual([refused.status, refused.body.forbidden?.message], [403, message]);
  const allowed = await create([{ uuid: external }], 'admin');
  assert.equal(allowed.status, 202, JSON.stringify(allowed.body));
  await cloud.until(allowed.body.server.id, 'ACTIVE');
  assert.equal((await attach({ net_id: external }, 'admin')).status, 200);
});

test('an external network that is shared is for everybody', async () => {
  await made({ type: 'updateNetwork', id: external, changes: { shared: true } });
  const answer = await create([{ uuid: external }]);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  await cloud.until(answer.body.server.id, 'ACTIVE');
});

const said = ({ status, body }: Answered) => [status, body.badRequest?.message ?? body.forbidden?.message ?? body];

test('the address of a server or interface is chosen by who owns its network, and by administrators', async () => {
  const shared = await made(aNetwork('theirs', 'other', true));
  await made(aSubnet(shared, '10.9.0.0/24'));
  const message = `It is not allowed to choose a fixed IP address on network ${shared}, which belongs to another project`;
  const count = () => [...portTable.ids(cloud.store, 'network', [shared])].length;
  assert.deepEqual(said(await create([{ uuid: shared, fixed_ip: '10.9.0.77' }])), [403, message]);
  assert.deepEqual(said(await attach({ net_id: shared, fixed_ips: [{ ip_address: '10.9.0.77' }] })), [403, message]);
  assert.equal(count(), 0);
  const free = await create([{ uuid: shared }]);
  assert.equal(free.status, 202);
  await cloud.until(free.body.server.id, 'ACTIVE');
  const [{ addr }] = (await cloud.call('GET', `/servers/${free.body.server.id}`)).body.server.addresses.theirs;
  const act = (body: object, as: CallOptions['as'] = 'member') =>
    cloud.call('POST', `/servers/${free.body.server.id}/action`, { as, version: '2.43', body });
  const change = `It is not allowed to change the fixed IP addresses on network ${shared}, which belongs to another project`;
  assert.deepEqual(said(await act({ addFixedIp: { networkId: shared } })), [403, change]);
  assert.deepEqual(said(await act({ removeFixedIp: { address: addr } })), [403, change]);
  assert.equal((await act({ addFixedIp: { networkId: shared } }, 'admin')).status, 202);
  const asAdmin = await create([{ uuid: shared, fixed_ip: '10.9.0.77' }], 'admin');
  assert.equal(asAdmin.status, 202);
  await cloud.until(asAdmin.body.server.id, 'ACTIVE');
  assert.equal((await attach({ net_id: shared, fixed_ips: [{ ip_address: '10.9.0.78' }] }, 'admin')).status, 200);
  const taken = await attach({ net_id: shared, fixed_ips: [{ ip_address: '10.9.0.77' }] }, 'admin');
  assert.deepEqual(
    [taken.status, taken.body.conflictingRequest?.message],
    [409, 'Fixed IP 10.9.0.77 is already in use.'],
  );
  const own = await made(aNetwork('own', projectId));
  await made(aSubnet(own, '10.8.0.0/24'));
  const mine = await create([{ uuid: own, fixed_ip: '10.8.0.77' }]);
  assert.equal(mine.status, 202);
  await cloud.until(mine.body.server.id, 'ACTIVE');
  assert.deepEqual(said(await create([{ uuid: own, fixed_ip: '10.8.0.77' }])), [
    400,
    'Fixed IP 10.8.0.77 is already in use.',
  ]);
  const { addresses } = (await cloud.call('GET', `/servers/${mine.body.server.id}`)).body.server;
  assert.deepEqual(
    addresses.own.map(({ addr }: { addr: string }) => addr),
    ['10.8.0.77'],
  );
  assert.equal(
    (await attach({ net_id: own, fixed_ips: [{ ip_address: '10.8.0.1' }] })).status,
    200,
    'the gateway, too',
  );
});

test('a server is made neither on a network without subnets nor with a port of one, and gets no interface there', async () => {
  const bare = await made(aNetwork('bare', projectId));
  const port = await made(aPort(bare, { projectId }));
  assert.deepEqual(portTable.read(cloud.store, port)?.fixedIps, []);
  assert.deepEqual(said(await create([{ uuid: bare }])), [
    400,
    `Network ${bare} requires a subnet in order to boot instances on.`,
  ]);
  assert.deepEqual(said(await create([{ port }])), [400, `Port ${port} requires a FixedIP in order to be used.`]);
  const groups = 'Network requires port_security_enabled and subnet associated in order to apply security groups.';
  assert.deepEqual(said(await attach({ net_id: bare })), [400, groups]);
  assert.deepEqual(said(await attach({ port_id: port })), [400, groups]);
  assert.equal(portTable.read(cloud.store, port)?.deviceId, '');
});
