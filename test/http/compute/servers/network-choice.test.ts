import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeNetwork, type NetworkChange } from '../../../../actors/network/client.ts';

import { networkTable, portTable } from '../../../../actors/network/row.ts';
import { aPort } from '../../../actors/network/network-service.ts';
import { aCaller } from '../../stub-api.ts';
import { type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

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
