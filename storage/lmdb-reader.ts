import { compareKeys, isKeyLengthAllowed } from '../runtime/key.ts';
import type { Entry, KeyRange, Reader } from '../runtime/store.ts';
import { COMMIT_KEY, decodeShapes, RowDecoder, SHAPES_KEY, stampOf } from './codec.ts';
import type { Environment } from './lmdb-environment.ts';

/** A decoded row and the version it was decoded from. */
interface Decoded {
  readonly stamp: string;
  readonly value: unknown;
  /** The commit as of which the row is known to be this. */
  seenAt: string;
}

/** Rows of at most so many bytes are kept decoded from their first read on: they cost little to keep. */
const SMALL_ROW_BYTES = 256;
/** Of large rows that are read for the first time, as far as is known, one in so many is kept nevertheless. */
const KEPT_AT_ONCE_ONE_IN = 8;

/** No commit: nothing is known as of it. */
const NEVER = '';

/** Beyond the keys that continue a prefix: U+10FFFF is the last code point, and no text from people has many of them. */
const AFTER_ALL = '\u{10FFFF}'.repeat(4);

/**
 * Reads committed rows of an environment, on any thread. Decoded rows are kept, so that a row that has not changed is
 * the same object at every read: views may hang what they rendered on it.
 *
 * A large row is kept from its second read on. Versions that are looked at once, as those of a server that is being
 * built, would each live until the next ones drive them out: long enough to be moved from the young generation to the
 * old one, which costs more than decoding them.
 */
export class LmdbReader implements Reader {
  readonly #environment: Environment;
  readonly #decodedMax: number;
  readonly #decoder: RowDecoder;
  #decoded = new Map<string, Decoded>();
  /** The generation before, looked at before a row is decoded again: a cheap approximation of least recently used. */
  #older = new Map<string, Decoded>();
  /** The stamp of the last commit as of this turn of the event loop; looked up again in the next. */
  #commit = NEVER;
  #isFresh = false;
  /** Checksums of large rows that have been read once, each at a place of its own as far as there is room. */
  readonly #readOnce: Uint32Array;
  #largeRows = 0;

  /** `decodedMax`: rows kept decoded, at most twice that many. */
  constructor(environment: Environment, decodedMax: number) {
    this.#environment = environment;
    this.#decodedMax = decodedMax;
    this.#readOnce = new Uint32Array(decodedMax === 0 ? 0 : 2 ** Math.ceil(Math.log2(2 * decodedMax)));
    this.#decoder = new RowDecoder(() => decodeShapes(environment.getBinary(SHAPES_KEY)));
  }

  get(key: string): unknown {
    if (!this.#isFresh) this.#look();
    const known = this.#decoded.get(key);
    // As long as nothing has been committed, what was read stands.
    if (this.#isFresh && known !== undefined && known.seenAt === this.#commit) return known.value;
    if (!isKeyLengthAllowed(key)) return undefined;
    const row = this.#environment.getBinaryFast(key);
    return row === undefined ? undefined : this.#decode(key, row);
  }

  *range(range: KeyRange): Iterable<Entry> {
    for (const key of this.keys(range)) {
      const value = this.get(key);
      if (value !== undefined) yield { key, value };
    }
  }

  *keys({ prefix, after, reverse = false, limit }: KeyRange): Iterable<string> {
    const last = prefix + AFTER_ALL;
    if (!isKeyLengthAllowed(last) || (after !== undefined && !isKeyLengthAllowed(after))) return;
    // Whether the walk starts at the given key, and not at the prefix's own end.
    const isPage = after !== undefined && (reverse ? compareKeys(after, last) <= 0 : compareKeys(after, prefix) >= 0);
    const keys = this.#environment.getKeys({
      start: isPage ? after : reverse ? last : prefix,
      exclusiveStart: isPage,
      reverse,
      ...(limit === undefined ? {} : { limit }),
    });
    for (const key of keys) {
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }

  renew(): void {
    this.#environment.resetReadTxn();
    this.#isFresh = false;
  }

  /** Looks up the last commit: once a turn, as long as lmdb keeps a snapshot. */
  #look(): void {
    const row = this.#environment.getBinaryFast(COMMIT_KEY);
    this.#commit = row === undefined ? NEVER : stampOf(row);
    this.#isFresh = this.#commit !== NEVER;
    setImmediate(() => {
      this.#isFresh = false;
    });
  }

  /** Takes note of a row that this process has just written: it need not be decoded when it is read. */
  protected remember(key: string, stamp: string, value: unknown): void {
    this.#keep(key, { stamp, value, seenAt: NEVER });
  }

  #decode(key: string, row: Buffer): unknown {
    const stamp = stampOf(row);
    const known = this.#decoded.get(key) ?? this.#older.get(key);
    if (known && known.stamp === stamp) {
      known.seenAt = this.#commit;
      this.#keep(key, known);
      return known.value;
    }
    // The buffer is larger than the row: its `length` alone was set, which `subarray` does not heed in every version of Node.
    // Looked at before it is decoded: that may read another row into the very bytes of this one.
    const isKept = row.length <= SMALL_ROW_BYTES || this.#isReadAgain(row);
    const value = this.#decoder.decode(key, row.subarray(0, row.length));
    if (isKept) this.#keep(key, { stamp, value, seenAt: this.#commit });
    return value;
  }

  /** Whether this version of a row has been read before, as far as is remembered. Takes note of it. */
  #isReadAgain(row: Buffer): boolean {
    if (this.#decodedMax === 0) return false;
    const checksum = row.readUInt32LE(0);
    const place = checksum & (this.#readOnce.length - 1);
    if (this.#readOnce[place] === checksum) return true;
    this.#readOnce[place] = checksum;
    // Two rows of one place would drive each other out for ever.
    return ++this.#largeRows % KEPT_AT_ONCE_ONE_IN === 0;
  }

  #keep(key: string, decoded: Decoded): void {
    if (this.#decodedMax === 0) return;
    this.#decoded.set(key, decoded);
    if (this.#decoded.size <= this.#decodedMax) return;
    this.#older = this.#decoded;
    this.#decoded = new Map();
  }
}
