import { instanceActions } from '../actors/instance/actions/row.ts';
import { migrations } from '../actors/instance/migrations/row.ts';
import { bootData, instances } from '../actors/instance/row.ts';
import { keyPart } from '../runtime/key.ts';
import { DamagedRow, type Reader, type Write } from '../runtime/store.ts';

/** Rows that were taken out of the tables: under `a/` and their key without its first part. */
const ARCHIVE_PREFIX = 'a/';

/** A row in the archive. */
interface Archived {
  readonly deletedAtMs: number;
  readonly row: unknown;
}

const isArchived = (value: unknown): value is Archived =>
  typeof value === 'object' && value !== null && 'deletedAtMs' in value && typeof value.deletedAtMs === 'number';

/** `r/instance/7` becomes `a/instance/7`. */
const archiveKey = (key: string): string => ARCHIVE_PREFIX + key.slice(key.indexOf('/') + 1);

/** Keys that a chunk looks at, whether it takes their rows or not: some milliseconds. */
const LOOKS_MAX = 2_000;

/** Where a walk goes on, and what it has to write. */
export interface RetentionChunk {
  readonly writes: readonly Write[];
  /** Rows archived or purged by these writes. */
  readonly rows: number;
  /** Null when there is nothing left. */
  readonly cursor: string | null;
}

/**
 * Archives instances that were deleted before a moment, with their actions and migrations; what they were booted with is dropped,
 * since it may hold secrets. One chunk: at least one instance if there is one, and no further one when `rowsMax` rows are reached.
 * Each instance is archived whole or not at all; one of which a row is damaged stays.
 */
export function archiveChunk(rows: Reader, beforeMs: number, rowsMax: number, cursor = ''): RetentionChunk {
  const writes: Write[] = [];
  let [count, looks] = [0, 0];
  for (const key of rows.keys({ prefix: DELETED_PREFIX, ...(cursor !== '' && { after: cursor }) })) {
    if (count >= rowsMax || looks++ >= LOOKS_MAX) return { writes, rows: count, cursor };
    cursor = key;
    const taken = unlessDamaged(() => archived(rows, key.slice(key.lastIndexOf('/') + 1), beforeMs));
    if (!taken) continue;
    writes.push(...taken.writes);
    count += taken.rows;
  }
  return { writes, rows: count, cursor: null };
}

/** The index entries of deleted instances: their ids are hexadecimal, so that the last part is the id as it is. */
const DELETED_PREFIX = `x/${keyPart(instances.name)}/deleted/`;

/** What archives one instance; null when it stays. */
function archived(rows: Reader, id: string, beforeMs: number): Omit<RetentionChunk, 'cursor'> | null {
  const row = instances.read(rows, id);
  if (!row || row.deletedAtMs === null || row.deletedAtMs >= beforeMs) return null;
  const { deletedAtMs } = row;
  const writes: Write[] = [];
  let count = 0;
  const take = (from: string, value: unknown, entries: readonly string[] = []): void => {
    writes.push([from, undefined], [archiveKey(from), { deletedAtMs, row: value } satisfies Archived]);
    for (const entry of entries) writes.push([entry, undefined]);
    count++;
  };
  take(instances.key(id), row, instances.entries(row, id));
  for (const { key, value } of rows.range({ prefix: instanceActions.key(`${id}.`) })) take(key, value);
  for (const number of migrations.ids(rows, 'byInstance', [id])) {
    const migration = migrations.read(rows, number);
    if (migration) take(migrations.key(number), migration, migrations.entries(migration, number));
  }
  if (bootData.read(rows, id)) writes.push([bootData.key(id), undefined]);
  return { writes, rows: count };
}

/** Removes archived rows of instances that were deleted before a moment. One chunk of at most `rowsMax` rows. Damaged ones stay. */
export function purgeChunk(rows: Reader, beforeMs: number, rowsMax: number, cursor = ''): RetentionChunk {
  const writes: Write[] = [];
  let looks = 0;
  for (const key of rows.keys({ prefix: ARCHIVE_PREFIX, ...(cursor !== '' && { after: cursor }) })) {
    if (writes.length >= rowsMax || looks++ >= LOOKS_MAX) return { writes, rows: writes.length, cursor };
    cursor = key;
    const value = unlessDamaged(() => rows.get(key));
    if (isArchived(value) && value.deletedAtMs < beforeMs) writes.push([key, undefined]);
  }
  return { writes, rows: writes.length, cursor: null };
}

/** What a damaged row hinders is not done; `novella store scrub` names the row. */
function unlessDamaged<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedRow) return null;
    throw error;
  }
}
