import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkFree, checkStore, giveName, placeOf } from './backup.ts';
import { copyDurably } from './durable-files.ts';
import { BackupRefused, type Manifest, readManifest } from './manifest.ts';
import { latestVersion } from './schema.ts';

/**
 * Makes a state directory of a backup: every file is compared with its checksum while it is copied, every page and row of the
 * stores is read, and only then the directory gets its name. Throws BackupRefused or DamagedFile; nothing is left then.
 *
 * `prepare` may change what has been restored before it gets its name: what is cut off half-way must not be taken for whole.
 */
export async function restore(
  from: string,
  stateDir: string,
  prepare: (directory: string) => Promise<void> = async () => {},
): Promise<Manifest> {
  const manifest = readManifest(from);
  if (manifest.schema > latestVersion()) {
    throw new BackupRefused(
      `The backup has schema version ${manifest.schema}, and this program reads up to ${latestVersion()}. ` +
        `Novella ${manifest.program} made it: use that version, or a newer one.`,
    );
  }
  const target = placeOf(stateDir);
  checkFree(target);
  const partial = `${target}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    for (const file of manifest.files) restoreFile(from, partial, file);
    for (const { path, rows } of manifest.stores) {
      const { report } = await checkStore(join(partial, path));
      if (report.rows !== rows) throw new BackupRefused(`${path} has ${report.rows} rows instead of ${rows}.`);
    }
    await prepare(partial);
    giveName(partial, target);
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

function restoreFile(from: string, partial: string, { path, bytes, sha256, mode }: Manifest['files'][number]): void {
  const source = join(from, path);
  if (!lstatSync(source, { throwIfNoEntry: false })?.isFile()) throw new BackupRefused(`${source} is missing.`);
  const copied = copyDurably(source, join(partial, path), mode);
  if (copied.bytes !== bytes) throw new BackupRefused(`${source} has ${copied.bytes} bytes instead of ${bytes}.`);
  if (copied.sha256 !== sha256) throw new BackupRefused(`${source} is damaged: its checksum does not match.`);
}
