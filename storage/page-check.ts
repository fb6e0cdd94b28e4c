import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DamagedFile, type Meta, readMeta } from './file-check.ts';

/*
 * Pages of an LMDB file (mdb.c of lmdb 3.5.6). A head of 24 bytes: the page's own number, a transaction, flags, and the ends of the
 * list of nodes (from the head's end) and of the nodes (that grow from the page's end), or the number of pages of a
 * large value. A node: 8 bytes (size of the data or number of the child, flags, size of the key), key, data.
 */
const HEAD_BYTES = 24;
const FLAGS_AT = 18;
const LOWER_AT = 20;
const UPPER_AT = 22;
const OVERFLOW_PAGES_AT = 20;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const NODE_BYTES = 8;
const NODE_FLAGS_AT = 4;
const KEY_SIZE_AT = 6;
/** The node's data is on pages of its own; the node says on which. */
const BIG = 0x01;
const BIG_BYTES = 24;
const DEPTH_MAX = 32;

/** A page to look at, and the keys that it may hold: from `low` on, below `high`. */
interface Visit {
  readonly page: number;
  readonly depth: number;
  readonly low: Buffer | null;
  readonly high: Buffer | null;
  /** Whether keys are in the order of their bytes. Those of the free list are numbers. */
  readonly ordered: boolean;
}

interface Node {
  readonly at: number;
  readonly key: Buffer;
}

/** Files with at most so many pages (64 MiB) are walked whenever they are opened: some 50 ms at most. */
const SMALL_PAGES = 16_000;

/**
 * Checks a file that is about to be opened: its meta pages, and all of its pages when they are few, or when the file ends
 * earlier than it says. Null when there is no file yet. Throws DamagedFile.
 */
export function checkFile(path: string): Meta | null {
  const meta = readMeta(path);
  if (meta === null || (meta.lastPage > SMALL_PAGES && !meta.isShort)) return meta;
  try {
    checkPages(path);
  } catch (error) {
    // Somebody else is writing to it, and the walk met pages of two transactions.
    if (readMeta(path)?.transaction !== meta.transaction) return meta;
    throw error;
  }
  return meta;
}

/**
 * Walks all pages of an environment that nobody has open for writing, and checks what LMDB relies on: numbers of pages,
 * kinds, bounds of nodes, the order of keys, that no page is used twice, that no entry is missing. LMDB follows whatever a page says, and a damaged one can
 * end the process or hide rows. It does not look at the rows: their checksums do. Throws DamagedFile. Returns the pages in use.
 */
export function checkPages(path: string): number {
  const meta = readMeta(path);
  return meta === null ? 0 : new PageWalk(path, meta).run();
}

class PageWalk {
  readonly #path: string;
  readonly #meta: Meta;
  readonly #bytes: Buffer;
  /** One for each page that the file has: it may say that there are far more. */
  #seen = new Uint8Array(0);
  #file = -1;
  #used = 2;
  #leafDepth = 0;
  #entries = 0;

  constructor(path: string, meta: Meta) {
    this.#path = path;
    this.#meta = meta;
    this.#bytes = Buffer.alloc(meta.pageSize);
  }

  run(): number {
    this.#file = openSync(this.#path, 'r');
    try {
      const pages = Math.ceil(fstatSync(this.#file).size / this.#meta.pageSize);
      this.#seen = new Uint8Array(Math.min(this.#meta.lastPage + 1, pages));
      this.#tree(this.#meta.freeRoot, this.#meta.freeEntries, false);
      this.#tree(this.#meta.mainRoot, this.#meta.mainEntries, true);
      return this.#used;
    } finally {
      closeSync(this.#file);
    }
  }

  #tree(root: number | null, entries: number, ordered: boolean): void {
    this.#entries = 0;
    if (root !== null) this.#walk(root, ordered);
    if (this.#entries !== entries)
      throw this.#damaged(root ?? 0, `${this.#entries} of ${entries} entries are below it`);
  }

  #walk(root: number, ordered: boolean): void {
    this.#leafDepth = 0;
    const visits: Visit[] = [{ page: root, depth: 1, low: null, high: null, ordered }];
    for (let visit = visits.pop(); visit; visit = visits.pop()) visits.push(...this.#page(visit));
  }

  /** Checks a page; returns what it leads to. */
  #page(visit: Visit): readonly Visit[] {
    const { page, depth } = visit;
    this.#use(page, 1);
    this.#read(page);
    const flags = this.#bytes.readUInt16LE(FLAGS_AT);
    if (flags !== BRANCH && flags !== LEAF) throw this.#damaged(page, `it is of the kind ${flags}`);
    if (depth > DEPTH_MAX) throw this.#damaged(page, 'it lies too deep');
    const nodes = this.#nodes(page, flags === BRANCH);
    if (visit.ordered) this.#checkOrder(visit, nodes, flags === BRANCH);
    return flags === BRANCH ? this.#children(visit, nodes) : this.#values(visit, nodes);
  }

  #nodes(page: number, isBranch: boolean): Node[] {
    const end = this.#meta.pageSize;
    const lower = this.#bytes.readUInt16LE(LOWER_AT);
    const upper = this.#bytes.readUInt16LE(UPPER_AT);
    if (lower % 2 !== 0 || lower > upper || upper + HEAD_BYTES > end) throw this.#damaged(page, 'its bounds are wrong');
    const nodes: Node[] = [];
    for (let index = 0; index < lower / 2; index++) {
      const at = this.#bytes.readUInt16LE(HEAD_BYTES + 2 * index) + HEAD_BYTES;
      if (at < upper + HEAD_BYTES || at + NODE_BYTES > end) throw this.#damaged(page, `node ${index} lies outside`);
      const keyEnd = at + NODE_BYTES + this.#bytes.readUInt16LE(at + KEY_SIZE_AT);
      if (keyEnd > end) throw this.#damaged(page, `the key of node ${index} lies outside`);
      nodes.push({ at, key: this.#bytes.subarray(at + NODE_BYTES, keyEnd) });
    }
    if (nodes.length < (isBranch ? 2 : 1)) throw this.#damaged(page, `it has ${nodes.length} nodes`);
    return nodes;
  }

  #checkOrder({ page, low, high }: Visit, nodes: readonly Node[], isBranch: boolean): void {
    let last = low;
    // The first key of a branch is not used: it stands for all below the second.
    for (const { key } of isBranch ? nodes.slice(1) : nodes) {
      const order = last === null ? 1 : Buffer.compare(key, last);
      if (order < 0 || (order === 0 && last !== low)) throw this.#damaged(page, 'its keys are not in order');
      if (high !== null && Buffer.compare(key, high) >= 0) throw this.#damaged(page, 'a key belongs elsewhere');
      last = key;
    }
  }

  #children({ depth, low, high, ordered }: Visit, nodes: readonly Node[]): Visit[] {
    const keys = nodes.map(({ key }) => Buffer.from(key));
    return nodes.map(({ at }, index) => ({
      page: this.#bytes.readUInt32LE(at) + this.#bytes.readUInt16LE(at + NODE_FLAGS_AT) * 2 ** 32,
      depth: depth + 1,
      low: index === 0 ? low : (keys[index] ?? null),
      high: keys[index + 1] ?? high,
      ordered,
    }));
  }

  #values({ page, depth }: Visit, nodes: readonly Node[]): readonly Visit[] {
    this.#entries += nodes.length;
    this.#leafDepth ||= depth;
    if (depth !== this.#leafDepth) throw this.#damaged(page, 'it is a leaf at the wrong depth');
    const large: { readonly page: number; readonly pages: number; readonly bytes: number }[] = [];
    nodes.forEach(({ at, key }, index) => {
      const bytes = this.#bytes.readUInt32LE(at);
      const flags = this.#bytes.readUInt16LE(at + NODE_FLAGS_AT);
      const isBig = flags === BIG;
      if (!isBig && flags !== 0) throw this.#damaged(page, `node ${index} has the flags ${flags}`);
      const dataAt = at + NODE_BYTES + key.length;
      if (dataAt + (isBig ? BIG_BYTES : bytes) > this.#meta.pageSize) throw this.#damaged(page, 'data lie outside');
      if (!isBig) return;
      const [first, pages] = [this.#bytes.readBigUInt64LE(dataAt), this.#bytes.readBigUInt64LE(dataAt + 16)];
      large.push({ page: Number(first), pages: Number(pages), bytes });
    });
    for (const { page: first, pages, bytes } of large) {
      if (pages * this.#meta.pageSize < bytes + HEAD_BYTES) throw this.#damaged(first, 'its length is wrong');
      this.#use(first, pages);
      this.#read(first);
      const flags = this.#bytes.readUInt16LE(FLAGS_AT);
      const said = this.#bytes.readUInt32LE(OVERFLOW_PAGES_AT);
      if (flags !== OVERFLOW || said !== pages) throw this.#damaged(first, 'it does not begin a large value');
    }
    return [];
  }

  #use(first: number, count: number): void {
    if (first < 2 || first + count - 1 > this.#meta.lastPage) throw this.#damaged(first, 'there is no such page');
    if (first + count > this.#seen.length) throw this.#damaged(first, 'the file ends before it');
    for (let page = first; page < first + count; page++) {
      if (this.#seen[page] !== 0) throw this.#damaged(page, 'it is used twice');
      this.#seen[page] = 1;
      this.#used++;
    }
  }

  #read(page: number): void {
    const { pageSize } = this.#meta;
    if (readSync(this.#file, this.#bytes, 0, pageSize, page * pageSize) < pageSize) {
      throw this.#damaged(page, 'the file ends before it');
    }
    const number = this.#bytes.readBigUInt64LE(0);
    if (number !== BigInt(page)) throw this.#damaged(page, `it says that it is page ${number}`);
  }

  #damaged(page: number, reason: string): DamagedFile {
    return new DamagedFile(`${this.#path} is damaged: page ${page}: ${reason}.`);
  }
}
