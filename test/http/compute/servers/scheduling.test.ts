import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULT_SCHEDULER_OPTIONS } from '../../../../actors/scheduler/options.ts';
import { anImage, type CallOptions, startTestCloud, type TestCloud } from '../cloud.ts';

const ISOLATED = anImage({ id: '11111111-2222-4333-8444-555555555555', name: 'isolated', contentId: 'c2' });
const FOREIGN = anImage({
  id: '11111111-2222-4333-8444-666666666666',
  name: 'foreign',
  contentId: 'c3',
  properties: { hw_architecture: 'aarch64' },
});
const HOST = 'OS-EXT-SRV-ATTR:host';
let cloud: TestCloud;

before(async () => {
  cloud = await startTestCloud({
    hosts: 3,
    images: [anImage(), ISOLATED, FOREIGN],
    quota: { instances: -1, cores: -1, ramMib: -1 },
    scheduler: {
      enabledFilters: [
        ...DEFAULT_SCHEDULER_OPTIONS.enabledFilters,
        'SameHostFilter',
        'DifferentHostFilter',
        'JsonFilter',
        'SimpleCIDRAffinityFilter',
        'AggregateInstanceExtraSpecsFilter',
        'AggregateMultiTenancyIsolation',
        'IsolatedHostsFilter',
      ],
      isolatedHosts: ['sim-2'],
      isolatedImages: [ISOLATED.id],
    },
  });
});
after(() => cloud.close());

const call = (method: string, path: string, body?: unknown, as: CallOptions['as'] = 'admin') =>
  cloud.call(method, path, { as, version: '2.104', ...(body === undefined ? {} : { body }) });

async function create(server: object, hints?: object, as: CallOptions['as'] = 'member'): Promise<string> {
  const asked = { name: 'web', imageRef: anImage().id, flavorRef: '1', networks: 'none', ...server };
  const body = { server: asked, ...(hints === undefined ? {} : { 'os:scheduler_hints': hints }) };
  const answer = await call('POST', '/servers', body, as);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body.server.id;
}

const shown = async (id: string) => (await call('GET', `/servers/${id}`)).body.server;

/** Makes a server and returns the host it runs on. */
async function placed(server: object, hints?: object, as?: CallOptions['as']): Promise<{ id: string; host: string }> {
  const id = await create(server, hints, as);
  await cloud.until(id, 'ACTIVE');
  return { id, host: (await shown(id))[HOST] };
}

/** Makes a server that finds no host, and returns the details that administrators are told. */
async function refused(server: object, hints?: object, as?: CallOptions['as']): Promise<string> {
  const id = await create(server, hints, as);
  await cloud.until(id, 'ERROR');
  const { fault } = await shown(id);
  assert.match(fault.message, /^No valid host was found/);
  return fault.details;
}

test('same_host goes to the host of another server, and different_host away from those of others', async () => {
  const first = await placed({});
  for (let count = 0; count < 3; count++) assert.equal((await placed({}, { same_host: first.id })).host, first.host);
  const second = await placed({}, { different_host: [first.id] });
  assert.notEqual(second.host, first.host);
  assert.equal((await placed({}, { same_host: [second.id] })).host, second.host);
  const details = await refused({}, { different_host: [first.id, second.id] });
  assert.match(details, /2 refused by DifferentHostFilter/);
  assert.match(await refused({}, { same_host: '99999999-9999-4999-8999-999999999999' }), /SameHostFilter/);
});

test('query and build_near_host_ip are asked of the hosts', async () => {
  assert.equal((await placed({}, { query: '["=", "$host", "sim-1"]' })).host, 'sim-1');
  assert.match(await refused({}, { query: '["=", "$host", "none"]' }), /JsonFilter/);
  await placed({}, { build_near_host_ip: '127.0.0.77', cidr: '/24' });
  assert.match(await refused({}, { build_near_host_ip: '192.0.2.1' }), /SimpleCIDRAffinityFilter/);
});

test('a flavor that requires something of aggregates goes to their hosts, as soon as they have it', async () => {
  const made = await call('POST', '/os-aggregates', { aggregate: { name: 'fast' } });
  const { id } = made.body.aggregate;
  const flavor = { id: 'fast', name: 'fast', vcpus: 1, ram: 512, disk: 1 };
  await call('POST', '/flavors', { flavor });
  await call('POST', '/flavors/fast/os-extra_specs', { extra_specs: { 'aggregate_instance_extra_specs:ssd': 'true' } });
  assert.match(await refused({ flavorRef: 'fast' }), /AggregateInstanceExtraSpecsFilter/);
  assert.equal((await call('POST', `/os-aggregates/${id}/action`, { add_host: { host: 'sim-1' } })).status, 200);
  assert.match(await refused({ flavorRef: 'fast' }), /AggregateInstanceExtraSpecsFilter/);
  await call('POST', `/os-aggregates/${id}/action`, { set_metadata: { metadata: { ssd: 'true' } } });
  assert.equal((await placed({ flavorRef: 'fast' })).host, 'sim-1');
  await call('POST', `/os-aggregates/${id}/action`, { remove_host: { host: 'sim-1' } });
  assert.match(await refused({ flavorRef: 'fast' }), /AggregateInstanceExtraSpecsFilter/);
  assert.equal((await call('DELETE', `/os-aggregates/${id}`)).status, 200);
});

test('hosts of an aggregate for another project are not given away', async () => {
  const made = await call('POST', '/os-aggregates', { aggregate: { name: 'theirs' } });
  const { id } = made.body.aggregate;
  for (const host of ['sim-0', 'sim-1']) await call('POST', `/os-aggregates/${id}/action`, { add_host: { host } });
  await call('POST', `/os-aggregates/${id}/action`, { set_metadata: { metadata: { filter_tenant_id: 'somebody' } } });
  assert.match(await refused({}), /2 refused by AggregateMultiTenancyIsolation/);
  await call('POST', `/os-aggregates/${id}/action`, { set_metadata: { metadata: { filter_tenant_id: null } } });
  await placed({});
  for (const host of ['sim-0', 'sim-1']) await call('POST', `/os-aggregates/${id}/action`, { remove_host: { host } });
});

test('a host that is named with its zone is not put to the filters; one that is only asked for is', async () => {
  assert.equal((await placed({ availability_zone: 'nova:sim-2' }, undefined, 'admin')).host, 'sim-2');
  assert.match(await refused({ host: 'sim-2' }, undefined, 'admin'), /IsolatedHostsFilter/);
  assert.equal((await placed({ host: 'sim-1' }, undefined, 'admin')).host, 'sim-1');
  const details = await refused({ availability_zone: 'nova:sim-2', flavorRef: '9' }, undefined, 'admin');
  assert.match(details, /without \d+ MiB of free memory/);
  const services = (await call('GET', '/os-services?binary=nova-compute&host=sim-2')).body.services;
  await call('PUT', `/os-services/${services[0].id}`, { status: 'disabled' });
  assert.match(await refused({ availability_zone: 'nova:sim-2' }, undefined, 'admin'), /1 disabled or down/);
  await call('PUT', `/os-services/${services[0].id}`, { status: 'enabled' });
});

test('isolated images keep to isolated hosts, also when a server is rebuilt', async () => {
  assert.equal((await placed({ imageRef: ISOLATED.id })).host, 'sim-2');
  const { id } = await placed({});
  const rebuild = (imageRef: string) => call('POST', `/servers/${id}/action`, { rebuild: { imageRef } });
  assert.equal((await rebuild(ISOLATED.id)).status, 202);
  await cloud.until(id, 'ERROR');
  const failed = await shown(id);
  assert.match(failed.fault.message, /^No valid host was found/);
  assert.equal(failed.image.id, anImage().id, 'the image is what it was');
  assert.equal((await rebuild(anImage().id)).status, 202);
  await cloud.until(id, 'ACTIVE');
});

test('an image for another architecture finds no host, and a resize keeps to what was asked at the start', async () => {
  assert.match(await refused({ imageRef: FOREIGN.id }), /ImagePropertiesFilter/);
  const first = await placed({});
  const { id, host } = await placed({}, { same_host: first.id });
  await call('POST', `/servers/${id}/action`, { resize: { flavorRef: '2' } });
  await cloud.until(id, 'VERIFY_RESIZE');
  assert.equal((await shown(id))[HOST], host);
});

test('a live migration by force passes by the filters, and another one does not', async () => {
  const { id } = await placed({});
  const move = (version: string, force: object) =>
    cloud.call('POST', `/servers/${id}/action`, {
      as: 'admin',
      version,
      body: { 'os-migrateLive': { host: 'sim-2', block_migration: 'auto', ...force } },
    });
  assert.equal((await move('2.104', {})).status, 202);
  await cloud.until(id, 'ACTIVE');
  assert.notEqual((await shown(id))[HOST], 'sim-2');
  assert.equal((await move('2.30', { force: true })).status, 202);
  await cloud.until(id, 'ACTIVE');
  assert.equal((await shown(id))[HOST], 'sim-2');
});
