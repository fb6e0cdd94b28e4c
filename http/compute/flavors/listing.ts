import { type Flavor, flavors } from '../../../actors/registry/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import { compareKeys } from '../../../runtime/key.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Page } from '../../paging.ts';
import { type Refusal, refuseWith } from '../../reply.ts';
import type { ShapeOutput } from '../../shape.ts';
import type { FlavorSortKey, listFlavors } from './requests.ts';
import { isUsable } from './visible.ts';

type ListQuery = ShapeOutput<typeof listFlavors>;

type Comparable = string | number;

/** What a flavor is sorted by; a missing value comes first, as in Nova's database. */
const SORT_VALUES: { readonly [K in FlavorSortKey]: (flavor: Flavor) => Comparable } = {
  created_at: (f) => f.createdAtMs,
  description: (f) => f.description ?? '',
  disabled: (f) => Number(f.disabled),
  ephemeral_gb: (f) => f.ephemeralGib,
  flavorid: (f) => f.flavorId,
  // The number in Nova's database, which counts what is created.
  id: (f) => f.createdAtMs,
  is_public: (f) => Number(f.isPublic),
  memory_mb: (f) => f.memoryMib,
  name: (f) => f.name,
  root_gb: (f) => f.rootGib,
  rxtx_factor: (f) => f.rxtxFactor,
  swap: (f) => f.swapMib,
  updated_at: (f) => f.updatedAtMs ?? 0,
  // Nova has the column and never fills it.
  vcpu_weight: () => 0,
  vcpus: (f) => f.vcpus,
};

const compare = (a: Comparable, b: Comparable): number =>
  typeof a === 'string' && typeof b === 'string' ? compareKeys(a, b) : Number(a) - Number(b);

const TRUES: ReadonlySet<string> = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const FALSES: ReadonlySet<string> = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** True: public ones and those of the caller's project; false: those that are not public; null: all of them. */
const publicFilter = (given: string | undefined, caller: Caller): boolean | null | Refusal => {
  if (!caller.isAdmin || given === undefined) return true;
  const word = given.trim().toLowerCase();
  if (word === 'none') return null;
  if (TRUES.has(word)) return true;
  return FALSES.has(word) ? false : refuseWith(400, `Invalid is_public filter [${given}]`);
};

const minimumFilter = (name: 'minRam' | 'minDisk', given: string | undefined): number | Refusal => {
  if (given === undefined) return 0;
  return /^\s*[+-]?\d+\s*$/.test(given) ? Number(given) : refuseWith(400, `Invalid ${name} filter [${given}]`);
};

/** The flavors that a list shows, in order, or why the query is refused. Nova: flavors.py, `_get_flavors`. */
export const flavorPage = (
  reader: Reader,
  caller: Caller,
  query: ListQuery,
  page: Page,
): readonly Flavor[] | Refusal => {
  const isPublic = publicFilter(query.is_public, caller);
  if (isPublic !== null && typeof isPublic !== 'boolean') return isPublic;
  const ram = minimumFilter('minRam', query.minRam);
  if (typeof ram !== 'number') return ram;
  const disk = minimumFilter('minDisk', query.minDisk);
  if (typeof disk !== 'number') return disk;
  const { name } = query;
  const shown = [...flavors.scan(reader)].filter((flavor) => {
    if (isPublic === true ? !isUsable(flavor, caller) : isPublic === false && flavor.isPublic) return false;
    if (flavor.disabled && !caller.isAdmin) return false;
    return flavor.memoryMib >= ram && flavor.rootGib >= disk && (name === undefined || flavor.name === name);
  });
  const value = SORT_VALUES[query.sort_key ?? 'flavorid'];
  const direction = query.sort_dir === 'desc' ? -1 : 1;
  shown.sort((a, b) => direction * (compare(value(a), value(b)) || compareKeys(a.flavorId, b.flavorId)));
  if (page.marker === null) return shown.slice(0, page.limit);
  const at = shown.findIndex((flavor) => flavor.flavorId === page.marker);
  return at < 0 ? refuseWith(400, `marker [${page.marker}] not found`) : shown.slice(at + 1, at + 1 + page.limit);
};
