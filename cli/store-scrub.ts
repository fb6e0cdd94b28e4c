import { INDEXED_TABLES } from '../composition/cloud-tables.ts';
import { shown } from '../composition/printable.ts';
import type { Write } from '../runtime/store.ts';
import { checkIndexes } from '../storage/index-check.ts';
import { openEnvironment, openToRead } from '../storage/lmdb-environment.ts';
import { LmdbReader } from '../storage/lmdb-reader.ts';
import { LmdbStore } from '../storage/lmdb-store.ts';
import { checkSchema } from '../storage/schema.ts';
import { scrub } from '../storage/scrub.ts';

/** Reads every row of a store and compares the indexes with them, also while a cloud runs on it. Returns whether all is well. */
export async function scrubFile(file: string): Promise<boolean> {
  const environment = openToRead(file);
  try {
    const { rows, damaged, damagedCount } = scrub(environment);
    const print = (key: string, reason: string): void =>
      void process.stdout.write(`${file}: ${shown(key)}: ${reason}\n`);
    for (const { key, reason } of damaged) print(key, reason);
    const { entries, missing, missingCount, surplus, surplusCount } = checkIndexes(
      new LmdbReader(environment, 0),
      INDEXED_TABLES,
    );
    for (const key of missing) print(key, 'the index entry is missing');
    for (const key of surplus) print(key, 'the index entry has no row');
    process.stdout.write(
      `${file}: ${rows} rows read, ${damagedCount} damaged; ${entries} index entries, ${missingCount} missing, ${surplusCount} without a row\n`,
    );
    return damagedCount + missingCount + surplusCount === 0;
  } finally {
    await environment.close();
  }
}

/** Writes the index entries that rows lack, and removes those without a row. Nobody else may use the store. */
export async function repairIndexes(file: string): Promise<void> {
  const environment = openEnvironment(file, 'sync');
  try {
    await checkSchema(environment, file);
    const store = new LmdbStore(environment, file);
    for (let mended = 0; ; ) {
      store.renew();
      const { missing, surplus } = checkIndexes(store, INDEXED_TABLES);
      const writes = [...missing.map((key): Write => [key, true]), ...surplus.map((key): Write => [key, undefined])];
      if (writes.length === 0) {
        process.stdout.write(`${file}: ${mended} index entries mended\n`);
        return;
      }
      await new Promise<void>((resolve, reject) => {
        store.commit(writes, (error) => (error ? reject(error) : resolve()));
      });
      mended += writes.length;
    }
  } finally {
    await environment.close();
  }
}
