import { canSee, type ImageRow, images, membershipOf, owns, type Requester } from '../../actors/image/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { Reader } from '../../runtime/store.ts';
import type { ImageFault } from './faults.ts';
import type { ImageQuery } from './query.ts';
import { fault } from './route.ts';
import { comparatorOf, creationOrder } from './sort.ts';

/** A page of images, and whether there are more after it. */
export interface ImagePage {
  readonly rows: readonly ImageRow[];
  readonly hasMore: boolean;
}

/** The page of a list that a caller sees. In order of creation only as many images are read as it takes. */
export function listPage(reader: Reader, requester: Requester, query: ImageQuery): Result<ImagePage, ImageFault> {
  const { marker, limit } = query;
  const markerRow = marker === null ? null : images.read(reader, marker);
  if (markerRow === undefined || (markerRow !== null && !canSee(reader, requester, markerRow)))
    return fault(400, `Marker image ${marker} could not be found.`);
  const rows: ImageRow[] = [];
  const order = query.name === null ? creationOrder(query.sort) : null;
  for (const row of candidates(reader, query, order, markerRow)) {
    if (!belongs(reader, requester, row, query)) continue;
    rows.push(row);
    if (order !== null && rows.length > limit) break;
  }
  if (order === null) {
    const compare = comparatorOf(query.sort);
    rows.sort(compare);
    if (markerRow) rows.splice(0, rows.findLastIndex((row) => compare(row, markerRow) <= 0) + 1);
  }
  return ok({ rows: rows.slice(0, limit), hasMore: limit > 0 && rows.length > limit });
}

function* candidates(
  reader: Reader,
  { name }: ImageQuery,
  order: 'ascending' | 'descending' | null,
  marker: ImageRow | null,
): IterableIterator<ImageRow> {
  const after = order === null || marker === null ? undefined : images.entryKey('byCreated', marker, marker.id);
  const page = { reverse: order === 'descending', ...(after === undefined ? {} : { after }) };
  const ids = name === null ? images.ids(reader, 'byCreated', [], page) : images.ids(reader, 'byName', [name]);
  for (const id of ids) {
    const row = images.read(reader, id);
    if (row) yield row;
  }
}

function belongs(reader: Reader, requester: Requester, row: ImageRow, query: ImageQuery): boolean {
  if (row.isHidden !== query.isHidden) return false;
  if (!query.filters.every((filter) => filter(row))) return false;
  const { visibility } = query;
  if (visibility !== null && visibility !== 'all' && visibility !== row.visibility) return false;
  if (requester.isAdmin || owns(requester, row)) return true;
  switch (row.visibility) {
    case 'public':
      return true;
    case 'community':
      return visibility === 'community' || visibility === 'all';
    case 'shared': {
      const status = membershipOf(reader, requester, row)?.status;
      return status !== undefined && (query.memberStatus === 'all' || query.memberStatus === status);
    }
    case 'private':
      return false;
  }
}
