import { UnsafeStoreError } from '../runtime/store.ts';

/** The disk, or the quota of its user, is full. Nothing of the commit was kept; the store goes on when it is opened anew and there is space. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

/** The disk cannot be read or written (EIO, a file system that has become read-only). Nothing of the commit was kept. */
export class StoreIo extends Error {
  override readonly name = 'StoreIo';
}

/**
 * LMDB itself met an error of the disk, or cannot go on, in a commit. Nothing of it was kept. The process has to be replaced: lmdb
 * may have written past a buffer while telling of it (docs/decisions/0007-space-before-a-commit.md), and its threads share
 * an environment that takes no more commits.
 */
export class StoreBroken extends UnsafeStoreError {
  override readonly name = 'StoreBroken';
}

const FULL = /ENOSPC|EDQUOT|No space left|quota exceeded|MDB_MAP_FULL/i;
const IO =
  /\bE(IO|ROFS|BADF|NXIO|ACCES|PERM)\b|Input\/output error|Read-only file system|Permission denied|not permitted/i;
/** What LMDB says of an environment that is not to be used any more. */
const BROKEN = /MDB_(PANIC|CORRUPTED|PAGE_NOTFOUND|BAD_TXN)/;

/** An error of the disk as what it is; others are returned as they are. */
export function storeFailure(error: Error): Error {
  if (error instanceof StoreFull || error instanceof StoreIo || error instanceof StoreBroken) return error;
  if (FULL.test(error.message)) return new StoreFull(`The disk is full: ${error.message}`, { cause: error });
  if (IO.test(error.message)) return new StoreIo(`The disk cannot be used: ${error.message}`, { cause: error });
  return error;
}

/** What a commit that was handed to LMDB failed with. A full disk is told as such: the process goes on (decision 7). */
export function commitFailure(error: Error): Error {
  const failure = storeFailure(error);
  const isBroken = failure instanceof StoreIo || BROKEN.test(failure.message);
  return isBroken ? new StoreBroken(failure.message, { cause: error }) : failure;
}
