import { hostMappings, instanceMappings } from '../../../../actors/cell-mapping/row.ts';
import { createImage } from '../../../../actors/image/client.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { simInside } from '../../../../drivers/sim/index.ts';
import { numericId } from '../../../../http/compute/numeric-id.ts';
import { type Microversion, minorOf } from '../../../../http/microversions.ts';
import type { Write } from '../../../../runtime/store.ts';
import { type Answered, anImage, startTestCloud, type TestCloud } from '../cloud.ts';
import type { ContractSample } from '../contract.ts';
import { type CloudVolumes, volumesOf } from '../volumes.ts';

export const PROJECT = '6f70656e737461636b20342065766572';
export const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f t';

/** The zone of the host sim-0. */
export const ZONE = 'london';
/** A host that takes no servers. */
export const EMPTY_HOST = 'sim-3';
const NUMA_IMAGE = '11111111-2222-4333-8444-555555555555';

/** A cloud that has something of everything that samples tell of. */
export interface SampleCloud {
  readonly cloud: TestCloud;
  readonly volumes: CloudVolumes;
  /** A server with a volume, a floating IP, metadata, tags and hints. */
  readonly server: string;
  /** A server on a NUMA topology. */
  readonly pinned: string;
  /** A server of which nothing is expected but that it is active. */
  readonly scratch: string;
  /** A cloud in which a server is on its way to another host for as long as it lives, and that server. */
  readonly moving: { readonly cloud: TestCloud; readonly server: string };
  /** A cloud with a cell that is down, and a server in it. */
  readonly down: { readonly cloud: TestCloud; readonly server: string };
  readonly ids: Readonly<Record<Known, string>>;
}

/** What there is one of. */
type Known =
  | 'port'
  | 'attached'
  | 'request'
  | 'host'
  | 'hypervisor'
  | 'service'
  | 'aggregate'
  | 'group'
  | 'securityGroup'
  | 'floating'
  | 'volume'
  | 'snapshot'
  | 'image';

/** What a recipe gets: the cloud, the sample's microversion, and who asks. */
export interface At {
  readonly on: SampleCloud;
  readonly version: Microversion;
  /** Asks at the sample's microversion, as the caller whose turn it is. */
  send(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Asks for a path that is not below /v2.1. */
  root(path: string): Promise<Answered>;
  /** Whether the sample has a link to a next page: it was asked for with a limit. */
  readonly isPaged: boolean;
  /** Asks for what comes before, as an administrator at the newest microversion. Throws when it is refused. */
  prepare(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Hypervisors and services had numbers before 2.53. */
  numbered(id: string): string;
  /** A name that nothing else has. */
  fresh(): string;
}

let names = 0;

/** `as` asks; what a sample was recorded as is tried by the test. */
export const askAt = (
  on: SampleCloud,
  { version, body: sample }: Pick<ContractSample, 'version' | 'body'>,
  as: 'admin' | 'member',
): At => ({
  on,
  version,
  isPaged: Object.keys(Object(sample)).some((key) => key.endsWith('_links')),
  send: (method, path, body) => on.cloud.call(method, path, { as, version, ...(body === undefined ? {} : { body }) }),
  root: async (path) => {
    const response = await on.cloud.app.request(`http://compute.example.com${path}`, {
      headers: { 'X-Auth-Token': as },
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  },
  prepare: (method, path, body) => prepared(on.cloud, method, path, body),
  numbered: (id) => (minorOf(version) < 53 ? String(numericId(id)) : id),
  fresh: () => `fresh-${++names}`,
});

const prepared = async (cloud: TestCloud, method: string, path: string, body?: unknown): Promise<Answered> => {
  const sent = body === undefined ? {} : { body };
  const answer = await cloud.call(method, path, { as: 'admin', version: '2.104', ...sent });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
};

/** Starts it. */
export async function startSampleCloud(): Promise<SampleCloud> {
  const cloud = await startTestCloud({
    hosts: 4,
    routed: true,
    quota: { keyPairs: -1, instances: -1, cores: -1, ramMib: -1, serverGroups: -1 },
    images: [
      anImage(),
      anImage({
        id: NUMA_IMAGE,
        name: 'numa',
        properties: { hw_cpu_policy: 'dedicated', hw_cpu_thread_policy: 'require' },
      }),
    ],
    inside: simInside({
      vcpus: 16,
      memoryMib: 32_768,
      numaCells: 2,
      threadsPerCore: 2,
      dedicatedCpus: [4, 5, 6, 7, 12, 13, 14, 15],
      hugePages: {},
      pciCards: [],
    }),
  });
  const own = (method: string, path: string, body?: unknown) => prepared(cloud, method, path, body);
  const member = (method: string, path: string, body: unknown, version = '2.1') =>
    cloud.call(method, path, { version, body });
  const volumes = volumesOf(cloud);
  // Before there are servers: a host that has some does not change its zone.
  const zoned = await own('POST', '/os-aggregates', { aggregate: { name: 'a', availability_zone: ZONE } });
  const aggregate = String(zoned.body.aggregate.id);
  await own('POST', `/os-aggregates/${aggregate}/action`, { add_host: { host: 'sim-0' } });
  const { body: found } = await own('GET', `/os-services?host=${EMPTY_HOST}&binary=nova-compute`);
  await own('PUT', `/os-services/${found.services[0].id}`, { status: 'disabled' });
  const neighbour = await cloud.boot();
  await cloud.until(neighbour, 'ACTIVE');
  const group = await member('POST', '/os-server-groups', { server_group: { name: 'g', policy: 'affinity' } }, '2.64');
  const groupId: string = group.body.server_group.id;
  const [server = '', scratch = ''] = await Promise.all(
    ['new-server-test', 'scratch'].map(async (name) => {
      const more = { metadata: { 'My Server Name': 'Apache1' }, tags: ['tag1', 'tag2'] };
      const { body } = await own('POST', '/servers', {
        server: { name, imageRef: anImage().id, flavorRef: '1', networks: 'auto', ...more },
        'OS-SCH-HNT:scheduler_hints': { same_host: [neighbour], group: groupId },
      });
      await cloud.until(body.server.id, 'ACTIVE');
      return String(body.server.id);
    }),
  );
  const flavor = { id: 'numa', name: 'numa', vcpus: 4, ram: 1024, disk: 1 };
  await own('POST', '/flavors', { flavor });
  await own('POST', '/flavors/numa/os-extra_specs', { extra_specs: { 'hw:numa_nodes': '2' } });
  const pinned = await cloud.boot({ flavorRef: 'numa', imageRef: NUMA_IMAGE });
  await cloud.until(pinned, 'ACTIVE');
  const attached = await volumes.make();
  const attachment = { volumeAttachment: { volumeId: attached, tag: 'foo', delete_on_termination: true } };
  await own('POST', `/servers/${server}/os-volume_attachments`, attachment);
  await volumes.until(attached, 'in-use');
  const volume = await volumes.make({ name: 'Volume Name', description: 'd' });
  const snapshot = await member('POST', '/os-snapshots', { snapshot: { volume_id: volume } });
  const floating = await member('POST', '/os-floating-ips', { pool: 'public' });
  const securityGroup = await member('POST', '/os-security-groups', {
    security_group: { name: 's', description: 'd' },
  });
  const parent_group_id = securityGroup.body.security_group.id;
  const rule = { parent_group_id, ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr: '10.0.0.0/24' };
  await member('POST', '/os-security-group-rules', { security_group_rule: rule });
  const { body: ports } = await own('GET', `/servers/${server}/os-interface`);
  const { body: actions } = await own('GET', `/servers/${server}/os-instance-actions`);
  const { body: shown } = await own('GET', `/servers/${server}`);
  const host: string = shown.server['OS-EXT-SRV-ATTR:host'];
  const { body: hypervisors } = await own('GET', '/os-hypervisors/detail');
  const hypervisor = hypervisors.hypervisors.find(
    (one: { readonly service: { readonly host: string } }) => one.service.host === host,
  );
  const image = await createImage(cloud.system, {
    by: { projectId: PROJECT, isAdmin: true, mayWrite: true },
    imageId: null,
    properties: { kernel_id: 'nokernel', auto_disk_config: 'True' },
    attributes: {
      name: 'i',
      owner: PROJECT,
      visibility: 'public',
      isProtected: false,
      isHidden: false,
      minDiskGib: 1,
      minRamMib: 64,
      diskFormat: 'raw',
      containerFormat: 'bare',
      tags: [],
    },
  });
  if (!image.ok) throw new Error(image.error.code);
  return {
    cloud,
    volumes,
    server,
    pinned,
    scratch,
    moving: await movingServer(),
    down: await downServer(),
    ids: {
      port: ports.interfaceAttachments[0].port_id,
      attached,
      request: actions.instanceActions[0].request_id,
      host,
      hypervisor: hypervisor.id,
      service: hypervisor.service.id,
      aggregate,
      group: groupId,
      securityGroup: parent_group_id,
      floating: floating.body.floating_ip.id,
      volume,
      snapshot: snapshot.body.snapshot.id,
      image: image.value.id,
    },
  };
}

const MOVE_MS = 3_600_000;

/** A live migration that does not end while anybody looks. */
async function movingServer(): Promise<SampleCloud['moving']> {
  const latency = { spawn: 0, stop: 0, reboot: 0, delete: 0, migrate: MOVE_MS };
  const cloud = await startTestCloud({ hosts: 2, latency });
  const server = await cloud.boot();
  await cloud.until(server, 'ACTIVE');
  await prepared(cloud, 'POST', `/servers/${server}/action`, {
    'os-migrateLive': { block_migration: 'auto', host: null },
  });
  await cloud.until(server, 'MIGRATING');
  for (let polls = 0; polls < 1_000; polls++) {
    const { body } = await prepared(cloud, 'GET', `/servers/${server}/migrations`);
    if (body.migrations[0]?.status === 'running') return { cloud, server };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the migration does not run');
}

const DOWN_CELL = 'cell9';

/** What the api knows of a server whose cell does not answer. */
async function downServer(): Promise<SampleCloud['down']> {
  const cloud = await startTestCloud({ downCells: () => new Set([DOWN_CELL]) });
  const shown = await cloud.boot();
  await cloud.until(shown, 'ACTIVE');
  const row = instances.read(cloud.store, shown);
  if (row === undefined) throw new Error('no server');
  const group = { server_group: { name: 'g', policy: 'affinity' } };
  const { body: made } = await cloud.call('POST', '/os-server-groups', { version: '2.64', body: group });
  const server = '2669556b-b4a3-41f1-a0c1-f9c7ff75e53c';
  put(cloud, hostMappings, 'lost', { host: 'lost', cell: DOWN_CELL });
  put(cloud, instanceMappings, server, {
    instanceId: server,
    cell: DOWN_CELL,
    projectId: PROJECT,
    userId: row.userId,
    createdAtMs: row.createdAtMs,
    flavor: row.flavor,
    image: row.image,
    requestedZone: null,
    groupId: made.server_group.id,
  });
  return { cloud, server };
}

/** Writes a row and its index entries, as its owner would. */
const put = <Row>(
  { store }: TestCloud,
  rows: { key(id: string): string; entries(row: Row, id: string): readonly string[] },
  id: string,
  row: Row,
): void => {
  store.apply([[rows.key(id), row], ...rows.entries(row, id).map((entry): Write => [entry, true])]);
};

/** Ends its clouds. */
export const stopSampleCloud = async ({ cloud, moving, down }: SampleCloud): Promise<void> => {
  for (const one of [cloud, moving.cloud, down.cloud]) await one.close();
};
