import { ok, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { VolumeFault } from './faults.ts';
import { flagOfText } from './fields.ts';
import { fault, reply, type VolumeAnswer, type VolumeRequest } from './route.ts';

/** What a list is of: rows with a time and an owner, by two indexes. */
export interface Listed<Row> {
  /** Path below the version, such as `volumes`. */
  readonly path: string;
  readonly table: {
    ids(reader: Reader, index: 'byProject' | 'all', parts: readonly string[]): Iterable<string>;
    read(reader: Reader, id: string): Row | undefined;
  };
  /** What can be filtered and sorted by: the name in the query, and a row's value. */
  readonly fields: Readonly<Record<string, (row: Row) => string | number | null>>;
  /** Whether how many there are in all is told to who asks for it (`with_count`, from 3.45 on). */
  readonly isCounted: boolean;
}

/** A page of a list. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Links for the body, such as the one to the next page; empty: there is none. */
  readonly links: readonly { readonly rel: 'next'; readonly href: string }[];
  /** How many there are in all. */
  readonly count: number;
}

/** Most items of one page. Cinder: osapi_max_limit. */
const PAGE_MAX = 1000;

const isWhole = (text: string): boolean => /^\d{1,15}$/.test(text);

/**
 * The page that a request asks for: filtered, sorted (the newest first when nothing is said), and after a marker. A
 * project's volumes are a few hundred rows at most, so all of them are read.
 */
export function listPage<Row extends { readonly id: string; readonly createdAtMs: number }>(
  request: VolumeRequest,
  { path, table, fields }: Listed<Row>,
): Result<ListPage<Row>, VolumeFault> {
  const { reader, query, caller, projectId } = request;
  const [limitText, offsetText] = [query.get('limit') ?? String(PAGE_MAX), query.get('offset') ?? '0'];
  if (!isWhole(limitText)) return fault(400, 'limit param must be an integer');
  if (!isWhole(offsetText)) return fault(400, 'offset param must be an integer');
  const all = caller.isAdmin && flagOfText(query.get('all_tenants') ?? '');
  const wantedProject = all ? (query.get('project_id') ?? query.get('tenant_id')) : projectId;
  const ids = wantedProject === null ? table.ids(reader, 'all', []) : table.ids(reader, 'byProject', [wantedProject]);
  const rows: Row[] = [];
  for (const id of ids) {
    const row = table.read(reader, id);
    if (row && passes(row, query, fields)) rows.push(row);
  }
  const sorts = sortsOf(query, fields);
  if (!sorts.ok) return sorts;
  rows.sort((a, b) => compare(a, b, sorts.value));
  const marker = query.get('marker');
  const at = marker === null ? -1 : rows.findIndex(({ id }) => id === marker);
  if (marker !== null && at < 0) return fault(404, `Marker ${marker.slice(0, 100)} could not be found.`);
  const limit = Math.min(Number(limitText), PAGE_MAX);
  const start = at + 1 + Number(offsetText);
  const page = rows.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && start + limit < rows.length;
  return ok({
    rows: page,
    count: rows.length,
    links: hasMore ? [{ rel: 'next', href: nextHref(request, path, last.id) }] : [],
  });
}

/** Answers with the page that a request asks for, under the name of the path. */
export function listAnswer<Row extends { readonly id: string; readonly createdAtMs: number }>(
  request: VolumeRequest,
  listed: Listed<Row>,
  view: (row: Row) => object,
): VolumeAnswer {
  const page = listPage(request, listed);
  if (!page.ok) return page;
  const { rows, links, count } = page.value;
  const wantsCount = listed.isCounted && request.minor >= 45 && flagOfText(request.query.get('with_count') ?? '');
  return reply({
    [listed.path]: rows.map(view),
    ...(links.length > 0 ? { [`${listed.path}_links`]: links } : {}),
    ...(wantsCount ? { count } : {}),
  });
}

function passes<Row>(row: Row, query: URLSearchParams, fields: Listed<Row>['fields']): boolean {
  for (const [name, value] of query) {
    const exact = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (exact && String(exact(row) ?? '').toLowerCase() !== value.toLowerCase()) return false;
    const part = name.endsWith('~') ? name.slice(0, -1) : '';
    const inexact = part !== '' && Object.hasOwn(fields, part) ? fields[part] : undefined;
    if (inexact && !String(inexact(row) ?? '').includes(value)) return false;
  }
  return true;
}

type Sort<Row> = readonly [(row: Row) => string | number | null, 1 | -1];

function sortsOf<Row extends { readonly id: string; readonly createdAtMs: number }>(
  query: URLSearchParams,
  fields: Listed<Row>['fields'],
): Result<readonly Sort<Row>[], VolumeFault> {
  const text = query.get('sort') ?? (query.get('sort_key') === null ? '' : pairOf(query));
  const sorts: Sort<Row>[] = [];
  for (const part of text === '' ? [] : text.split(',').slice(0, 16)) {
    const [key = '', direction = 'desc'] = part.trim().split(':');
    const field = key === 'created_at' ? (row: Row) => row.createdAtMs : Object.hasOwn(fields, key) && fields[key];
    if (!field || (direction !== 'asc' && direction !== 'desc')) return fault(400, 'Invalid sort key or direction');
    sorts.push([field, direction === 'asc' ? 1 : -1]);
  }
  return ok([...sorts, [(row) => row.createdAtMs, -1], [(row) => row.id, -1]]);
}

const pairOf = (query: URLSearchParams): string => `${query.get('sort_key')}:${query.get('sort_dir') ?? 'desc'}`;

function compare<Row>(a: Row, b: Row, sorts: readonly Sort<Row>[]): number {
  for (const [of, direction] of sorts) {
    const [x, y] = [of(a) ?? '', of(b) ?? ''];
    if (x !== y) return x < y ? -direction : direction;
  }
  return 0;
}

function nextHref({ endpoint, query }: VolumeRequest, path: string, marker: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set('marker', marker);
  parameters.delete('offset');
  return `${endpoint}/${path}?${parameters}`;
}
