import { hosts } from '../../../actors/host/row.ts';
import type { Instance } from '../../../actors/instance/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import { safePattern } from '../../safe-pattern.ts';
import { isoSeconds } from '../times.ts';
import type { FilterName, ListServers } from './list-query.ts';
import { booleanWord } from './words.ts';

/** Whether a server belongs into a list. */
export type ServerTest = (server: Instance) => boolean;

type TextOf = (server: Instance, reader: Reader) => string | null;

const time = (ms: number | null): string | null => (ms === null ? null : isoSeconds(ms).replace('T', ' ').slice(0, -1));

/** Filters that compare whole values. */
const EXACT = {
  image: (s) => s.image?.imageId ?? null,
  image_ref: (s) => s.image?.imageId ?? null,
  flavor: (s) => s.flavor.flavorId,
  host: (s) => s.host,
  user_id: (s) => s.userId,
  uuid: (s) => s.id,
  vm_state: (s) => s.vmState,
  task_state: (s) => s.taskState,
  launch_index: (s) => String(s.launchIndex),
} as const satisfies { readonly [N in FilterName]?: TextOf };

/** Filters that search a value for a regular expression. */
const SEARCHED = {
  name: (s) => s.name,
  display_name: (s) => s.name,
  description: (s) => s.description,
  display_description: (s) => s.description,
  hostname: (s) => s.hostname,
  key_name: (s) => s.keyName,
  reservation_id: (s) => s.reservationId,
  availability_zone: (s) => s.availabilityZone ?? s.requestedZone,
  power_state: (s) => String(s.powerState),
  progress: (s) => String(s.progress),
  config_drive: (s) => (s.configDrive ? 'True' : ''),
  access_ip_v4: (s) => s.accessIpV4,
  access_ip_v6: (s) => s.accessIpV6,
  auto_disk_config: (s) => (s.diskConfig === 'AUTO' ? '1' : '0'),
  kernel_id: () => '',
  ramdisk_id: () => '',
  root_device_name: () => '/dev/vda',
  locked_by: (s) => (s.locked ? 'owner' : null),
  created_at: (s) => time(s.createdAtMs),
  launched_at: (s) => time(s.launchedAtMs),
  terminated_at: (s) => time(s.terminatedAtMs),
  node: (s, reader) => (s.host === null ? null : (hosts.read(reader, s.host)?.inventory?.hypervisorHostname ?? s.host)),
} as const satisfies { readonly [N in FilterName]?: TextOf };

/** Filters that search the addresses of a server. */
const ADDRESSES = { ip: 4, ip6: 6 } as const;

/** Filters on tables that Nova joins: nobody may use them. */
const FORBIDDEN = [
  'block_device_mapping',
  'services',
  'metadata',
  'system_metadata',
  'info_cache',
  'security_groups',
  'pci_devices',
] as const satisfies readonly FilterName[];

const keysOf = <T extends object>(record: T): (keyof T)[] => {
  const keys: (keyof T)[] = [];
  for (const key in record) keys.push(key);
  return keys;
};

/** The tests of all filters that look at the server alone. A server must pass each. */
export const serverTests = (given: Partial<ListServers>, reader: Reader): readonly ServerTest[] | Refusal => {
  const tests: ServerTest[] = [];
  for (const name of FORBIDDEN) {
    if (given[name] !== undefined) return refuseWith(400, `Invalid filter field: ${name}.`);
  }
  for (const name of keysOf(EXACT)) {
    const wanted = given[name];
    const read = EXACT[name];
    if (wanted !== undefined) tests.push((server) => read(server) === wanted);
  }
  for (const name of keysOf(SEARCHED)) {
    const wanted = given[name];
    if (wanted === undefined) continue;
    const found = patternOf(name, wanted);
    if ('kind' in found) return found;
    const read: TextOf = SEARCHED[name];
    tests.push((server) => {
      const text = read(server, reader);
      return text !== null && found.test(text);
    });
  }
  for (const name of keysOf(ADDRESSES)) {
    const wanted = given[name];
    if (wanted === undefined) continue;
    const found = patternOf(name, wanted);
    if ('kind' in found) return found;
    const version = ADDRESSES[name];
    tests.push(({ ports }) =>
      ports.some((port) => port.fixedIps.some((ip) => ip.version === version && found.test(ip.address))),
    );
  }
  const { locked } = given;
  if (locked !== undefined) {
    const wanted = booleanWord(locked);
    if (wanted === null) return refuseWith(400, `Invalid filter value for 'locked': ${locked.slice(0, 255)}`);
    tests.push((server) => server.locked === wanted);
  }
  return [...tests, ...tagTests(given)];
};

const patternOf = (name: string, wanted: string) =>
  safePattern(wanted) ??
  refuseWith(400, `The filter ${name} cannot be used: it is too long, or uses more than a plain regular expression.`);

const tagTests = (given: Partial<ListServers>): readonly ServerTest[] => {
  const has = (text: string | undefined, test: (tags: readonly string[], wanted: readonly string[]) => boolean) => {
    if (text === undefined) return [];
    const wanted = text.split(',');
    return [(server: Instance) => test(server.tags, wanted)];
  };
  return [
    ...has(given.tags, (tags, wanted) => wanted.every((tag) => tags.includes(tag))),
    ...has(given['tags-any'], (tags, wanted) => wanted.some((tag) => tags.includes(tag))),
    ...has(given['not-tags'], (tags, wanted) => !wanted.every((tag) => tags.includes(tag))),
    ...has(given['not-tags-any'], (tags, wanted) => !wanted.some((tag) => tags.includes(tag))),
  ];
};
