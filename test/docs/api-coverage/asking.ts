import { numericId } from '../../../http/compute/numeric-id.ts';
import { jsonSchemaOf } from '../../../http/json-schema.ts';
import { type Microversion, minorOf } from '../../../http/microversions.ts';
import type { Route } from '../../../http/route.ts';
import { seededRandom } from '../../../runtime/random.ts';
import type { Answered, CloudOptions } from '../../http/compute/cloud.ts';
import type { ContractEntry } from '../../http/compute/contract.ts';
import { exampleOf } from '../../http/hostile/bodies.ts';
import type { VictimCloud } from '../../http/hostile/victims.ts';

/** Actions that bring a server where another one starts. */
const BEFORE: Readonly<Record<string, readonly [action: string, body: unknown, status: string]>> = {
  'os-start': ['os-stop', null, 'SHUTOFF'],
  unpause: ['pause', null, 'PAUSED'],
  resume: ['suspend', null, 'SUSPENDED'],
  unrescue: ['rescue', null, 'RESCUE'],
  unlock: ['lock', null, 'ACTIVE'],
  unshelve: ['shelve', null, 'SHELVED_OFFLOADED'],
  confirmResize: ['resize', { flavorRef: '2' }, 'VERIFY_RESIZE'],
  revertResize: ['resize', { flavorRef: '2' }, 'VERIFY_RESIZE'],
};

/** Values that lead to what an operation is there for. */
const FIELDS: Readonly<Record<string, unknown>> = {
  status: 'enabled',
  ip_protocol: 'tcp',
  from_port: 80,
  to_port: 80,
  cidr: '192.0.2.0/24',
  extra_specs: { 'hw:cpu_policy': 'shared' },
};

/** Bodies of whole operations that a schema does not lead to. */
const WHOLE: Readonly<Record<string, unknown>> = {
  'PUT /flavors/{flavor_id}/os-extra_specs/{id}': { 'hw:numa_nodes': '1' },
  'PUT /images/{image_id}/metadata/{id}': { meta: { 'victim-property': 'y' } },
  'PUT /servers/{server_id}/metadata/{id}': { meta: { 'victim-key': 'y' } },
  'PUT /os-services/{id}': { status: 'enabled' },
  'PUT /os-aggregates/{id}': { aggregate: { name: 'b' } },
  'POST /os-aggregates/{id}/images': { cache: [{ id: '70a599e0-31e7-49b7-b260-868f441e862b' }] },
};

/** Bodies that a schema alone does not lead to. */
const BODIES: Readonly<Record<string, unknown>> = {
  reboot: { type: 'SOFT' },
  resize: { flavorRef: '2' },
  'os-resetState': { state: 'active' },
  addSecurityGroup: { name: 'victim-secgroup' },
  removeSecurityGroup: { name: 'default' },
  addTenantAccess: { tenant: 'another' },
  remove_host: { host: 'sim-1' },
  migrate: { host: null },
  unlock: null,
  removeTenantAccess: { tenant: '6f70656e737461636b20342065766572' },
};

const serverAt = (version: Microversion, { imageRef, flavorRef }: VictimCloud['targets']['fields']): object => ({
  name: 'n',
  imageRef,
  flavorRef,
  ...(minorOf(version) < 37 ? {} : { networks: 'auto' }),
});

const bodyOf = (
  entry: ContractEntry,
  route: Route<never>,
  version: Microversion,
  { targets }: VictimCloud,
): unknown => {
  const { action } = entry;
  if (entry.op === 'POST /servers' || entry.op === 'POST /os-volumes_boot')
    return { server: serverAt(version, targets.fields) };
  if (entry.op === 'PUT /os-services/{id}' && minorOf(version) < 53) return { host: 'sim-0', binary: 'nova-compute' };
  if (WHOLE[entry.op] !== undefined) return WHOLE[entry.op];
  if (action !== null && BODIES[action] !== undefined) return { [action]: BODIES[action] };
  if (route.body === null) return action === null ? {} : { [action]: null };
  return exampleOf(jsonSchemaOf(route.body.at(version)), { ...targets.fields, ...FIELDS }, seededRandom(7), 0);
};

/** Before 2.53 hypervisors and services had numbers. */
const numbered = (segment: string, version: Microversion, id: string | undefined): string | undefined =>
  id !== undefined && (segment === 'os-hypervisors' || segment === 'os-services') && minorOf(version) < 53
    ? String(numericId(id))
    : id;

/** What comes before an operation, and the id or body that this leads to. */
interface Prepared {
  readonly id?: string;
  readonly body?: unknown;
}

type Prepare = (victims: VictimCloud, version: Microversion) => Promise<Prepared>;

const admin = async ({ cloud }: VictimCloud, method: string, path: string, body?: unknown, version = '2.104') => {
  const answer = await cloud.call(method, path, { as: 'admin', version, ...(body === undefined ? {} : { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

const serverOf = ({ targets }: VictimCloud): string => targets.ids['servers'] ?? '';

const newRule = (victims: VictimCloud): object => ({
  security_group_rule: {
    parent_group_id: victims.targets.fields['parent_group_id'],
    ip_protocol: 'tcp',
    from_port: 80,
    to_port: 80,
    cidr: '192.0.2.0/24',
  },
});

/** A live migration that does not end while anybody looks: see `cloudFor`. */
const running: Prepare = async (victims) => {
  const server = serverOf(victims);
  const asked = { 'os-migrateLive': { host: null, block_migration: 'auto' } };
  await admin(victims, 'POST', `/servers/${server}/action`, asked);
  for (let polls = 0; polls < 1_000; polls++) {
    const { migrations } = await admin(victims, 'GET', `/servers/${server}/migrations`);
    if (migrations[0]?.status === 'running') return { id: String(migrations[0].id) };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('the migration does not run');
};

/** Operations that need more than that things are there. */
const PREPARE: Readonly<Record<string, Prepare>> = {
  'DELETE /os-aggregates/{id}': async (victims) => {
    const { aggregate } = await admin(victims, 'POST', '/os-aggregates', { aggregate: { name: 'empty' } });
    return { id: String(aggregate.id) };
  },
  'DELETE /os-volumes/{id}': async (victims) => {
    const { volume } = await admin(victims, 'POST', '/os-volumes', { volume: { size: 1 } }, '2.1');
    for (let polls = 0; polls < 1_000; polls++) {
      const shown = await admin(victims, 'GET', `/os-volumes/${volume.id}`, undefined, '2.1');
      if (shown.volume.status === 'available') break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return { id: volume.id };
  },
  'PUT /os-hosts/{id}': async () => ({ body: { status: 'enable' } }),
  'POST /os-security-group-rules': async (victims) => ({ body: newRule(victims) }),
  'DELETE /os-security-group-rules/{id}': async (victims) => {
    const made = await admin(victims, 'POST', '/os-security-group-rules', newRule(victims), '2.1');
    return { id: made.security_group_rule.id };
  },
  'POST /servers/{id}/action#evacuate': async (victims, version) => {
    const { server } = await admin(victims, 'GET', `/servers/${serverOf(victims)}`);
    const host = server['OS-EXT-SRV-ATTR:host'];
    const { services } = await admin(victims, 'GET', `/os-services?binary=nova-compute&host=${host}`);
    await admin(victims, 'PUT', `/os-services/${services[0].id}`, { forced_down: true });
    return { body: { evacuate: minorOf(version) < 14 ? { onSharedStorage: false } : {} } };
  },
  'POST /servers/{id}/action#os-migrateLive': async (_, version) => ({
    body: {
      'os-migrateLive': {
        host: null,
        block_migration: minorOf(version) < 25 ? true : 'auto',
        ...(minorOf(version) < 25 ? { disk_over_commit: false } : {}),
      },
    },
  }),
  'POST /servers/{id}/action#unshelve': async () => ({ body: { unshelve: null } }),
  'POST /servers/{id}/action#removeFixedIp': async (victims) => {
    const { addresses } = await admin(victims, 'GET', `/servers/${serverOf(victims)}/ips`);
    return { body: { removeFixedIp: { address: addresses.default[0].addr } } };
  },
  'POST /servers/{id}/action#restore': async (victims) => {
    await victims.cloud.call('DELETE', `/servers/${serverOf(victims)}`);
    await victims.cloud.until(serverOf(victims), 'SOFT_DELETED');
    return {};
  },
  'POST /servers/{id}/action#shelveOffload': async (victims) => {
    await admin(victims, 'POST', `/servers/${serverOf(victims)}/action`, { shelve: null });
    await victims.cloud.until(serverOf(victims), 'SHELVED');
    return {};
  },
  'GET /servers/{server_id}/migrations/{id}': running,
  'DELETE /servers/{server_id}/migrations/{id}': running,
  'POST /servers/{server_id}/migrations/{id}/action#force_complete': running,
};

/** What the cloud of an operation is like; null: one that others may have changed nothing of will do. */
export const cloudFor = ({ op }: ContractEntry): CloudOptions | null => {
  if (op.includes('/migrations/{id}'))
    return { latency: { spawn: 0, stop: 0, reboot: 0, delete: 0, migrate: 3_600_000 } };
  if (op.endsWith('#restore')) return { reclaimInstanceIntervalMs: 3_600_000 };
  return op.endsWith('#shelveOffload') ? { shelvedOffloadMs: null } : null;
};

/** Asks an operation for what it is there for, as an administrator, of things that are there. */
export const asked = async (
  entry: ContractEntry,
  route: Route<never>,
  version: Microversion,
  victims: VictimCloud,
): Promise<Answered> => {
  const { cloud, targets } = victims;
  const before = BEFORE[entry.action ?? ''];
  if (before !== undefined && (entry.path.startsWith('/servers/') || entry.path.startsWith('/os-volumes_boot/'))) {
    const [action, body, status] = before;
    const server = targets.ids['servers'] ?? '';
    const prepared = await cloud.call('POST', `/servers/${server}/action`, {
      as: 'admin',
      version: '2.104',
      body: { [action]: body },
    });
    if (prepared.status < 300) await cloud.until(server, status);
  }
  const own = await PREPARE[entry.op]?.(victims, version);
  const { ids } = targets;
  const segment = entry.path.split('/')[1] ?? '';
  let isFirst = true;
  const isOnlyOne = entry.path.indexOf('{') === entry.path.lastIndexOf('{');
  const path = entry.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const first = isFirst;
    isFirst = false;
    if (own?.id !== undefined && (isOnlyOne || !first)) return own.id;
    if (first && /^\/os-hypervisors\/\{id\}\/(search|servers)$/.test(entry.path)) return 'sim';
    if (first && entry.op === 'PUT /os-services/{id}' && minorOf(version) < 53) return 'enable';
    if (first) return numbered(segment, version, ids[segment]) ?? ids[name] ?? 'x';
    return ids[`${segment}/${entry.path.split('/')[3] ?? ''}`] ?? ids[name] ?? 'x';
  });
  const hasBody = entry.method === 'POST' || entry.method === 'PUT';
  return cloud.call(entry.method, path, {
    as: 'admin',
    version,
    ...(hasBody ? { body: own?.body ?? bodyOf(entry, route, version, victims) } : {}),
  });
};
