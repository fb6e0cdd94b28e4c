import { DamagedRow, type Reader, type Write } from '../../runtime/store.ts';

/** A change of the stored form of rows, from one schema version to the next. */
export interface Migration {
  /** The schema version that it leads to: one more than the one before it in the list. */
  readonly to: number;
  /** What it does, in a few words: shown by `novella store status`. */
  readonly name: string;
  /**
   * `blocking`: ended before the cloud serves. `online`: in chunks while it serves, so that the program must read rows of both
   * forms (and write the new one) until it has ended.
   */
  readonly mode: 'blocking' | 'online';
  /** The keys that it walks; null when the version alone changes, since older programs could not read what is written now. */
  readonly prefix: string | null;
  /** What becomes of a row: its writes, none when it stays. Pure, and right also for rows that have the new form already. */
  readonly change: (key: string, value: unknown) => readonly Write[];
}

export const SCHEMA_KEY = 'm/schema';
export const MIGRATION_KEY = 'm/migration';

/** Rows looked at in one chunk: a commit each, so that a cloud that serves is held up for some milliseconds. */
const CHUNK_ROWS = 500;

/** A migration under way: every key up to the cursor is done. */
interface Progress {
  readonly to: number;
  readonly cursor: string | null;
}

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'to' in value && 'cursor' in value;
}

/** Where the migrations of a store stand. */
export interface MigrationState {
  /** The version whose migration has begun last; null when the store has none: it is new, or not ours. */
  readonly version: number | null;
  readonly running: Progress | null;
}

export function migrationState(rows: Reader): MigrationState {
  const version = rows.get(SCHEMA_KEY);
  const running = rows.get(MIGRATION_KEY);
  return { version: typeof version === 'number' ? version : null, running: isProgress(running) ? running : null };
}

/**
 * The writes of the next chunk; null when the store has the last version of the list. They hold the cursor as well, so
 * that a crash between two chunks loses none and repeats none. The version is written when a migration begins: a program that
 * does not know it must not open a store that is half-way.
 */
export function nextChunk(
  rows: Reader,
  migrations: readonly Migration[],
  chunkRows = CHUNK_ROWS,
): readonly Write[] | null {
  const { version, running } = migrationState(rows);
  if (version === null) return null;
  const migration = migrations.find(({ to }) => to === (running?.to ?? version + 1));
  if (!migration) return null;
  if (!running) return begin(migration);
  const writes: Write[] = [];
  let cursor = running.cursor;
  let seen = 0;
  const page = { prefix: migration.prefix ?? '', limit: chunkRows, ...(cursor !== null && { after: cursor }) };
  for (const key of rows.keys(page)) {
    seen++;
    cursor = key;
    writes.push(...changed(rows, key, migration));
  }
  const progress = seen < chunkRows ? undefined : { to: migration.to, cursor };
  return [...writes, [MIGRATION_KEY, progress]];
}

/** A damaged row stays what it is: it is told when it is read, and the others need not wait for that. */
function changed(rows: Reader, key: string, migration: Migration): readonly Write[] {
  let value: unknown;
  try {
    value = rows.get(key);
  } catch (error) {
    if (error instanceof DamagedRow) return [];
    throw error;
  }
  return value === undefined ? [] : migration.change(key, value);
}

function begin({ to, prefix }: Migration): readonly Write[] {
  const version: Write = [SCHEMA_KEY, to];
  return prefix === null ? [version] : [version, [MIGRATION_KEY, { to, cursor: null }]];
}

/** Whether a store has migrations to do before the cloud may serve: a blocking one, and whatever comes before it. */
export function mustBlock(rows: Reader, migrations: readonly Migration[]): boolean {
  const { version, running } = migrationState(rows);
  if (version === null) return false;
  const done = running ? running.to - 1 : version;
  return migrations.some(({ to, mode }) => to > done && mode === 'blocking');
}
