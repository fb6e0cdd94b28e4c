import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocations } from '../../../../actors/cell/row.ts';
import { changeNetwork, type NetworkChange } from '../../../../actors/network/client.ts';
import { simInside } from '../../../../drivers/sim/index.ts';
import { aPort } from '../../../actors/network/network-service.ts';
import { until } from '../../../process/until.ts';
import { aCaller } from '../../stub-api.ts';
import { anImage, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
const { projectId } = aCaller();

before(async () => {
  cloud = await startTestCloud({
    hosts: 2,
    inside: simInside({
      vcpus: 16,
      memoryMib: 32_768,
      numaCells: 1,
      threadsPerCore: 1,
      dedicatedCpus: [],
      hugePages: {},
      pciCards: [{ vendorId: '8086', productId: '154c', perCell: 1, virtualFunctions: 2, physicalNetwork: 'physnet1' }],
    }),
  });
});
after(() => cloud.close());

async function made(change: NetworkChange): Promise<string> {
  const outcome = await changeNetwork(cloud.system, change);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

const network = (physicalNetwork: string | null) =>
  made({
    type: 'updateNetwork',
    id: cloud.networkId,
    changes: { provider: { networkType: 'vlan', physicalNetwork, segmentationId: 7 } },
  });

const port = (vnicType: string): Promise<string> =>
  made(aPort(cloud.networkId, { projectId: projectId ?? '', vnicType }));

const boot = (portId: string): Promise<string> =>
  cloud.boot({ imageRef: anImage().id, flavorRef: '1', networks: [{ port: portId }] });

const devicesOf = (id: string): readonly string[] => allocations.read(cloud.store, id)?.pciDevices ?? [];
const remove = async (id: string): Promise<void> => {
  assert.equal((await cloud.call('DELETE', `/servers/${id}`)).status, 204);
  await cloud.until(id, 'gone');
};

test('a port of the type direct gets a function of a card on its physical network, and gives it back', async () => {
  await network('physnet1');
  const servers: string[] = [];
  for (let count = 0; count < 4; count++) {
    const id = await boot(await port(count % 2 === 0 ? 'direct' : 'macvtap'));
    await cloud.until(id, 'ACTIVE');
    assert.equal(devicesOf(id).length, 1);
    servers.push(id);
  }
  const refused = await boot(await port('direct'));
  await cloud.until(refused, 'ERROR');
  const { body } = await cloud.call('GET', `/servers/${refused}`, { as: 'admin' });
  assert.match(body.server.fault.details, /2 without the PCI devices/);
  await remove(servers.pop() ?? '');
  const next = await boot(await port('direct'));
  await cloud.until(next, 'ACTIVE');
  for (const id of [...servers, next, refused]) await remove(id);
});

test('a port of the type direct-physical gets the whole card, and none on another network gets any', async () => {
  await network('physnet1');
  const whole = await boot(await port('direct-physical'));
  await cloud.until(whole, 'ACTIVE');
  assert.match(devicesOf(whole)[0] ?? '', /\.0$/);
  for (const physicalNetwork of ['physnet2', null]) {
    await network(physicalNetwork);
    const elsewhere = await boot(await port('direct'));
    await cloud.until(elsewhere, 'ERROR');
    await remove(elsewhere);
  }
  await network('physnet1');
  const vdpa = await boot(await port('vdpa'));
  await cloud.until(vdpa, 'ERROR');
  await remove(vdpa);
  await remove(whole);
});

test('an instance that moves takes a device on its new host, and leaves that of the old one', async () => {
  await network('physnet1');
  const id = await boot(await port('direct'));
  await cloud.until(id, 'ACTIVE');
  const before = allocations.read(cloud.store, id);
  const moved = await cloud.call('POST', `/servers/${id}/action`, { as: 'admin', body: { migrate: null } });
  assert.equal(moved.status, 202, JSON.stringify(moved.body));
  await cloud.until(id, 'VERIFY_RESIZE');
  const confirmed = await cloud.call('POST', `/servers/${id}/action`, { body: { confirmResize: null } });
  assert.equal(confirmed.status, 204, JSON.stringify(confirmed.body));
  await cloud.until(id, 'ACTIVE');
  const after = allocations.read(cloud.store, id);
  assert.notEqual(after?.host, before?.host);
  assert.equal(after?.pciDevices?.length, 1);
  await remove(id);
});

test('a port that is attached to a server gets a device where the server is, and gives it back when it is detached', async () => {
  await network('physnet1');
  const id = await boot(await port('direct'));
  await cloud.until(id, 'ACTIVE');
  const path = `/servers/${id}/os-interface`;
  const attach = (portId: string) => cloud.call('POST', path, { body: { interfaceAttachment: { port_id: portId } } });
  const second = await port('direct');
  const attached = await attach(second);
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  assert.equal(new Set(devicesOf(id)).size, 2);
  const third = await port('direct');
  const refused = await attach(third);
  assert.equal(refused.status, 400);
  assert.equal(refused.body.badRequest.message, `Failed to claim PCI device for ${id} during interface attach`);
  assert.equal((await cloud.call('GET', path)).body.interfaceAttachments.length, 2);
  assert.equal((await cloud.call('DELETE', `${path}/${second}`)).status, 202);
  const isBack = async () => (devicesOf(id).length === 1 ? true : null);
  await until('its device is given back', isBack, { limitMs: 60_000 });
  const again = await attach(third);
  assert.equal(again.status, 200, JSON.stringify(again.body));
  assert.equal(devicesOf(id).length, 2);
  await remove(id);
  assert.deepEqual(devicesOf(id), []);
});

test('of two requests that attach the same port one does, and the other leaves it its device', async () => {
  await network('physnet1');
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  const body = { interfaceAttachment: { port_id: await port('direct') } };
  const both = await Promise.all([1, 2].map(() => cloud.call('POST', `/servers/${id}/os-interface`, { body })));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
  assert.equal(devicesOf(id).length, 1);
  await remove(id);
});
