import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { simInside } from '../../../drivers/sim/index.ts';
import { BASE_RULES, POLICIES } from '../../../http/compute/policies.ts';
import { computeRoutes } from '../../../http/compute/routes.ts';
import { compilePolicies } from '../../../http/policy.ts';
import { startTestCloud, type TestCloud } from './cloud.ts';
import { type CloudVolumes, volumesOf } from './volumes.ts';

const PROJECT = '6f70656e737461636b20342065766572';
const OWNER = 'project_id:%(project_id)s and user_id:%(user_id)s';
/** An operator's rules: members may more than by default, and nobody may update an attachment. */
const overrides = new Map([
  ['os_compute_api:os-migrations:index', 'role:member'],
  // Without it, it would follow its old name, which is the rule before.
  ['os_compute_api:os-migrations:index:all_projects', 'role:admin'],
  ['compute:server:topology:host:index', OWNER],
  ['os_compute_api:os-volumes-attachments:update', '!'],
  ['os_compute_api:os-volumes-attachments:swap', 'role:admin'],
]);
type Who = 'member' | 'admin' | 'stranger';
let cloud: TestCloud;
let volumes: CloudVolumes;
let id = '';

before(async () => {
  const policies = compilePolicies({ base: BASE_RULES, rules: POLICIES, overrides });
  cloud = await startTestCloud({
    api: { routes: computeRoutes, policies },
    inside: simInside({
      vcpus: 16,
      memoryMib: 32_768,
      numaCells: 2,
      threadsPerCore: 1,
      dedicatedCpus: [],
      hugePages: {},
      pciCards: [],
    }),
  });
  volumes = volumesOf(cloud);
  id = await cloud.boot({ networks: 'none' });
  await cloud.until(id, 'ACTIVE');
});
after(() => cloud.close());

test('who may list the migrations of his own project only must name it', async () => {
  const list = async (search: string, as: Who = 'member') =>
    (await cloud.call('GET', `/os-migrations${search}`, { as, version: '2.80' })).status;
  assert.equal(await list(`?project_id=${PROJECT}`), 200);
  for (const search of ['', '?project_id=', '?project_id=other', '?status=finished'])
    assert.equal(await list(search), 403, search);
  for (const search of ['', '?project_id=', '?project_id=other'])
    assert.equal(await list(search, 'admin'), 200, search);
});

test('a rule on the place of a topology on its host is asked about the owner of the server', async () => {
  const flavor = { id: 'numa', name: 'numa', vcpus: 2, ram: 512, disk: 1 };
  assert.equal((await cloud.call('POST', '/flavors', { as: 'admin', body: { flavor } })).status, 200);
  const body = { extra_specs: { 'hw:numa_nodes': '2' } };
  assert.equal((await cloud.call('POST', '/flavors/numa/os-extra_specs', { as: 'admin', body })).status, 200);
  const numa = await cloud.boot({ networks: 'none', flavorRef: 'numa' });
  await cloud.until(numa, 'ACTIVE');
  const nodes = async (as: Who) =>
    (await cloud.call('GET', `/servers/${numa}/topology`, { as, version: '2.78' })).body.nodes.map(
      (node: { host_node?: number }) => node.host_node,
    );
  assert.deepEqual(await nodes('member'), [0, 1]);
  assert.deepEqual(await nodes('admin'), [undefined, undefined], 'of the project, and not the owner');
});

test('a swap asks the rule on swaps alone, and after the look-up of the server', async () => {
  const [one, other] = [await volumes.make(), await volumes.make()];
  const path = `/servers/${id}/os-volume_attachments`;
  const attached = await cloud.call('POST', path, { version: '2.100', body: { volumeAttachment: { volumeId: one } } });
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  await volumes.until(one, 'in-use');
  const put = (server: string, volumeId: string, version: string, as: Who) =>
    cloud.call('PUT', `/servers/${server}/os-volume_attachments/${one}`, {
      version,
      as,
      body: { volumeAttachment: { volumeId } },
    });
  for (const version of ['2.84', '2.85']) {
    assert.equal((await put('2c0a8d6e-6b5c-4b0c-8f62-0d8a3a3f9d11', other, version, 'member')).status, 404, version);
    assert.equal((await put(id, other, version, 'stranger')).status, 404, version);
    const refused = await put(id, other, version, 'member');
    assert.equal(refused.status, 403, version);
    assert.match(refused.body.forbidden.message, /os-volumes-attachments:swap/);
    // It is allowed, and the volume does not migrate.
    assert.equal((await put(id, other, version, 'admin')).status, 409, version);
  }
  const refused = await put(id, one, '2.85', 'admin');
  assert.equal(refused.status, 403);
  assert.match(refused.body.forbidden.message, /os-volumes-attachments:update/);
});
