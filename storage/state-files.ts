import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is not part of the controller's state: the disks and processes of guests belong to their host, reports are for people,
 * and uploads under way have no row yet.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(['qemu', 'reports', 'images/staging']);
const STORE = /^[A-Za-z0-9_-]+\.mdb$/;
const LOCK = /\.mdb-lock$/;

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

/** The files of a state directory that a backup has, besides the stores: secrets, configuration, contents of images. */
export function stateFiles(stateDir: string): readonly StateFile[] {
  const found: StateFile[] = [];
  const walk = (below: string): void => {
    for (const name of readdirSync(join(stateDir, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (name.startsWith('.') || LEFT_OUT.has(path) || (below === '' && (STORE.test(name) || LOCK.test(name))))
        continue;
      const stat = lstatSync(join(stateDir, path), { throwIfNoEntry: false });
      if (stat?.isDirectory()) walk(path);
      else if (stat?.isFile()) found.push({ path, mode: stat.mode & 0o777 });
    }
  };
  walk('');
  return found;
}
