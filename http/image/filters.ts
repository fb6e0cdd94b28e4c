import type { ImageRow } from '../../actors/image/row.ts';
import { ok, type Result } from '../../runtime/result.ts';
import type { ImageFault } from './faults.ts';
import { fault } from './route.ts';

/** Whether an image belongs into a list. */
export type Filter = (row: ImageRow) => boolean;

/** Attributes that are compared as text, and may be given as `in:a,b`. */
const TEXTS: ReadonlyMap<string, (row: ImageRow) => string | null> = new Map([
  ['id', (row: ImageRow) => row.id],
  ['name', (row: ImageRow) => row.name],
  ['status', (row: ImageRow) => row.status],
  ['disk_format', (row: ImageRow) => row.diskFormat],
  ['container_format', (row: ImageRow) => row.containerFormat],
  ['owner', (row: ImageRow) => row.owner],
  ['checksum', (row: ImageRow) => row.content?.checksum ?? null],
  ['os_hash_value', (row: ImageRow) => row.content?.contentId ?? null],
  ['os_hash_algo', (row: ImageRow) => (row.content === null ? null : 'sha512')],
]);

const NUMBERS: ReadonlyMap<string, (row: ImageRow, wanted: number) => boolean> = new Map([
  ['size_min', (row: ImageRow, wanted: number) => row.content !== null && row.content.sizeBytes >= wanted],
  ['size_max', (row: ImageRow, wanted: number) => row.content !== null && row.content.sizeBytes <= wanted],
  ['min_disk', (row: ImageRow, wanted: number) => row.minDiskGib === wanted],
  ['min_ram', (row: ImageRow, wanted: number) => row.minRamMib === wanted],
]);

const TIMES: ReadonlyMap<string, (row: ImageRow) => number> = new Map([
  ['created_at', (row: ImageRow) => row.createdAtMs],
  ['updated_at', (row: ImageRow) => row.updatedAtMs],
]);

const STATUSES: ReadonlySet<string> = new Set([
  ...['queued', 'saving', 'active', 'deactivated', 'killed', 'deleted', 'pending_delete', 'uploading', 'importing'],
]);

/** The filter that a parameter of the query is. */
export function filterOf(name: string, value: string): Result<Filter, ImageFault> {
  const text = TEXTS.get(name);
  if (text) {
    const wanted = new Set(value.startsWith('in:') ? value.slice(3).split(',').map(unquoted) : [value]);
    const unknown = name === 'status' ? [...wanted].find((status) => !STATUSES.has(status)) : undefined;
    if (unknown !== undefined) return fault(400, `Bad value passed to filter 'status': ${unknown}`);
    return ok((row) => wanted.has(text(row) ?? ''));
  }
  const number = NUMBERS.get(name);
  if (number) {
    if (!/^\d{1,15}$/.test(value))
      return fault(400, `Bad value passed to filter '${name}': it must be a whole number.`);
    return ok((row) => number(row, Number(value)));
  }
  const time = TIMES.get(name);
  if (time) return timeFilter(name, value, time);
  if (name === 'tag') return ok((row) => row.tags.includes(value));
  if (name === 'protected') {
    const wanted = value.toLowerCase();
    if (wanted !== 'true' && wanted !== 'false')
      return fault(400, "Bad value passed to filter 'protected': it must be true or false.");
    return ok((row) => row.isProtected === (wanted === 'true'));
  }
  return ok((row) => row.properties[name] === value);
}

const unquoted = (text: string): string => (/^".*"$/.test(text) ? text.slice(1, -1) : text);

const COMPARISONS: ReadonlyMap<string, (a: number, b: number) => boolean> = new Map([
  ['gt', (a: number, b: number) => a > b],
  ['gte', (a: number, b: number) => a >= b],
  ['eq', (a: number, b: number) => a === b],
  ['neq', (a: number, b: number) => a !== b],
  ['lt', (a: number, b: number) => a < b],
  ['lte', (a: number, b: number) => a <= b],
]);

/** A time with an operator in front, such as `gt:2026-01-01T00:00:00Z`; whole seconds are compared, as clients see them. */
function timeFilter(name: string, value: string, time: (row: ImageRow) => number): Result<Filter, ImageFault> {
  const [, operator = 'eq', moment = ''] = /^(?:(gte?|lte?|n?eq):)?(.{1,40})$/.exec(value) ?? [];
  const compare = COMPARISONS.get(operator);
  const wanted = Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(moment) ? moment : `${moment}Z`);
  if (!compare || Number.isNaN(wanted)) return fault(400, `Bad value passed to filter '${name}': it must be a time.`);
  return ok((row) => compare(Math.floor(time(row) / 1000), Math.floor(wanted / 1000)));
}
