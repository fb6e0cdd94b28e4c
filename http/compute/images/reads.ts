import { canSee, type ImageRow, images, membershipOf, owns, requesterOf } from '../../../actors/image/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import type { Reader } from '../../../runtime/store.ts';
import { parseIsoTime } from '../../formats.ts';
import { type Refusal, refuseWith } from '../../reply.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An image that the caller may see. */
export const findImage = (reader: Reader, id: string, caller: Caller): ImageRow | Refusal => {
  const row = UUID.test(id) ? images.read(reader, id) : undefined;
  return row !== undefined && canSee(reader, requesterOf(caller), row) ? row : refuseWith(404, 'Image not found.');
};

/** Whether an image is in the caller's lists: its own, public ones, and shared ones that were accepted. */
const isListed = (reader: Reader, caller: Caller, row: ImageRow): boolean => {
  if (row.isHidden) return false;
  const requester = requesterOf(caller);
  if (caller.isAdmin || owns(requester, row) || row.visibility === 'public') return true;
  return membershipOf(reader, requester, row)?.status === 'accepted';
};

type Filter = (row: ImageRow) => boolean;

const FILTERS: Readonly<Record<string, (value: string) => Filter | null>> = {
  name: (value) => (row) => row.name === value,
  status: (value) => (row) => row.status === value.toLowerCase(),
  'changes-since': (value) => {
    const sinceMs = parseIsoTime(value);
    return sinceMs === null ? null : (row) => row.updatedAtMs >= sinceMs;
  },
  server: (value) => (row) => row.properties['instance_uuid'] === value.slice(value.lastIndexOf('/') + 1),
  type: (value) => (row) => row.properties['image_type'] === value,
  minRam: (value) => (row) => row.minRamMib === Number(value),
  minDisk: (value) => (row) => row.minDiskGib === Number(value),
};

const PROPERTY = 'property-';

/** The filters of a query; a parameter that is none is left to others. */
export const filtersOf = (search: string): readonly Filter[] | Refusal => {
  const filters: Filter[] = [];
  for (const [name, value] of new URLSearchParams(search)) {
    const make = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    const filter = name.startsWith(PROPERTY)
      ? (row: ImageRow) => row.properties[name.slice(PROPERTY.length)] === value
      : make?.(value);
    if (filter === null) return refuseWith(400, `Invalid filter ${name}.`);
    if (filter !== undefined) filters.push(filter);
  }
  return filters;
};

/** A page of the images in the caller's lists, the newest first. */
export const imagesOf = (
  reader: Reader,
  caller: Caller,
  filters: readonly Filter[],
  { limit, marker }: { readonly limit: number; readonly marker: string | null },
): readonly ImageRow[] | Refusal => {
  const before = marker === null ? null : findImage(reader, marker, caller);
  if (before !== null && 'kind' in before) return refuseWith(400, 'Marker image could not be found.');
  const after = before === null ? undefined : images.entryKey('byCreated', before, before.id);
  const found: ImageRow[] = [];
  const walk = { reverse: true, ...(after === undefined ? {} : { after }) };
  for (const id of images.ids(reader, 'byCreated', [], walk)) {
    if (found.length >= limit) break;
    const row = images.read(reader, id);
    if (row !== undefined && isListed(reader, caller, row) && filters.every((filter) => filter(row))) found.push(row);
  }
  return found;
};
