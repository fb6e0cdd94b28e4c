import { choice, type Schema } from '../../parameter.ts';
import { lastOf, query, repeated, type ShapeOutput } from '../../shape.ts';
import { always, since, stepped } from '../../stepped.ts';
import * as types from '../parameter-types.ts';

/** Keys that sort servers. */
export const SORT_KEYS = [
  'access_ip_v4',
  'access_ip_v6',
  'auto_disk_config',
  'availability_zone',
  'config_drive',
  'created_at',
  'display_description',
  'display_name',
  'host',
  'hostname',
  'image_ref',
  'instance_type_id',
  'kernel_id',
  'key_name',
  'launch_index',
  'launched_at',
  'locked_by',
  'node',
  'power_state',
  'progress',
  'project_id',
  'ramdisk_id',
  'root_device_name',
  'task_state',
  'terminated_at',
  'updated_at',
  'user_id',
  'uuid',
  'vm_state',
] as const;

/** Keys that are taken up to 2.74, and ignored: columns of Nova's database that no client should have seen. */
const IGNORED_SORT_KEYS = [
  'architecture',
  'cell_name',
  'cleaned',
  'default_ephemeral_device',
  'default_swap_device',
  'deleted',
  'deleted_at',
  'disable_terminate',
  'ephemeral_gb',
  'ephemeral_key_uuid',
  'id',
  'key_data',
  'launched_on',
  'memory_mb',
  'os_type',
  'reservation_id',
  'root_gb',
  'shutdown_terminate',
  'user_data',
  'vcpus',
  'vm_mode',
] as const;

/** A key that sorts servers. `locked` exists from 2.73; before, it is ignored. */
export type SortKey = (typeof SORT_KEYS)[number] | 'locked';

const sortKeys = stepped<Schema<string>>(choice([...SORT_KEYS, ...IGNORED_SORT_KEYS, 'locked']), [
  '2.75',
  choice(['locked', ...SORT_KEYS]),
]);

/** Whether `locked` sorts, and is not ignored. */
export const sortsByLocked = stepped(false, ['2.73', true]);

const plain = always(lastOf(types.anyText));
const pattern = always(lastOf(types.regexFilter));
const tags = since('2.26', lastOf(types.regexFilter));

/** GET /servers and /servers/detail. */
export const listServers = query(
  {
    user_id: plain,
    project_id: plain,
    tenant_id: plain,
    launch_index: plain,
    image_ref: plain,
    image: plain,
    kernel_id: pattern,
    ramdisk_id: pattern,
    hostname: pattern,
    key_name: pattern,
    power_state: pattern,
    vm_state: plain,
    task_state: plain,
    host: plain,
    node: pattern,
    flavor: pattern,
    reservation_id: pattern,
    launched_at: pattern,
    terminated_at: pattern,
    availability_zone: pattern,
    name: pattern,
    display_name: pattern,
    description: pattern,
    display_description: pattern,
    locked_by: pattern,
    uuid: plain,
    root_device_name: pattern,
    config_drive: pattern,
    access_ip_v4: pattern,
    access_ip_v6: pattern,
    auto_disk_config: pattern,
    progress: pattern,
    sort_key: stepped(repeated(sortKeys.at('2.1')), ['2.75', repeated(sortKeys.at('2.75'))]),
    sort_dir: always(repeated(types.anyText)),
    all_tenants: plain,
    soft_deleted: plain,
    deleted: plain,
    status: always(repeated(types.anyText)),
    'changes-since': always(lastOf(types.dateTime)),
    'changes-before': since('2.66', lastOf(types.dateTime)),
    locked: since('2.73', lastOf(types.anyText)),
    ip: pattern,
    ip6: pattern,
    created_at: pattern,
    tags,
    'tags-any': tags,
    'not-tags': tags,
    'not-tags-any': tags,
    block_device_mapping: plain,
    services: plain,
    metadata: plain,
    system_metadata: plain,
    info_cache: plain,
    security_groups: plain,
    pci_devices: plain,
    limit: always(lastOf(types.nonNegativeInteger)),
    marker: always(lastOf(types.anyText)),
  },
  { unknown: stepped('drop', ['2.75', 'refuse']), ignore: '^_' },
);
export type ListServers = ShapeOutput<typeof listServers>;

/** A filter by its name in the query. */
export type FilterName = Exclude<keyof ListServers, 'sort_key' | 'sort_dir' | 'limit' | 'marker'>;

/** Filters of those who may not use all of them: at each microversion these, others are dropped. */
const FOR_EVERYBODY: readonly FilterName[] = [
  'reservation_id',
  'name',
  'status',
  'image',
  'flavor',
  'ip',
  'changes-since',
  'all_tenants',
];
const WITH_IP6: readonly FilterName[] = [...FOR_EVERYBODY, 'ip6'];
const WITH_TAGS: readonly FilterName[] = [...WITH_IP6, 'tags', 'tags-any', 'not-tags', 'not-tags-any'];
const WITH_BEFORE: readonly FilterName[] = [...WITH_TAGS, 'changes-before'];
const WITH_LOCKED: readonly FilterName[] = [...WITH_BEFORE, 'locked'];
const WITH_STATES: readonly FilterName[] = [
  ...WITH_LOCKED,
  'availability_zone',
  'config_drive',
  'key_name',
  'created_at',
  'launched_at',
  'terminated_at',
  'power_state',
  'task_state',
  'vm_state',
  'progress',
  'user_id',
];
export const filtersForEverybody = stepped<readonly FilterName[]>(
  FOR_EVERYBODY,
  ['2.5', WITH_IP6],
  ['2.26', WITH_TAGS],
  ['2.66', WITH_BEFORE],
  ['2.73', WITH_LOCKED],
  ['2.83', WITH_STATES],
  ['2.90', [...WITH_STATES, 'hostname']],
);

/** Whether a `status` that is none is refused, or finds nothing. */
export const refusesUnknownStatus = stepped(false, ['2.38', true]);
