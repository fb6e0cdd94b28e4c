/**
 * The runtime and the stores as users run them: built. Run from source, tsx would give every closure its name at run time,
 * which is slow. The types are those of the source.
 */
const built = (path: string): string => new URL(`../dist/${path}.js`, import.meta.url).href;

export const runtime: typeof import('../runtime/index.ts') = await import(built('runtime/index'));
export const memoryStore: typeof import('../storage/memory-store.ts') = await import(built('storage/memory-store'));
export const links: typeof import('../runtime/transports/port.ts') = await import(built('runtime/transports/port'));
export const lmdbStore: typeof import('../storage/lmdb-store.ts') = await import(built('storage/lmdb-store'));
export const lmdbEnvironment: typeof import('../storage/lmdb-environment.ts') = await import(
  built('storage/lmdb-environment')
);
export const cloud: typeof import('../composition/kinds.ts') = await import(built('composition/kinds'));
