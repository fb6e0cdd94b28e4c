import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { decodeRow } from './codec.ts';
import { copyDurably, digestOf, flush, writeDurably } from './durable-files.ts';
import { openToRead } from './lmdb-environment.ts';
import { BackupRefused, MANIFEST_NAME, type Manifest } from './manifest.ts';
import { SCHEMA_KEY } from './migrations/migration.ts';
import { checkPages } from './page-check.ts';
import { type ScrubReport, scrub } from './scrub.ts';
import { stateFiles, storeNames } from './state-files.ts';

/** What a backup is made of, and when. */
export interface BackupOrder {
  readonly stateDir: string;
  /** A directory that does not exist yet, or is empty. */
  readonly to: string;
  /** The program's version. */
  readonly program: string;
  readonly nowMs: number;
}

/**
 * Copies the state of a cloud, also while it runs: each store as of one commit, and every file that a start needs, flushed, with
 * a manifest of checksums. What was copied is read back before the backup gets its name; so whatever has the name is whole.
 * Throws BackupRefused; nothing is left then.
 *
 * Image contents are copied before the stores and looked through again after them, so that no row refers to one that was missed.
 */
export async function backUp({ stateDir, to, program, nowMs }: BackupOrder): Promise<Manifest> {
  const stores = existsSync(stateDir) ? storeNames(stateDir) : [];
  if (stores.length === 0) throw new BackupRefused(`${stateDir} holds no cloud: there is no store in it.`);
  const [target, source] = [placeOf(to), placeOf(stateDir)];
  if (target === source || target.startsWith(`${source}/`)) {
    throw new BackupRefused(`${to} lies in the state directory. Name a place outside, best on another disk.`);
  }
  checkFree(target);
  const partial = `${target}.partial-${process.pid}`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  try {
    const files: Manifest['files'] = [];
    copyNew(stateDir, partial, files);
    const copied = [];
    let schema = 0;
    for (const name of stores) {
      const store = await copyStore(join(stateDir, name), join(partial, name));
      schema = Math.max(schema, store.schema);
      copied.push({ path: name, rows: store.report.rows, commit: store.report.commit });
      files.push({ path: name, ...digestOf(join(partial, name)), mode: 0o600 });
    }
    copyNew(stateDir, partial, files);
    const takenAt = new Date(nowMs).toISOString();
    const manifest: Manifest = { format: 1, program, schema, takenAt, files, stores: copied };
    writeDurably(join(partial, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
    giveName(partial, target);
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Where a path leads, of which the end need not be there yet: links on the way are followed. */
export function placeOf(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return join(placeOf(dirname(whole)), basename(whole));
  }
}

/** Throws BackupRefused when a name is taken by anything but an empty directory, or that one cannot be replaced. */
export function checkFree(target: string): void {
  if (!existsSync(target)) return;
  let names: readonly string[];
  try {
    names = readdirSync(target);
  } catch {
    throw new BackupRefused(`${target} is not a directory.`);
  }
  if (names.length > 0) throw new BackupRefused(`${target} is not empty. Name a directory that does not exist yet.`);
  if (statSync(target).dev !== statSync(dirname(target)).dev) {
    throw new BackupRefused(`${target} is a mount point, which nothing can take the name of. Name a directory in it.`);
  }
}

/** Gives a finished directory its name, flushed. */
export function giveName(partial: string, target: string): void {
  for (const below of directoriesBelow(partial)) flush(below);
  if (existsSync(target)) rmdirSync(target);
  renameSync(partial, target);
  flush(dirname(target));
}

function directoriesBelow(directory: string): readonly string[] {
  const below = readdirSync(directory, { withFileTypes: true, recursive: true });
  return [
    ...below.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name)),
    directory,
  ];
}

/** Copies the files that are not copied yet; those that vanish meanwhile are not needed. */
function copyNew(stateDir: string, partial: string, files: Manifest['files']): void {
  const known = new Set(files.map(({ path }) => path));
  for (const { path, mode } of stateFiles(stateDir)) {
    if (known.has(path)) continue;
    try {
      files.push({ path, ...copyDurably(join(stateDir, path), join(partial, path), mode), mode });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

/** Copies a store as of one commit, and reads the copy whole. Throws BackupRefused when rows are damaged. */
async function copyStore(from: string, to: string): Promise<CheckedStore> {
  const environment = openToRead(from);
  try {
    await environment.backup(to, true);
  } finally {
    await environment.close();
  }
  flush(to);
  return checkStore(to);
}

/** A store that has been read whole. */
interface CheckedStore {
  readonly report: ScrubReport;
  readonly schema: number;
}

/** Reads a store whole that nobody writes to: its pages and its rows. Throws BackupRefused or DamagedFile. */
export async function checkStore(file: string): Promise<CheckedStore> {
  checkPages(file);
  const environment = openToRead(file);
  try {
    const report = scrub(environment);
    if (report.damagedCount > 0) {
      const keys = report.damaged.slice(0, 5).map(({ key }) => key);
      throw new BackupRefused(
        `${file} has ${report.damagedCount} damaged rows, such as ${keys.join(', ')}. "novella store scrub" lists them.`,
      );
    }
    const row = environment.getBinary(SCHEMA_KEY);
    const schema = row === undefined ? 0 : decodeRow(SCHEMA_KEY, row);
    return { report, schema: typeof schema === 'number' ? schema : 0 };
  } finally {
    await environment.close();
    rmSync(`${file}-lock`, { force: true });
  }
}
