import { numericId } from '../../../http/compute/numeric-id.ts';
import { jsonSchemaOf } from '../../../http/json-schema.ts';
import { type Microversion, minorOf } from '../../../http/microversions.ts';
import type { Route } from '../../../http/route.ts';
import { seededRandom } from '../../../runtime/random.ts';
import type { Answered } from '../../http/compute/cloud.ts';
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
  const { ids } = targets;
  const segment = entry.path.split('/')[1] ?? '';
  let isFirst = true;
  const path = entry.path.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const first = isFirst;
    isFirst = false;
    if (first && /^\/os-hypervisors\/\{id\}\/(search|servers)$/.test(entry.path)) return 'sim';
    if (first && entry.op === 'PUT /os-services/{id}' && minorOf(version) < 53) return 'enable';
    if (first) return numbered(segment, version, ids[segment]) ?? ids[name] ?? 'x';
    return ids[`${segment}/${entry.path.split('/')[3] ?? ''}`] ?? ids[name] ?? 'x';
  });
  const hasBody = entry.method === 'POST' || entry.method === 'PUT';
  return cloud.call(entry.method, path, {
    as: 'admin',
    version,
    ...(hasBody ? { body: bodyOf(entry, route, version, victims) } : {}),
  });
};
