import { compareKeys } from '../runtime/key.ts';
import type { Entry, KeyRange, Reader } from '../runtime/store.ts';

/** The stores that are read as one. */
export interface MergedStores {
  /** Of the rows that are nowhere else. Asked first. */
  readonly main: Reader;
  /** The others that can be read now, by name. */
  readonly others: ReadonlyMap<string, Reader>;
  /** The name of the store that has a row, where that is known. Its row counts, not one of the same key elsewhere. */
  readonly placeOf: (key: string) => string | undefined;
}

/** A walk through the keys of one store. */
interface Walk {
  readonly reader: Reader;
  readonly keys: Iterator<string>;
  next: string | null;
}

/**
 * Reads several stores as if they were one: ranges in the order of their keys, streaming, each key once. Where stores have the same key,
 * the row of another than the main one counts.
 */
export class MergedReader implements Reader {
  readonly #stores: MergedStores;

  constructor(stores: MergedStores) {
    this.#stores = stores;
  }

  get(key: string): unknown {
    const { main, others, placeOf } = this.#stores;
    const place = placeOf(key);
    const placed = place === undefined ? undefined : others.get(place)?.get(key);
    if (placed !== undefined) return placed;
    const own = main.get(key);
    if (own !== undefined) return own;
    for (const other of others.values()) {
      const found = other.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  *range(range: KeyRange): Iterable<Entry> {
    for (const [key, reader] of this.#merge(range)) {
      const value = reader.get(key);
      if (value !== undefined) yield { key, value };
    }
  }

  *keys(range: KeyRange): Iterable<string> {
    for (const [key] of this.#merge(range)) yield key;
  }

  renew(): void {
    const { main, others } = this.#stores;
    main.renew();
    for (const other of others.values()) other.renew();
  }

  /** The keys of a range in order, each with the store that counts for it. */
  *#merge(range: KeyRange): Iterable<readonly [key: string, reader: Reader]> {
    const { main, others } = this.#stores;
    const walks = [main, ...others.values()].map((reader): Walk => {
      const keys = reader.keys(range)[Symbol.iterator]();
      return { reader, keys, next: nextOf(keys) };
    });
    const isBefore = (a: string, b: string): boolean => (range.reverse ? compareKeys(b, a) : compareKeys(a, b)) < 0;
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    try {
      while (left-- > 0) {
        let first: string | null = null;
        for (const { next } of walks) if (next !== null && (first === null || isBefore(next, first))) first = next;
        if (first === null) return;
        let counts = main;
        for (const walk of walks) {
          if (walk.next !== first) continue;
          counts = walk.reader;
          walk.next = nextOf(walk.keys);
        }
        yield [first, counts];
      }
    } finally {
      for (const { keys } of walks) keys.return?.();
    }
  }
}

function nextOf(keys: Iterator<string>): string | null {
  const { value, done } = keys.next();
  return done === true ? null : value;
}
