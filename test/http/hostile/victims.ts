import { createImage } from '../../../actors/image/client.ts';
import { type CloudOptions, startTestCloud, type TestCloud } from '../compute/cloud.ts';
import type { Targets } from './cases.ts';

const PROJECT = '6f70656e737461636b20342065766572';
const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f t';

const IMAGE = {
  name: 'victim-image',
  owner: PROJECT,
  visibility: 'private',
  isProtected: false,
  isHidden: false,
  minDiskGib: 1,
  minRamMib: 64,
  diskFormat: 'raw',
  containerFormat: 'bare',
  tags: [],
} as const;

/** A cloud with something of everything, all of it of one project. */
export interface VictimCloud {
  readonly cloud: TestCloud;
  readonly targets: Targets;
  /** Texts that only the project may read. */
  readonly secrets: readonly string[];
}

/** Quotas are small, so that what passes after all does not fill the cloud. */
const QUOTA = { instances: 4, keyPairs: 3, serverGroups: 3, cores: 6 } as const;

/** Starts it. Everything has settled when it is returned: nothing changes by itself any more. */
export const startVictimCloud = async (options: CloudOptions = {}): Promise<VictimCloud> => {
  const cloud = await startTestCloud({ hosts: 2, quota: QUOTA, routed: true, ...options });
  const admin = async (method: string, path: string, body: unknown, version = '2.104') => {
    const answer = await cloud.call(method, path, { as: 'admin', version, body });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const server = await cloud.boot({
    name: 'victim-name',
    metadata: { 'victim-key': 'victim-value' },
    tags: ['victim-tag'],
  });
  await cloud.until(server, 'ACTIVE');
  const keypair = { name: 'victim-keypair', public_key: PUBLIC_KEY };
  await cloud.call('POST', '/os-keypairs', { version: '2.104', body: { keypair } });
  await admin('POST', '/os-keypairs', { keypair });
  const own = { name: 'private', id: 'p', ram: 64, vcpus: 1, disk: 1, 'os-flavor-access:is_public': false };
  await admin('POST', '/flavors', { flavor: own });
  await admin('POST', '/flavors/p/os-extra_specs', { extra_specs: { 'hw:numa_nodes': '2' } });
  await admin('POST', '/flavors/p/action', { addTenantAccess: { tenant: PROJECT } });
  const group = await cloud.call('POST', '/os-server-groups', {
    version: '2.104',
    body: { server_group: { name: 'victim-group', policy: 'affinity' } },
  });
  const secgroup = await cloud.call('POST', '/os-security-groups', {
    body: { security_group: { name: 'victim-secgroup', description: 'victim-description' } },
  });
  const { body: floating } = await cloud.call('POST', '/os-floating-ips', { body: { pool: 'public' } });
  const address = floating.floating_ip.ip;
  await cloud.call('POST', `/servers/${server}/action`, { body: { addFloatingIp: { address } } });
  const { aggregate } = await admin('POST', '/os-aggregates', { aggregate: { name: 'a' } });
  await admin('POST', `/os-aggregates/${aggregate.id}/action`, { add_host: { host: 'sim-1' } });
  const { body: actions } = await cloud.call('GET', `/servers/${server}/os-instance-actions`, { version: '2.104' });
  const image = await createImage(cloud.system, {
    by: { projectId: PROJECT, isAdmin: true, mayWrite: true },
    imageId: null,
    properties: { 'victim-property': 'x' },
    attributes: IMAGE,
  });
  if (!image.ok) throw new Error('no image');
  const { body: hypervisors } = await cloud.call('GET', '/os-hypervisors', { as: 'admin', version: '2.104' });
  const { body: services } = await cloud.call('GET', '/os-services?binary=nova-compute', {
    as: 'admin',
    version: '2.104',
  });
  const { body: interfaces } = await cloud.call('GET', `/servers/${server}/os-interface`, { version: '2.104' });
  const port = interfaces.interfaceAttachments?.[0]?.port_id ?? 'x';
  const [attached, volume] = [await volumeOf(cloud), await volumeOf(cloud)];
  const attachment = { volumeAttachment: { volumeId: attached } };
  await cloud.call('POST', `/servers/${server}/os-volume_attachments`, { body: attachment });
  const { body: taken } = await cloud.call('POST', '/os-snapshots', { body: { snapshot: { volume_id: volume } } });
  return {
    cloud,
    targets: {
      project: PROJECT,
      ids: {
        servers: server,
        server_id: server,
        'os-volumes_boot': server,
        flavors: 'p',
        flavor_id: 'p',
        'os-keypairs': 'victim-keypair',
        'os-server-groups': group.body.server_group.id,
        'os-security-groups': secgroup.body.security_group.id,
        'os-aggregates': String(aggregate.id),
        'os-hypervisors': hypervisors.hypervisors[0].id,
        'os-services': services.services[0].id,
        'os-quota-sets': PROJECT,
        'os-quota-class-sets': 'default',
        'os-simple-tenant-usage': PROJECT,
        'os-floating-ips': floating.floating_ip.id,
        'os-networks': cloud.networkId,
        'os-tenant-networks': cloud.networkId,
        'os-hosts': 'sim-0',
        images: image.value.id,
        image_id: image.value.id,
        'images/metadata': 'victim-property',
        'flavors/os-extra_specs': 'hw:numa_nodes',
        'servers/metadata': 'victim-key',
        'servers/tags': 'victim-tag',
        'servers/ips': 'default',
        'servers/os-interface': port,
        'servers/os-volume_attachments': attached,
        'os-volumes': volume,
        'os-snapshots': taken.snapshot.id,
        'servers/os-instance-actions': actions.instanceActions[0].request_id,
        'os-instance_usage_audit_log': '2026-01-01 00:00:00',
        port_id: port,
        extensions: 'os-keypairs',
        versions: 'v2.1',
      },
      fields: {
        flavorRef: '1',
        imageRef: '70a599e0-31e7-49b7-b260-868f441e862b',
        networks: 'none',
        public_key: PUBLIC_KEY,
        host: 'sim-0',
        address,
        key_name: 'victim-keypair',
        net_id: cloud.networkId,
        networkId: cloud.networkId,
        server_uuid: server,
        volumeId: volume,
        volume_id: volume,
        parent_group_id: secgroup.body.security_group.id,
      },
    },
    secrets: ['victim-name', 'victim-key', 'victim-value', 'victim-group', 'victim-secgroup', 'victim-description'],
  };
};

/** A volume that can be used at once. */
async function volumeOf(cloud: TestCloud): Promise<string> {
  const { body } = await cloud.call('POST', '/os-volumes', { body: { volume: { size: 1 } } });
  for (let polls = 0; polls < 2000; polls++) {
    const { body: shown } = await cloud.call('GET', `/os-volumes/${body.volume.id}`);
    if (shown.volume.status === 'available') return body.volume.id;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('a volume is never available');
}
