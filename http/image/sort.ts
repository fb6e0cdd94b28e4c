import type { ImageRow } from '../../actors/image/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { ImageFault } from './faults.ts';
import { fault } from './route.ts';

/** One key of an order. */
export interface SortKey {
  readonly key: string;
  readonly descending: boolean;
}

/** What images are sorted by. Glance: Image._available_sort_keys. */
const KEYS: ReadonlyMap<string, (row: ImageRow) => string | number> = new Map([
  ['name', (row: ImageRow): string | number => row.name ?? ''],
  ['status', (row: ImageRow) => row.status],
  ['container_format', (row: ImageRow) => row.containerFormat ?? ''],
  ['disk_format', (row: ImageRow) => row.diskFormat ?? ''],
  ['size', (row: ImageRow) => row.content?.sizeBytes ?? -1],
  ['id', (row: ImageRow) => row.id],
  ['created_at', (row: ImageRow) => row.createdAtMs],
  ['updated_at', (row: ImageRow) => row.updatedAtMs],
  ['visibility', (row: ImageRow) => row.visibility],
  ['owner', (row: ImageRow) => row.owner ?? ''],
]);

/** Reads `sort=name:asc,size`, or `sort_key` and `sort_dir`. Created time and id come last, so that the order is total. */
export function parseSort(query: URLSearchParams): Result<readonly SortKey[], ImageFault> {
  const pairs = pairsOf(query);
  if (!pairs.ok) return pairs;
  const sort: SortKey[] = [];
  for (const [key, direction] of pairs.value) {
    if (!KEYS.has(key))
      return fault(400, `Invalid sort key: ${key}. It must be one of the following: ${[...KEYS.keys()].join(', ')}.`);
    if (direction !== 'asc' && direction !== 'desc')
      return fault(400, `Invalid sort direction: ${direction}. It must be asc or desc.`);
    if (sort.some((other) => other.key === key)) continue;
    sort.push({ key, descending: direction === 'desc' });
  }
  const descending = sort.at(-1)?.descending ?? true;
  for (const key of ['created_at', 'id']) if (!sort.some((other) => other.key === key)) sort.push({ key, descending });
  return ok(sort);
}

function pairsOf(query: URLSearchParams): Result<readonly (readonly [string, string])[], ImageFault> {
  const combined = query.get('sort');
  const keys = query.getAll('sort_key');
  const directions = query.getAll('sort_dir');
  if (combined !== null) {
    if (keys.length + directions.length > 0) return fault(400, 'Old and new sorting syntax cannot be combined.');
    return ok(
      combined.split(',').map((part) => {
        const [key = '', direction = 'desc'] = part.trim().split(':');
        return [key, direction];
      }),
    );
  }
  if (directions.length > 1 && directions.length !== Math.max(1, keys.length))
    return fault(400, 'Number of sort dirs does not match the number of sort keys.');
  const wanted = keys.length === 0 ? (directions.length === 0 ? [] : ['created_at']) : keys;
  return ok(wanted.map((key, index) => [key, directions[index] ?? directions[0] ?? 'desc']));
}

/** Compares two images in an order. */
export function comparatorOf(sort: readonly SortKey[]): (a: ImageRow, b: ImageRow) => number {
  const keys = sort.map(({ key, descending }) => ({ of: KEYS.get(key) ?? ((row: ImageRow) => row.id), descending }));
  return (a, b) => {
    for (const { of, descending } of keys) {
      const [x, y] = [of(a), of(b)];
      if (x !== y) return x < y === descending ? 1 : -1;
    }
    return 0;
  };
}

/** Whether an order is that of creation, and in which direction; null when it is another. */
export function creationOrder([first, second]: readonly SortKey[]): 'ascending' | 'descending' | null {
  if (first?.key !== 'created_at' || second?.key !== 'id' || second.descending !== first.descending) return null;
  return first.descending ? 'descending' : 'ascending';
}
