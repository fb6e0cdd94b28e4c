import { type Answer, badRequest, fault } from './faults.ts';
import { isTagFilter, passes, type View } from './filters.ts';
import type { NetworkRequest } from './request.ts';

/** Most resources of one page, also when a client asks for no limit: it follows the link. Neutron: pagination_max_limit. */
const PAGE_MAX = 1000;

/** Longest value of a filter, in UTF-16 units: no field is longer, and keys of the store are bounded. */
const VALUE_LENGTH_MAX = 255;
/** The same of a list of tags. */
const TAGS_LENGTH_MAX = 4096;

/** Where a walk begins, and which way it goes. */
export interface Walk {
  /** Only ids beyond this one. */
  readonly after: string | undefined;
  readonly reverse: boolean;
}

/** What a list shows. */
export interface Listing {
  /** Key of the body, such as `networks`. */
  readonly plural: string;
  /** Path below the version, such as `security-groups`. */
  readonly path: string;
  /** What may be filtered and sorted by. */
  readonly attributes: readonly string[];
  /** Everything that the caller may see, in the order of ids. */
  views(walk: Walk): Iterable<View>;
  /** One that the caller may see. */
  find(id: string): View | undefined;
}

interface Sort {
  readonly key: string;
  readonly direction: 1 | -1;
}

interface Wishes {
  readonly filters: ReadonlyMap<string, readonly string[]>;
  readonly fields: readonly string[];
  readonly limit: number;
  readonly marker: string | undefined;
  readonly reverse: boolean;
  readonly sorts: readonly Sort[];
}

const OPTIONS: ReadonlySet<string> = new Set([
  'fields',
  'limit',
  'marker',
  'page_reverse',
  'sort_key',
  'sort_dir',
  'verbose',
]);

function wishesOf(query: URLSearchParams, attributes: readonly string[]): Wishes | string {
  const filters = new Map<string, readonly string[]>();
  for (const name of new Set(query.keys())) {
    if (OPTIONS.has(name)) continue;
    if (!attributes.includes(name) && !(isTagFilter(name) && attributes.includes('tags'))) {
      return `['${name.slice(0, 100)}'] is invalid attribute for filtering`;
    }
    const values = query.getAll(name);
    if (values.some((value) => value.length > (isTagFilter(name) ? TAGS_LENGTH_MAX : VALUE_LENGTH_MAX))) {
      return `Invalid input for ${name}. Reason: it is too long.`;
    }
    filters.set(name, values);
  }
  const marker = query.get('marker') ?? undefined;
  if (marker !== undefined && marker.length > VALUE_LENGTH_MAX)
    return 'Invalid input for marker. Reason: it is too long.';
  const limitText = query.get('limit') ?? '0';
  if (!/^\d{1,15}$/.test(limitText))
    return `Bad input: 'limit' must be an integer of at least 0, not '${limitText.slice(0, 100)}'.`;
  const [keys, directions] = [query.getAll('sort_key'), query.getAll('sort_dir')];
  if (directions.length > 0 && directions.length !== keys.length)
    return 'The number of sort_keys and sort_dirs must be same';
  const sorts: Sort[] = [];
  for (const [index, key] of keys.entries()) {
    const direction = directions[index] ?? 'asc';
    if (!attributes.includes(key)) return `['${key.slice(0, 100)}'] is invalid attribute for sort_keys`;
    if (direction !== 'asc' && direction !== 'desc')
      return `['asc', 'desc'] are the values of sort_dir, not '${direction.slice(0, 100)}'`;
    sorts.push({ key, direction: direction === 'asc' ? 1 : -1 });
  }
  return {
    filters,
    fields: query.getAll('fields'),
    limit: Math.min(Number(limitText) || PAGE_MAX, PAGE_MAX),
    marker,
    reverse: ['true', '1'].includes((query.get('page_reverse') ?? '').toLowerCase()),
    sorts,
  };
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function compare(a: View, b: View, sorts: readonly Sort[]): number {
  for (const { key, direction } of [...sorts, { key: 'id', direction: 1 } as const]) {
    const [x, y] = [a[key], b[key]];
    if (typeof x === 'number' && typeof y === 'number' && x !== y) return direction * (x - y);
    const [s, t] = [textOf(x), textOf(y)];
    if (s !== t) return direction * (s < t ? -1 : 1);
  }
  return 0;
}

/** The views in the wanted order, beyond the marker. */
function* ordered(listing: Listing, wishes: Wishes, marked: View | undefined): Iterable<View> {
  const { sorts, reverse, marker } = wishes;
  if (sorts.length === 0) {
    yield* listing.views({ after: marker, reverse });
    return;
  }
  const all = [...listing.views({ after: undefined, reverse: false })].filter((view) => passes(view, wishes.filters));
  all.sort((a, b) => (reverse ? -1 : 1) * compare(a, b, sorts));
  for (const view of all) {
    if (marked && (reverse ? -1 : 1) * compare(view, marked, sorts) <= 0) continue;
    yield view;
  }
}

/** The fields of a view that were asked for: all when none were. Neutron ignores those that it does not know. */
export function pickFields(view: View, fields: readonly string[]): View {
  if (fields.length === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([name]) => fields.includes(name)));
}

function pageLinks(
  listing: Listing,
  { endpoint, query }: NetworkRequest,
  page: readonly View[],
  more: boolean,
  wishes: Wishes,
): View {
  const href = (marker: unknown, reverse: boolean): string => {
    const search = new URLSearchParams(query);
    search.set('limit', String(wishes.limit));
    search.set('marker', String(marker));
    search.delete('page_reverse');
    if (reverse) search.set('page_reverse', 'True');
    return `${endpoint}/v2.0/${listing.path}?${search}`;
  };
  const links: { readonly rel: string; readonly href: string }[] = [];
  const [first, last] = [page[0], page.at(-1)];
  const [hasNext, hasPrevious] = wishes.reverse
    ? [wishes.marker !== undefined, more]
    : [more, wishes.marker !== undefined];
  if (last && hasNext) links.push({ rel: 'next', href: href(last['id'], false) });
  if (first && hasPrevious) links.push({ rel: 'previous', href: href(first['id'], true) });
  return links.length > 0 ? { [`${listing.plural}_links`]: links } : {};
}

/** A page of a list, as the query wants it. */
export function listAnswer(listing: Listing, request: NetworkRequest): Answer {
  const wishes = wishesOf(request.query, listing.attributes);
  if (typeof wishes === 'string') return badRequest(wishes);
  const marked = wishes.marker === undefined ? undefined : listing.find(wishes.marker);
  if (wishes.marker !== undefined && !marked) {
    return fault(
      404,
      'MarkerNotFound',
      `The marker '${wishes.marker.slice(0, 100)}' names nothing in ${listing.plural}.`,
    );
  }
  const page: View[] = [];
  let more = false;
  for (const view of ordered(listing, wishes, marked)) {
    if (!passes(view, wishes.filters)) continue;
    if (page.length === wishes.limit) {
      more = true;
      break;
    }
    page.push(view);
  }
  if (wishes.reverse) page.reverse();
  const shown = page.map((view) => pickFields(view, wishes.fields));
  return { status: 200, body: { [listing.plural]: shown, ...pageLinks(listing, request, page, more, wishes) } };
}
