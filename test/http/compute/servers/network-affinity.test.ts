import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allocations } from '../../../../actors/cell/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { changeNetwork } from '../../../../actors/network/client.ts';
import { simInside } from '../../../../drivers/sim/index.ts';
import { startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({
    scheduler: { networkNumaCells: { physicalNetworks: { physnet1: [1] }, tunnel: [2] } },
    inside: simInside({
      vcpus: 16,
      memoryMib: 32_768,
      numaCells: 4,
      threadsPerCore: 1,
      dedicatedCpus: [],
      hugePages: {},
      pciCards: [],
    }),
  });
  const extraSpecs = { extra_specs: { 'hw:numa_nodes': '1' } };
  const made = await cloud.call('POST', '/flavors/1/os-extra_specs', { as: 'admin', body: extraSpecs });
  assert.equal(made.status, 200);
});
after(() => cloud.close());

async function leads(networkType: string | null, physicalNetwork: string | null): Promise<void> {
  const changes = { provider: { networkType, physicalNetwork, segmentationId: null } };
  const changed = await changeNetwork(cloud.system, { type: 'updateNetwork', id: cloud.networkId, changes });
  assert.ok(changed.ok);
}

/** The cell of the host that a new server is in. */
async function cellOf(server: Readonly<Record<string, unknown>>): Promise<number | undefined> {
  const id = await cloud.boot(server);
  await cloud.until(id, 'ACTIVE');
  const cell = allocations.read(cloud.store, id)?.numa?.[0]?.hostCell;
  await cloud.call('DELETE', `/servers/${id}`);
  await cloud.until(id, 'gone');
  return cell;
}

test('a server with NUMA cells is in that of the card of its network, whichever way it has asked for one', async () => {
  assert.equal(await cellOf({}), 0);
  await leads('vlan', 'physnet1');
  for (const networks of ['auto', [{ uuid: cloud.networkId }]]) assert.equal(await cellOf({ networks }), 1);
  await leads('vlan', 'physnet2');
  assert.equal(await cellOf({}), 0, 'nobody says where that card is');
  await leads('vxlan', null);
  assert.equal(await cellOf({}), 2);
  assert.equal(await cellOf({ networks: 'none' }), 0);
});

test('a server that moves asks for the cell of its network again', async () => {
  await leads('vlan', 'physnet1');
  const id = await cloud.boot();
  await cloud.until(id, 'ACTIVE');
  assert.deepEqual(instances.read(cloud.store, id)?.ports[0]?.uplink, { kind: 'physical', name: 'physnet1' });
  const resize = { resize: { flavorRef: '2' } };
  const extraSpecs = { extra_specs: { 'hw:numa_nodes': '1' } };
  await cloud.call('POST', '/flavors/2/os-extra_specs', { as: 'admin', body: extraSpecs });
  assert.equal((await cloud.call('POST', `/servers/${id}/action`, { as: 'admin', body: resize })).status, 202);
  await cloud.until(id, 'VERIFY_RESIZE');
  const confirm = await cloud.call('POST', `/servers/${id}/action`, { as: 'admin', body: { confirmResize: null } });
  assert.equal(confirm.status, 204);
  await cloud.until(id, 'ACTIVE');
  const placed = allocations.read(cloud.store, id);
  assert.deepEqual([placed?.memoryMib, placed?.numa?.[0]?.hostCell], [2_048, 1]);
});
