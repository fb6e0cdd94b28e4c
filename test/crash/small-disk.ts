import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  readonly path: string;
  /** Fills all that is free. */
  fill(): void;
  free(): void;
  /** Changes its size, to not less than what is on it. */
  resize(mib: number): void;
  remove(): void;
}

const BLOCK = Buffer.alloc(4_096);

function mounted(mib: number): SmallDisk | string {
  const path = mkdtempSync(join(tmpdir(), 'novella-disk-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=700`, 'tmpfs', path], { encoding: 'utf8' });
  if (mount.status !== 0) {
    rmSync(path, { recursive: true });
    return `no tmpfs can be mounted here: ${mount.stderr?.trim() || mount.error?.message || 'no reason given'}`;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill() {
      try {
        for (;;) appendFileSync(filler, BLOCK);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    },
    free: () => rmSync(filler, { force: true }),
    resize(size) {
      const remount = spawnSync('mount', ['-o', `remount,size=${size}m`, path], { encoding: 'utf8' });
      if (remount.status !== 0) throw new Error(remount.stderr);
    },
    remove() {
      spawnSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Makes a disk of so many MiB. Throws where that is not allowed: ask `noSmallDisk` before. */
export function smallDisk(mib: number): SmallDisk {
  const disk = mounted(mib);
  if (typeof disk === 'string') throw new Error(disk);
  return disk;
}

/** Why there can be no small disk here (it takes root), or false. */
export const noSmallDisk: string | false = (() => {
  const disk = mounted(1);
  if (typeof disk === 'string') return disk;
  disk.remove();
  return false;
})();
