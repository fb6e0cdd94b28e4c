import { type Durability, openEnvironment } from './lmdb-environment.ts';
import { LmdbStore } from './lmdb-store.ts';
import { migrateOnline } from './schema.ts';

/**
 * Opens the store of a shard, as the one that writes to it, and makes sure that it can be written: a store that is opened is
 * one that takes commits. Online migrations go on in it. Throws DamagedFile, StoreFull or StoreIo; nothing is left open then.
 * `checkSchema` comes before, once a process.
 */
export async function openStore(file: string, durability: Durability): Promise<LmdbStore> {
  const store = new LmdbStore(openEnvironment(file, durability), file);
  try {
    await store.probe();
  } catch (error) {
    await store.close();
    throw error;
  }
  migrateOnline(store);
  return store;
}
