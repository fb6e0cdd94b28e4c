import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The file of an environment is not what LMDB can read: opening it could end the process. The message says why. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/*
 * The head of an LMDB file (mdb.c of lmdb 3.5.6, MDB_DATA_VERSION 2, 64-bit, little endian): two meta pages, of which the one with the
 * higher transaction counts. Offsets are within a page.
 */
const FLAGS_AT = 0x12;
const MAGIC_AT = 0x18;
const VERSION_AT = 0x1c;
const PAGE_SIZE_AT = 0x30;
const FREE_ENTRIES_AT = 0x50;
const FREE_ROOT_AT = 0x58;
const MAIN_ENTRIES_AT = 0x80;
const MAIN_ROOT_AT = 0x88;
const LAST_PAGE_AT = 0x90;
const TRANSACTION_AT = 0x98;
const META_BYTES = 0xa0;
const META_FLAG = 0x08;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const NO_PAGE = 2n ** 64n - 1n;
/** A writer may commit between the reads of two pages: what is wrong in another way each time is no damage, but of two moments. */
const ATTEMPTS_MAX = 100;
/** What a process can address. */
const FILE_BYTES_MAX = 2 ** 47;

/** What the meta page of an environment says. */
export interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
  /** The root pages of the free list and of the rows, null when empty, and how many entries they have. */
  readonly freeRoot: number | null;
  readonly freeEntries: number;
  readonly mainRoot: number | null;
  readonly mainEntries: number;
  /** The file ends before the last page. It may: LMDB does not write pages that a transaction took and gave back. Or it was cut off. */
  readonly isShort: boolean;
}

/**
 * Reads the meta pages of an environment's file and checks what LMDB does not: that they are meta pages, and that the roots
 * they name are in the file. Null when there is no file yet, or an empty one. Throws DamagedFile.
 */
export function readMeta(path: string): Meta | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    let before = '';
    for (let attempt = 1; ; attempt++) {
      try {
        const { size } = fstatSync(file);
        return size === 0 ? null : checkedMeta(file, path, size);
      } catch (error) {
        if (attempt === ATTEMPTS_MAX || !(error instanceof DamagedFile) || error.message === before) throw error;
        before = error.message;
      }
    }
  } finally {
    closeSync(file);
  }
}

function checkedMeta(file: number, path: string, size: number): Meta {
  const damaged = (reason: string): DamagedFile => new DamagedFile(`${path} is damaged or no store: ${reason}.`);
  const head = (page: number, at: number): Omit<Meta, 'isShort'> => {
    const bytes = Buffer.alloc(META_BYTES);
    if (readSync(file, bytes, 0, META_BYTES, at) < META_BYTES) throw damaged(`it ends in meta page ${page}`);
    if (bytes.readUInt32LE(MAGIC_AT) !== MAGIC) throw damaged(`meta page ${page} has not the mark of LMDB`);
    if (bytes.readUInt32LE(VERSION_AT) !== DATA_VERSION) throw damaged(`meta page ${page} is of another LMDB version`);
    if ((bytes.readUInt16LE(FLAGS_AT) & META_FLAG) === 0) throw damaged(`page ${page} is no meta page`);
    return metaOf(bytes);
  };
  const first = head(0, 0);
  const { pageSize } = first;
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
    throw damaged(`its pages have ${pageSize} bytes`);
  }
  const second = head(1, pageSize);
  if (second.pageSize !== pageSize) throw damaged('its meta pages differ in the size of pages');
  // LMDB writes them by turns, even transactions to the first; one that has never been written has the number 0.
  const gap = Math.abs(first.transaction - second.transaction);
  const isWritten = first.transaction !== 0 && second.transaction !== 0;
  if (
    first.transaction % 2 !== 0 ||
    (second.transaction !== 0 && second.transaction % 2 !== 1) ||
    (isWritten && gap > 1)
  ) {
    throw damaged(`its meta pages are of the transactions ${first.transaction} and ${second.transaction}`);
  }
  const meta = second.transaction > first.transaction ? second : first;
  if (meta.lastPage >= FILE_BYTES_MAX / pageSize) throw damaged(`it says that its last page is ${meta.lastPage}`);
  for (const root of [meta.freeRoot, meta.mainRoot]) {
    if (root === null) continue;
    if (root < 2 || root > meta.lastPage) throw damaged(`its root is page ${root}`);
    if ((root + 1) * pageSize > size) throw damaged(`it has ${size} bytes, and page ${root} was cut off`);
  }
  return { ...meta, isShort: (meta.lastPage + 1) * pageSize > size };
}

function metaOf(bytes: Buffer): Omit<Meta, 'isShort'> {
  const page = (at: number): number | null => {
    const number = bytes.readBigUInt64LE(at);
    return number === NO_PAGE ? null : Number(number);
  };
  return {
    pageSize: bytes.readUInt32LE(PAGE_SIZE_AT),
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_AT)),
    transaction: Number(bytes.readBigUInt64LE(TRANSACTION_AT)),
    freeRoot: page(FREE_ROOT_AT),
    freeEntries: Number(bytes.readBigUInt64LE(FREE_ENTRIES_AT)),
    mainRoot: page(MAIN_ROOT_AT),
    mainEntries: Number(bytes.readBigUInt64LE(MAIN_ENTRIES_AT)),
  };
}
