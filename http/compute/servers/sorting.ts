import type { Instance } from '../../../actors/instance/row.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import { SORT_KEYS, type SortKey } from './list-query.ts';

/** One key of an order. */
export interface SortBy {
  readonly key: SortKey;
  readonly descending: boolean;
}

type Sortable = string | number | boolean | null;

const VALUES: { readonly [K in SortKey]: (server: Instance) => Sortable } = {
  access_ip_v4: (s) => s.accessIpV4,
  access_ip_v6: (s) => s.accessIpV6,
  auto_disk_config: (s) => s.diskConfig === 'AUTO',
  availability_zone: (s) => s.availabilityZone,
  config_drive: (s) => s.configDrive,
  created_at: (s) => s.createdAtMs,
  display_description: (s) => s.description,
  display_name: (s) => s.name,
  host: (s) => s.host,
  hostname: (s) => s.hostname,
  image_ref: (s) => s.image?.imageId ?? null,
  instance_type_id: (s) => s.flavor.flavorId,
  kernel_id: () => null,
  key_name: (s) => s.keyName,
  launch_index: (s) => s.launchIndex,
  launched_at: (s) => s.launchedAtMs,
  locked: (s) => s.locked,
  locked_by: (s) => (s.locked ? 'owner' : null),
  node: (s) => s.host,
  power_state: (s) => s.powerState,
  progress: (s) => s.progress,
  project_id: (s) => s.projectId,
  ramdisk_id: () => null,
  root_device_name: () => null,
  task_state: (s) => s.taskState,
  terminated_at: (s) => s.terminatedAtMs,
  updated_at: (s) => s.updatedAtMs,
  user_id: (s) => s.userId,
  uuid: (s) => s.id,
  vm_state: (s) => s.vmState,
};

const ADMIN_KEYS: ReadonlySet<string> = new Set(['host', 'node']);

const isSortKey = (key: string, locked: boolean): key is SortKey =>
  SORT_KEYS.some((known) => known === key) || (locked && key === 'locked');

/**
 * The order that a client asks for, as Nova reads it: directions belong to keys one by one, the first one to those
 * without, and creation, the newest first, decides when nothing is said. Ignored keys are dropped with their direction.
 */
export const orderOf = (
  given: { readonly sort_key?: readonly string[] | undefined; readonly sort_dir?: readonly string[] | undefined },
  rights: { readonly isAdmin: boolean; readonly locked: boolean },
): readonly SortBy[] | Refusal => {
  const keys = given.sort_key?.length ? given.sort_key : ['created_at'];
  const directions = given.sort_dir?.length ? given.sort_dir : ['desc'];
  if (directions.length > keys.length)
    return refuseWith(400, 'Invalid input received: Sort direction size exceeds sort key size');
  if (!directions.every((direction) => direction === 'asc' || direction === 'desc'))
    return refuseWith(400, "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'");
  const first = directions[0] === 'desc';
  const order: SortBy[] = [];
  for (const [index, key] of keys.entries()) {
    if (!isSortKey(key, rights.locked)) continue;
    if (ADMIN_KEYS.has(key) && !rights.isAdmin)
      return refuseWith(403, `Only administrators can sort servers by ${key}`);
    const direction = directions[index];
    order.push({ key, descending: direction === undefined ? first : direction === 'desc' });
  }
  if (!order.some(({ key }) => key === 'created_at'))
    order.push({ key: 'created_at', descending: order.length === 0 || first });
  return order;
};

/** Compares two servers in an order; equal ones by id, in the direction of the last key. Null comes before all values. */
export const comparing = (order: readonly SortBy[]): ((a: Instance, b: Instance) => number) => {
  const keys = order.map(({ key, descending }) => ({ read: VALUES[key], sign: descending ? -1 : 1 }));
  const last = order.at(-1)?.descending ? -1 : 1;
  return (a, b) => {
    for (const { read, sign } of keys) {
      const compared = compareValues(read(a), read(b));
      if (compared !== 0) return compared * sign;
    }
    return compareValues(a.id, b.id) * last;
  };
};

const compareValues = (a: Sortable, b: Sortable): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
};
