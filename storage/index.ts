/** The stores' public face: what a program of its own needs besides `novella/runtime`. See README.md in this folder. */
export { type Durability, type Environment, openEnvironment } from './lmdb-environment.ts';
export { LmdbReader } from './lmdb-reader.ts';
export { LmdbStore } from './lmdb-store.ts';
export { MemoryStore } from './memory-store.ts';
