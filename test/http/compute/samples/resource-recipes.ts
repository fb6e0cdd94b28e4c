import { minorOf } from '../../../../http/microversions.ts';
import type { Recipe, Recipes } from './recipes.ts';
import { type At, PUBLIC_KEY } from './sample-cloud.ts';

const get =
  (path: string): Recipe =>
  (at) =>
    at.send('GET', path);

const flavorBody = ({ version, fresh }: At): object => ({
  flavor: { name: fresh(), ram: 1024, vcpus: 2, disk: 10, ...(minorOf(version) < 55 ? {} : { description: 'd' }) },
});
const newFlavor = async (at: At, more: object = {}): Promise<string> => {
  const flavor = { name: at.fresh(), ram: 64, vcpus: 1, disk: 1, ...more };
  const { body } = await at.prepare('POST', '/flavors', { flavor });
  return `/flavors/${body.flavor.id}`;
};
const access =
  (action: 'addTenantAccess' | 'removeTenantAccess'): Recipe =>
  async (at) => {
    const path = await newFlavor(at, { 'os-flavor-access:is_public': false });
    await at.prepare('POST', `${path}/action`, { addTenantAccess: { tenant: 'fake_tenant' } });
    if (action === 'addTenantAccess') return at.send('POST', `${path}/action`, { [action]: { tenant: 'openstack' } });
    await at.prepare('POST', `${path}/action`, { addTenantAccess: { tenant: 'openstack' } });
    return at.send('POST', `${path}/action`, { [action]: { tenant: 'openstack' } });
  };
const specs = { extra_specs: { 'hw:cpu_policy': 'shared', 'hw:numa_nodes': '1' } };
const withSpecs = async (at: At): Promise<string> => {
  const path = `${await newFlavor(at)}/os-extra_specs`;
  await at.prepare('POST', path, specs);
  return path;
};

const newKeypair: Recipe = (at) =>
  at.send('POST', '/os-keypairs', {
    keypair: { name: at.fresh(), ...(minorOf(at.version) < 92 ? {} : { public_key: PUBLIC_KEY }) },
  });
const keypair =
  (query: string): Recipe =>
  async (at) => {
    // Own keypairs: of whom asks.
    const made = await at.send('POST', '/os-keypairs', { keypair: { name: at.fresh(), public_key: PUBLIC_KEY } });
    return at.send('GET', `/os-keypairs${query.replace('{name}', made.body.keypair.name)}`);
  };

const image =
  (path: string): Recipe =>
  (at) =>
    at.send('GET', `/images/${at.on.ids.image}${path}`);

const group = ({ version }: At): object => ({
  server_group: { name: 'test', ...(minorOf(version) < 64 ? { policies: ['affinity'] } : { policy: 'affinity' }) },
});

export const RESOURCE_RECIPES: Recipes = {
  'versions/versions-get-resp.json': (at) => at.root('/'),
  'versions/v2-version-get-resp.json': (at) => at.root('/v2/'),
  'versions/v21-version-get-resp.json': (at) => at.root('/v2.1/'),
  'extension-info/extensions-get-resp.json': get('/extensions/os-agents'),
  'extension-info/extensions-list-resp.json': get('/extensions'),
  'extension-info/extensions-list-resp-v21-compatible.json': (at) => at.root('/v2/extensions'),
  'limits/limit-get-resp.json': get('/limits'),
  'flavors/flavor-get-resp.json': get('/flavors/1'),
  'flavors/flavors-detail-resp.json': get('/flavors/detail'),
  'flavors/flavors-list-resp.json': get('/flavors'),
  'flavor-manage/flavor-create-post-resp.json': (at) => at.send('POST', '/flavors', flavorBody(at)),
  'flavor-manage/flavor-update-resp.json': async (at) =>
    at.send('PUT', await newFlavor(at), { flavor: { description: 'updated' } }),
  'flavor-access/flavor-access-add-tenant-resp.json': access('addTenantAccess'),
  'flavor-access/flavor-access-remove-tenant-resp.json': access('removeTenantAccess'),
  'flavor-access/flavor-access-list-resp.json': async (at) => {
    const path = await newFlavor(at, { 'os-flavor-access:is_public': false });
    await at.prepare('POST', `${path}/action`, { addTenantAccess: { tenant: 'fake_tenant' } });
    return at.send('GET', `${path}/os-flavor-access`);
  },
  'flavor-extra-specs/flavor-extra-specs-create-resp.json': async (at) =>
    at.send('POST', `${await newFlavor(at)}/os-extra_specs`, specs),
  'flavor-extra-specs/flavor-extra-specs-list-resp.json': async (at) => at.send('GET', await withSpecs(at)),
  'flavor-extra-specs/flavor-extra-specs-get-resp.json': async (at) =>
    at.send('GET', `${await withSpecs(at)}/hw:numa_nodes`),
  'flavor-extra-specs/flavor-extra-specs-update-resp.json': async (at) =>
    at.send('PUT', `${await withSpecs(at)}/hw:numa_nodes`, { 'hw:numa_nodes': '2' }),
  'images/image-get-resp.json': image(''),
  'images/images-list-get-resp.json': get('/images'),
  'images/images-details-get-resp.json': get('/images/detail'),
  'images/image-metadata-get-resp.json': image('/metadata'),
  'images/image-meta-key-get.json': image('/metadata/kernel_id'),
  'images/image-meta-key-put-resp.json': (at) =>
    at.send('PUT', `/images/${at.on.ids.image}/metadata/auto_disk_config`, { meta: { auto_disk_config: 'False' } }),
  'images/image-metadata-post-resp.json': (at) =>
    at.send('POST', `/images/${at.on.ids.image}/metadata`, { metadata: { kernel_id: 'False' } }),
  'images/image-metadata-put-resp.json': (at) =>
    at.send('PUT', `/images/${at.on.ids.image}/metadata`, { metadata: { kernel_id: 'nokernel' } }),
  'os-keypairs/keypairs-get-resp.json': keypair('/{name}'),
  'os-keypairs/keypairs-import-post-resp.json': (at) =>
    at.send('POST', '/os-keypairs', { keypair: { name: at.fresh(), public_key: PUBLIC_KEY } }),
  'os-keypairs/keypairs-list-resp.json': (at) => (minorOf(at.version) < 35 ? keypair('')(at) : keypair('?limit=1')(at)),
  'os-keypairs/keypairs-list-user1-resp.json': keypair(''),
  'os-keypairs/keypairs-list-user2-resp.json': keypair('?limit=1'),
  'os-keypairs/keypairs-post-resp.json': newKeypair,
  'os-server-groups/server-groups-post-resp.json': (at) => at.send('POST', '/os-server-groups', group(at)),
  'os-server-groups/server-groups-get-resp.json': (at) => at.send('GET', `/os-server-groups/${at.on.ids.group}`),
  'os-server-groups/server-groups-list-resp.json': get('/os-server-groups?all_projects=1'),
  'os-security-groups/security-groups-create-resp.json': (at) =>
    at.send('POST', '/os-security-groups', { security_group: { name: at.fresh(), description: 'd' } }),
  'os-security-groups/security-groups-get-resp.json': (at) =>
    at.send('GET', `/os-security-groups/${at.on.ids.securityGroup}`),
  'os-security-groups/security-groups-list-get-resp.json': get('/os-security-groups'),
  'os-security-groups/security-group-rules-post-resp.json': async (at) => {
    const security_group = { name: at.fresh(), description: 'd' };
    const made = await at.send('POST', '/os-security-groups', { security_group });
    const parent_group_id = made.body.security_group.id;
    return at.send('POST', '/os-security-group-rules', {
      security_group_rule: { parent_group_id, ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr: '10.0.0.0/24' },
    });
  },
  'os-networks/networks-list-resp.json': get('/os-networks'),
  'os-networks/network-show-resp.json': (at) => at.send('GET', `/os-networks/${at.on.cloud.networkId}`),
  'os-floating-ip-pools/floatingippools-list-resp.json': get('/os-floating-ip-pools'),
  'os-floating-ips/floating-ips-create-resp.json': (at) => at.send('POST', '/os-floating-ips', { pool: 'public' }),
  'os-floating-ips/floating-ips-get-resp.json': (at) => at.send('GET', `/os-floating-ips/${at.on.ids.floating}`),
  'os-floating-ips/floating-ips-list-resp.json': get('/os-floating-ips'),
  'os-floating-ips/floating-ips-list-empty-resp.json': get('/os-floating-ips'),
  'os-snapshots/snapshot-create-resp.json': (at) =>
    at.send('POST', '/os-snapshots', { snapshot: { volume_id: at.on.ids.volume, display_name: 'n' } }),
  'os-snapshots/snapshots-list-resp.json': get('/os-snapshots'),
  'os-snapshots/snapshots-detail-resp.json': get('/os-snapshots/detail'),
  'os-snapshots/snapshots-show-resp.json': (at) => at.send('GET', `/os-snapshots/${at.on.ids.snapshot}`),
  'os-volumes/os-volumes-index-resp.json': get('/os-volumes'),
  'os-volumes/os-volumes-detail-resp.json': get('/os-volumes/detail'),
  'os-volumes/os-volumes-get-resp.json': (at) => at.send('GET', `/os-volumes/${at.on.ids.attached}`),
  'os-volumes/os-volumes-post-resp.json': (at) => at.send('POST', '/os-volumes', { volume: { size: 1 } }),
};
