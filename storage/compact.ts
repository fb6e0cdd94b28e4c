import { renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkStore } from './backup.ts';
import { flush } from './durable-files.ts';
import { openToRead } from './lmdb-environment.ts';
import { BackupRefused } from './manifest.ts';

/** Sizes of a file in bytes. */
export interface Compaction {
  readonly before: number;
  readonly after: number;
}

/**
 * Writes a store anew without its free pages, in the place of the old one. The new file is read whole and compared with the old before
 * it takes its name; a crash at any moment leaves the one or the other. Nobody else may have the store open: the caller
 * holds the state directory. Throws BackupRefused or DamagedFile; the old file is as it was then.
 */
export async function compact(file: string): Promise<Compaction> {
  const fresh = `${file}.partial`;
  rmSync(fresh, { force: true });
  try {
    const old = await checkStore(file);
    const environment = openToRead(file);
    try {
      await environment.backup(fresh, true);
    } finally {
      await environment.close();
    }
    flush(fresh);
    const { report } = await checkStore(fresh);
    if (report.fingerprint !== old.report.fingerprint) throw new BackupRefused(`${fresh} is not what ${file} is.`);
    const sizes = { before: statSync(file).size, after: statSync(fresh).size };
    renameSync(fresh, file);
    flush(dirname(file));
    return sizes;
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
