import { join } from 'node:path';
import { openEnvironment } from '../storage/lmdb-environment.ts';
import { LmdbStore } from '../storage/lmdb-store.ts';
import { storeNames } from '../storage/state-files.ts';
import { type Mended, mendCells } from './mend-cells.ts';

/** As `mendCells`, in the files of a state directory whose cloud does not run. */
export async function mendFiles(stateDir: string, nowMs: number): Promise<Mended | null> {
  const names = storeNames(stateDir);
  if (names.length < 2) return null;
  const stores = new Map<string, LmdbStore>();
  try {
    for (const name of names) {
      const file = join(stateDir, name);
      stores.set(name.replace(/\.mdb$/, ''), new LmdbStore(openEnvironment(file, 'sync'), file));
    }
    const mended = mendCells(stores, nowMs);
    for (const [name, writes] of mended?.writes ?? []) {
      if (writes.length === 0) continue;
      await new Promise<void>((resolve, reject) => {
        const store = stores.get(name);
        store?.commit(writes, (error) => (error ? reject(error) : resolve()));
      });
    }
    return mended;
  } finally {
    for (const store of stores.values()) await store.close();
  }
}
