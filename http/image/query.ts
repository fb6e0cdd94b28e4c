import * as v from 'valibot';
import type { ImageRow, MemberStatus } from '../../actors/image/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { ImageFault } from './faults.ts';
import { type Filter, filterOf } from './filters.ts';
import { fault } from './route.ts';
import { parseSort, type SortKey } from './sort.ts';

/** Which images a list is of, in which order, and which page of it. */
export interface ImageQuery {
  readonly filters: readonly Filter[];
  /** Only images of this exact name; the name's index finds them. Null: any. */
  readonly name: string | null;
  /** Null: what is the caller's own, is public, or was accepted. */
  readonly visibility: ImageRow['visibility'] | 'all' | null;
  readonly memberStatus: MemberStatus | 'all';
  readonly isHidden: boolean;
  readonly sort: readonly SortKey[];
  readonly marker: string | null;
  readonly limit: number;
}

/** Images of a page when the client does not say. Glance: limit_param_default. */
const LIMIT_DEFAULT = 25;
/** Most images of a page. Glance: api_limit_max. */
const LIMIT_MAX = 1_000;
/** Filters of a list, at most. */
const FILTERS_MAX = 64;

const visibilities = v.picklist(['public', 'private', 'shared', 'community', 'all']);
const memberStatuses = v.picklist(['pending', 'accepted', 'rejected', 'all']);
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);
const PAGING: ReadonlySet<string> = new Set([
  ...['limit', 'marker', 'sort', 'sort_key', 'sort_dir', 'visibility', 'member_status', 'os_hidden'],
]);

/** Reads the query of GET /v2/images. What is no known filter is one on the custom property of that name, as in Glance. */
export function parseQuery(query: URLSearchParams): Result<ImageQuery, ImageFault> {
  const visibility = query.get('visibility');
  if (visibility !== null && !v.is(visibilities, visibility))
    return fault(400, `Invalid visibility value: ${visibility}`);
  const memberStatus = query.get('member_status') ?? 'accepted';
  if (!v.is(memberStatuses, memberStatus)) return fault(400, `Invalid status: ${memberStatus}`);
  const isHidden = BOOLEANS.get((query.get('os_hidden') ?? 'false').toLowerCase());
  if (isHidden === undefined) return fault(400, "Invalid value for 'os_hidden': it must be true or false.");
  const limit = parseLimit(query.get('limit'));
  if (limit === null) return fault(400, 'limit param must be a whole number of at least 0');
  const sort = parseSort(query);
  if (!sort.ok) return sort;

  if (query.size > FILTERS_MAX) return fault(400, `A list has at most ${FILTERS_MAX} parameters.`);
  const filters: Filter[] = [];
  for (const [name, value] of query) {
    if (PAGING.has(name)) continue;
    const filter = filterOf(name, value);
    if (!filter.ok) return filter;
    filters.push(filter.value);
  }
  const name = query.get('name');
  return ok({
    filters,
    name: name === null || name.startsWith('in:') ? null : name,
    visibility,
    memberStatus,
    isHidden,
    sort: sort.value,
    marker: query.get('marker'),
    limit,
  });
}

function parseLimit(text: string | null): number | null {
  if (text === null) return LIMIT_DEFAULT;
  return /^\d{1,15}$/.test(text) ? Math.min(Number(text), LIMIT_MAX) : null;
}
