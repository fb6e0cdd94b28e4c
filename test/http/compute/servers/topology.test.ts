import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { simInside } from '../../../../drivers/sim/index.ts';
import { anImage, type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

const PINNED = anImage({
  id: '11111111-2222-4333-8444-555555555555',
  name: 'pinned',
  contentId: 'c2',
  properties: { hw_cpu_policy: 'dedicated' },
});
let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({
    images: [anImage(), PINNED],
    scheduler: { pciAliases: [{ name: 'gpu', vendorId: '10de' }] },
    inside: simInside({
      vcpus: 16,
      memoryMib: 32_768,
      numaCells: 2,
      threadsPerCore: 2,
      dedicatedCpus: [4, 5, 6, 7, 12, 13, 14, 15],
      hugePages: { 2048: 1_024 },
      pciCards: [],
    }),
  });
});
after(() => cloud.close());

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'admin') =>
  cloud.call(method, path, { as, version: '2.104', ...(body === undefined ? {} : { body }) });

/** A flavor of 4 vCPUs and 1 GiB with these extra specs. */
async function flavor(id: string, extraSpecs: Readonly<Record<string, string>>): Promise<string> {
  const made = await call('POST', '/flavors', { flavor: { id, name: id, vcpus: 4, ram: 1_024, disk: 1 } });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const set = await call('POST', `/flavors/${id}/os-extra_specs`, { extra_specs: extraSpecs });
  assert.equal(set.status, 200, JSON.stringify(set.body));
  return id;
}

const create = (flavorRef: string, imageRef = anImage().id) =>
  call('POST', '/servers', { server: { name: 'web', imageRef, flavorRef, networks: 'none' } }, 'member');

const topology = async (id: string, as?: CallOptions['as']) =>
  (await call('GET', `/servers/${id}/topology`, undefined, as)).body;

test('a server shows its cells, and administrators also where they are on the host', async () => {
  const flavorRef = await flavor('numa', {
    'hw:numa_nodes': '2',
    'hw:cpu_policy': 'dedicated',
    'hw:mem_page_size': 'large',
  });
  const { id } = (await create(flavorRef)).body.server;
  await cloud.until(id, 'ACTIVE');
  const own = [
    { memory_mb: 512, siblings: [], vcpu_set: [0, 1] },
    { memory_mb: 512, siblings: [], vcpu_set: [2, 3] },
  ];
  assert.deepEqual(await topology(id, 'member'), { nodes: own, pagesize_kb: 2_048 });
  assert.deepEqual(await topology(id, 'admin'), {
    nodes: [
      { ...own[0], host_node: 0, cpu_pinning: { 0: 4, 1: 5 } },
      { ...own[1], host_node: 1, cpu_pinning: { 2: 12, 3: 13 } },
    ],
    pagesize_kb: 2_048,
  });
  await call('DELETE', `/servers/${id}`, undefined, 'member');
  await cloud.until(id, 'gone');
});

test('a server that floats has no cells', async () => {
  const { id } = (await create('1')).body.server;
  await cloud.until(id, 'ACTIVE');
  assert.deepEqual(await topology(id), { nodes: [], pagesize_kb: null });
});

test('a flavor and an image that contradict each other are refused with 400, and nothing is made', async () => {
  const shared = await flavor('shared', { 'hw:cpu_policy': 'shared' });
  const refused = await create(shared, PINNED.id);
  assert.equal(refused.status, 400);
  assert.match(refused.body.badRequest.message, /'hw_cpu_policy' is not permitted to override CPU pinning policy/);
  const odd = await flavor('odd', { 'hw:numa_nodes': '3' });
  const uneven = await create(odd);
  assert.equal(uneven.status, 400);
  assert.match(uneven.body.badRequest.message, /cannot be evenly distributed across instance NUMA nodes/);
});

test('a flavor with a name for PCI devices that there is not is refused at the creation and at a resize', async () => {
  const unknown = await flavor('fpga', { 'pci_passthrough:alias': 'fpga:1' });
  const refused = await create(unknown);
  assert.equal(refused.status, 400);
  assert.equal(refused.body.badRequest.message, 'PCI alias fpga is not defined');
  const { id } = (await create(await flavor('gpu', { 'pci_passthrough:alias': 'gpu:1' }))).body.server;
  await cloud.until(id, 'ERROR');
  const plain = (await create('1')).body.server.id;
  await cloud.until(plain, 'ACTIVE');
  const resized = await call('POST', `/servers/${plain}/action`, { resize: { flavorRef: unknown } }, 'member');
  assert.equal(resized.status, 400);
  assert.equal(resized.body.badRequest.message, 'PCI alias fpga is not defined');
});

test('a server whose cells fit nowhere is in error for want of a host', async () => {
  const wide = await flavor('wide', { 'hw:numa_nodes': '4' });
  const { id } = (await create(wide)).body.server;
  await cloud.until(id, 'ERROR');
  const { fault } = (await call('GET', `/servers/${id}`)).body.server;
  assert.match(fault.details, /without NUMA cells that it fits into/);
});

test('a rebuild does not change what a server asks of cells', async () => {
  const { id } = (await create('1')).body.server;
  await cloud.until(id, 'ACTIVE');
  const rebuilt = await call('POST', `/servers/${id}/action`, { rebuild: { imageRef: PINNED.id } }, 'member');
  assert.equal(rebuilt.status, 400);
  assert.match(rebuilt.body.badRequest.message, /NUMA topology cannot be changed as part of a rebuild/);
});
