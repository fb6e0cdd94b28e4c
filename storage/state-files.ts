import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { BackupRefused } from './manifest.ts';

/**
 * What is not part of the controller's state: the disks and processes of guests belong to their host, reports are for people,
 * and uploads under way have no row yet.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['qemu', 'reports', 'images/staging']);
const STORE = /^[A-Za-z0-9_-]+\.mdb$/;
/** LMDB's locks, and what a compaction was about to make when it was cut off. */
const BESIDE_STORE = /\.mdb(-lock|\.partial(-lock)?)$/;

/** Names of the stores of a state directory. */
export const storeNames = (stateDir: string): readonly string[] =>
  readdirSync(stateDir)
    .filter((name) => STORE.test(name))
    .sort();

/** A file of a state directory besides its stores. */
export interface StateFile {
  readonly path: string;
  readonly mode: number;
}

/**
 * The files of a state directory that a backup has, besides the stores: secrets, configuration, contents of images, volumes. Links
 * are followed: what lies on another disk belongs to the cloud as well. Throws BackupRefused for one that leads nowhere.
 */
export function stateFiles(stateDir: string): readonly StateFile[] {
  const found: StateFile[] = [];
  const walk = (below: string, above: readonly string[]): void => {
    const directory = realpathSync(join(stateDir, below));
    // A link to where the walk comes from.
    if (above.includes(directory)) return;
    for (const name of readdirSync(directory).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (name.startsWith('.') || LEFT_OUT.has(path) || (below === '' && (STORE.test(name) || BESIDE_STORE.test(name))))
        continue;
      const stat = statOf(join(stateDir, path));
      if (stat?.isDirectory()) walk(path, [...above, directory]);
      else if (stat?.isFile()) found.push({ path, mode: stat.mode & 0o777 });
    }
  };
  walk('', []);
  return found;
}

/** What a path leads to; undefined when it has gone meanwhile. */
function statOf(path: string): Stats | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isSymbolicLink()) return stat;
  const target = statSync(path, { throwIfNoEntry: false });
  if (target === undefined)
    throw new BackupRefused(`${path} is a link that leads nowhere: what it stands for is missing.`);
  return target;
}
