import { COMMIT_KEY, decodeRow, encodeRow } from './codec.ts';
import type { Environment } from './lmdb-environment.ts';
import { LmdbStore } from './lmdb-store.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { type Migration, mustBlock, nextChunk, SCHEMA_KEY } from './migrations/migration.ts';

/** The version before the first migration. */
const FIRST_VERSION = 1;

/** The version of the rows' forms that this program writes. */
export const latestVersion = (migrations: readonly Migration[] = MIGRATIONS): number =>
  migrations.at(-1)?.to ?? FIRST_VERSION;

/** A store that this program must not open. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

/**
 * Checks that the rows of an environment are of this program's schema or an older one, and does the migrations that must be done
 * before it is used; marks a new one. Throws SchemaMismatch when a newer program has written it, or when it is no
 * environment of ours. Nobody else may write to it meanwhile.
 */
export async function checkSchema(
  environment: Environment,
  file: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const latest = latestVersion(migrations);
  const row = environment.getBinary(SCHEMA_KEY);
  if (row === undefined) {
    // A store that was opened but never marked has the number of its commit alone.
    for (const key of environment.getKeys({ limit: 2 })) {
      if (key === COMMIT_KEY) continue;
      throw new SchemaMismatch(`${file} holds data, but none of Novella's: it has no schema version.`);
    }
    await environment.put(SCHEMA_KEY, encodeRow(SCHEMA_KEY, latest, 0));
    return;
  }
  const version = decodeRow(SCHEMA_KEY, row);
  if (typeof version !== 'number' || version > latest) {
    throw new SchemaMismatch(
      `${file} has schema version ${String(version)}; this program reads version ${latest} and older ones. ` +
        'Use the version of Novella that wrote it, or a newer one.',
    );
  }
  const store = new LmdbStore(environment, file);
  if (mustBlock(store, migrations)) await migrate(store, migrations, (rows) => mustBlock(rows, migrations));
}

/** Does migrations chunk by chunk as long as `goOn`; all that are left without it. Rejects when a chunk cannot be stored. */
export async function migrate(
  store: LmdbStore,
  migrations: readonly Migration[] = MIGRATIONS,
  goOn: (rows: LmdbStore) => boolean = () => true,
): Promise<void> {
  for (;;) {
    store.renew();
    const writes = goOn(store) ? nextChunk(store, migrations) : null;
    if (writes === null) return;
    await new Promise<void>((resolve, reject) => {
      store.commit(writes, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** Does what is left of the online migrations between the commits of a store that serves. */
export function migrateOnline(store: LmdbStore, migrations: readonly Migration[] = MIGRATIONS): void {
  store.workBetween((rows) => nextChunk(rows, migrations));
}
