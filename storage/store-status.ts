import { statSync } from 'node:fs';
import { pageFigures } from './file-space.ts';
import { openToRead } from './lmdb-environment.ts';
import { LmdbReader } from './lmdb-reader.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { migrationState } from './migrations/migration.ts';
import { latestVersion } from './schema.ts';
import { type ScrubReport, scrub } from './scrub.ts';

/** How a store is. Sizes in bytes. */
export interface StoreStatus {
  readonly fileBytes: number;
  /** Pages that hold rows and the way to them. */
  readonly usedBytes: number;
  /** Pages between them that are free to be written again. */
  readonly freeBytes: number;
  /** Set aside at the end of the file for commits to come. */
  readonly aheadBytes: number;
  readonly schema: number | null;
  readonly latestSchema: number;
  /** What is to be done, in order; the first may be under way, up to the given key. */
  readonly migrations: readonly { readonly name: string; readonly cursor: string | null }[];
  readonly report: ScrubReport;
}

/** Looks through a store, also while a cloud runs on it. Throws DamagedFile. */
export async function storeStatus(file: string): Promise<StoreStatus> {
  const environment = openToRead(file);
  try {
    const { pageSize, lastPage, branches, leaves, overflow } = pageFigures(environment);
    const fileBytes = statSync(file).size;
    const usedBytes = (2 + branches + leaves + overflow) * pageSize;
    const inUse = (lastPage + 1) * pageSize;
    const { version, running } = migrationState(new LmdbReader(environment, 0));
    const done = running ? running.to - 1 : (version ?? 0);
    return {
      fileBytes,
      usedBytes,
      freeBytes: Math.max(0, inUse - usedBytes),
      aheadBytes: Math.max(0, fileBytes - inUse),
      schema: version,
      latestSchema: latestVersion(),
      migrations: MIGRATIONS.filter(({ to }) => to > done).map(({ to, name }) => ({
        name,
        cursor: running?.to === to ? running.cursor : null,
      })),
      report: scrub(environment),
    };
  } finally {
    await environment.close();
  }
}
