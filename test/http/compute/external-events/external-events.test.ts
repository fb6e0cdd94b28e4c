import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { instances } from '../../../../actors/instance/row.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({ quota: { ramMib: -1 } });
});
after(() => cloud.close());

const send = (events: readonly object[], as: 'admin' | 'member' = 'admin', version = '2.104') =>
  cloud.call('POST', '/os-server-external-events', { as, version, body: { events } });

test('each event is answered with its own code', async () => {
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const huge = await cloud.boot({ flavorRef: '9' });
  await cloud.until(huge, 'ERROR');
  const stranger = '00000000-0000-4000-8000-000000000000';
  const good = { name: 'network-vif-plugged', server_uuid: server, status: 'completed', tag: 'port' };
  const all = await send([good]);
  assert.equal(all.status, 200);
  assert.deepEqual(all.body.events, [{ ...good, code: 200 }]);
  const mixed = await send([
    { name: 'network-changed', server_uuid: server },
    { name: 'network-changed', server_uuid: stranger },
    { name: 'network-changed', server_uuid: huge },
    { name: 'volume-extended', server_uuid: server },
  ]);
  assert.equal(mixed.status, 207);
  assert.deepEqual(
    mixed.body.events.map(({ code, status }: { code: number; status: string }) => [code, status]),
    [
      [200, 'completed'],
      [404, 'failed'],
      [422, 'failed'],
      [400, 'failed'],
    ],
  );
});

test('unknown events, an event before its microversion and events of users are refused', async () => {
  const event = { name: 'volume-extended', server_uuid: '00000000-0000-4000-8000-000000000000', tag: 'v' };
  assert.equal((await send([event], 'admin', '2.50')).status, 400);
  assert.equal((await send([event], 'admin', '2.51')).status, 207);
  assert.equal((await send([{ ...event, name: 'rained' }])).status, 400);
  assert.equal((await send([{ ...event, server_uuid: 'x' }])).status, 400);
  assert.equal((await send([])).status, 400);
  assert.equal((await send([event], 'member')).status, 403);
});

test('a port that is said to be gone, and is not, stays with its server', async () => {
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  const ports = () => instances.read(cloud.store, server)?.ports ?? [];
  const [port] = ports();
  assert.ok(port);
  const tag = port.portId;
  for (const name of ['network-vif-deleted', 'network-changed', 'network-vif-plugged', 'network-vif-unplugged'])
    assert.equal((await send([{ name, server_uuid: server, tag }])).status, 200, name);
  await cloud.call('POST', `/servers/${server}/action`, { body: { pause: null } });
  await cloud.until(server, 'PAUSED');
  assert.deepEqual(ports(), [port]);
});
