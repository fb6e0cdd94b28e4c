import { closeSync, fstatSync, openSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DamagedFile } from './file-check.ts';
import type { Environment } from './lmdb-environment.ts';
import { StoreFull, storeFailure } from './store-failure.ts';

const MIB = 1_048_576;
/** The file grows by a quarter of what is used, within these bounds in bytes. */
const GROWTH_MIN = MIB;
const GROWTH_MAX = 64 * MIB;
/** What a commit takes besides its rows: the list of free pages, and the pages on the way to it. */
const OVERHEAD_PAGES = 64;
const ZEROS = Buffer.alloc(MIB);
/** Pages that a file may lack before its last one, or as many as it has: more are no commit's, but a damaged number of the last page. */
const MISSING_PAGES_MAX = 16_384;
/** What a new environment needs at least, in bytes. */
const NEW_FILE_BYTES = MIB;

/** How a commit weighs on the file. */
export interface CommitWeight {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Space on the disk that the file of an environment has already, beyond its last page. LMDB writes a commit to pages that are
 * free or follow the last one; when those are on the disk before, it cannot meet a full disk half-way.
 *
 * That matters more than it looks: lmdb 3.5.6 tells of a failed page write in a buffer that is too small for the words, and the heap of
 * the process is damaged (docs/decisions/0007-space-before-a-commit.md). So a full disk must be met here.
 *
 * It must be called while no commit is under way.
 */
export class FileSpace {
  readonly #environment: Environment;
  readonly #path: string;
  /** Pages that are on the disk for certain and not yet promised to a commit. */
  #pages = 0;
  #pageSize = 0;
  #lastPage = 0;
  #depth = 0;
  #branches = 0;

  constructor(environment: Environment, path: string) {
    this.#environment = environment;
    this.#path = path;
  }

  /** Sets pages aside for a commit, growing the file when it has too few. Throws StoreFull, StoreIo or DamagedFile. */
  reserve(weight: CommitWeight): void {
    if (this.#pages === 0) this.#measure();
    let wanted = this.#worst(weight);
    if (wanted > this.#pages) {
      this.#measure();
      wanted = this.#worst(weight);
    }
    if (wanted > this.#pages) this.#grow(wanted);
    this.#pages -= wanted;
  }

  /**
   * The most pages that a commit can take: each row a leaf and what it fills, and the branches above them, of which
   * there are only so many. LMDB never writes a page in place.
   */
  #worst({ rows, bytes }: CommitWeight): number {
    const filled = Math.ceil((2 * bytes) / this.#pageSize);
    const branches = Math.min(rows * this.#depth, this.#branches + this.#depth + Math.ceil((rows + filled) / 8));
    return rows + 2 * filled + branches + OVERHEAD_PAGES;
  }

  #measure(): void {
    const { pageSize, lastPage, depth, branches } = pageFigures(this.#environment);
    this.#pageSize = pageSize;
    this.#lastPage = lastPage;
    this.#depth = depth + 1;
    this.#branches = branches;
    const file = openSync(this.#path, 'r');
    try {
      this.#pages = Math.max(0, Math.floor(fstatSync(file).size / pageSize) - (lastPage + 1));
    } finally {
      closeSync(file);
    }
  }

  #grow(wanted: number): void {
    try {
      const file = openSync(this.#path, 'r+');
      try {
        const { size } = fstatSync(file);
        this.#checkLastPage(size);
        const growth = Math.min(Math.max(size / 4, GROWTH_MIN), GROWTH_MAX);
        this.#append(file, size, (this.#lastPage + 1 + wanted) * this.#pageSize - size, growth);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw storeFailure(error instanceof Error ? error : new Error(String(error)));
    }
    this.#measure();
  }

  /** What a file lacks of the pages that it says it has would be filled with zeros: a flipped bit could fill the disk. */
  #checkLastPage(size: number): void {
    const pages = Math.floor(size / this.#pageSize);
    if (this.#lastPage + 1 - pages <= Math.max(pages, MISSING_PAGES_MAX)) return;
    throw new DamagedFile(
      `${this.#path} is damaged: it says that it has ${this.#lastPage + 1} pages, and has ${pages}. Restore the last backup.`,
    );
  }

  /** Appends zeros: `needed` bytes or it throws, and if the disk has them, up to `welcome`. */
  #append(file: number, size: number, needed: number, welcome: number): void {
    for (let at = size; at < size + Math.max(needed, welcome); ) {
      try {
        at += writeSync(file, ZEROS, 0, ZEROS.length, at);
      } catch (error) {
        if (fstatSync(file).size >= size + needed) return;
        throw error;
      }
    }
  }
}

/** Throws StoreFull when the disk has no room for a new environment. */
export function checkSpaceForNew(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize < NEW_FILE_BYTES) {
    throw new StoreFull(`The disk is full: ${path} needs ${NEW_FILE_BYTES} bytes, and ${bavail * bsize} are free.`);
  }
}

/** What lmdb tells of the pages of an environment. */
export interface PageFigures {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflow: number;
  readonly entries: number;
}

export function pageFigures(environment: Environment): PageFigures {
  const stats: unknown = environment.getStats();
  const figure = (name: string): number => {
    const value: unknown = typeof stats === 'object' && stats !== null ? Reflect.get(stats, name) : undefined;
    if (typeof value !== 'number') throw new Error(`lmdb tells no ${name}.`);
    return value;
  };
  return {
    pageSize: figure('pageSize'),
    lastPage: figure('lastPageNumber'),
    depth: figure('treeDepth'),
    branches: figure('treeBranchPageCount'),
    leaves: figure('treeLeafPageCount'),
    overflow: figure('overflowPages'),
    entries: figure('entryCount'),
  };
}
