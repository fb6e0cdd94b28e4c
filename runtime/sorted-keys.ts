import { compareKeys } from './key.ts';
import type { KeyRange } from './store.ts';

/** So many changes are put into their places one by one; more are sorted in. */
const CHANGES_ONE_BY_ONE_MAX = 64;

/** So much may change between two walks of keys in any case before their order is given up. */
const STALE_MIN = 1_000;

/** A set of keys that is brought into order when it is walked: many changes between two walks cost one sorting. */
class SortedKeys {
  #keys: string[] = [];
  #added: string[] = [];
  #removed = new Set<string>();

  /** Adds a key that is not in the set. */
  add(key: string): void {
    if (!this.#removed.delete(key)) this.#added.push(key);
  }

  /** Removes a key that is in the set. */
  remove(key: string): void {
    this.#removed.add(key);
  }

  /** Whether more has changed since the last walk than it would take to bring all keys into order again. */
  get isStale(): boolean {
    return this.#added.length + this.#removed.size > Math.max(STALE_MIN, this.#keys.length);
  }

  *walk({ prefix, after, reverse }: KeyRange): Iterable<string> {
    this.#settle();
    const keys = this.#keys;
    const first = lowerBound(keys, prefix);
    if (reverse) {
      let end = after === undefined ? keys.length : lowerBound(keys, after);
      // The prefix's last key is looked for from the end of the walk: every key between starts with it or is beyond it.
      end = Math.min(end, lowerBound(keys, prefix + LAST_CODE_POINT.repeat(4)));
      for (let index = end - 1; index >= first; index--) yield keys[index] ?? '';
      return;
    }
    let index = first;
    if (after !== undefined) {
      const beyond = lowerBound(keys, after);
      index = Math.max(first, keys[beyond] === after ? beyond + 1 : beyond);
    }
    for (; index < keys.length; index++) {
      const key = keys[index] ?? '';
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }

  #settle(): void {
    if (this.#removed.size > 0) this.#takeOut();
    if (this.#added.length === 0) return;
    if (this.#added.length <= CHANGES_ONE_BY_ONE_MAX) {
      for (const key of this.#added) this.#keys.splice(lowerBound(this.#keys, key), 0, key);
    } else {
      this.#keys = this.#keys.concat(this.#added.sort(compareKeys)).sort(compareKeys);
    }
    this.#added = [];
  }

  #takeOut(): void {
    const gone = this.#removed;
    this.#removed = new Set();
    if (gone.size > CHANGES_ONE_BY_ONE_MAX) {
      this.#keys = this.#keys.filter((key) => !gone.has(key));
    } else {
      for (const key of gone) {
        const index = lowerBound(this.#keys, key);
        if (this.#keys[index] === key) this.#keys.splice(index, 1);
      }
    }
    this.#added = this.#added.filter((key) => !gone.has(key));
  }
}

/** The last code point: no key of text from people has many of them. */
const LAST_CODE_POINT = '\u{10FFFF}';

/**
 * The keys of a store in memory, in order, kept apart by the first two parts: a walk touches one table or index only. A part
 * that nobody has walked yet is not kept in order: what is written far more often than walked costs nothing here.
 */
export class KeyIndex {
  readonly #all: (space: string) => Iterable<string>;
  /** Those that have been walked. */
  readonly #spaces = new Map<string, SortedKeys>();
  /** The names of all, from the first walk on that needs them. Some of these may have no keys any more. */
  #names: Set<string> | null = null;

  /** `all`: every key of a space (of all, for the empty one) that was added and not removed, in any order; perhaps others, too. */
  constructor(all: (space: string) => Iterable<string>) {
    this.#all = all;
  }

  /** To be called when a key has come that was not there. */
  add(key: string): void {
    if (this.#spaces.size === 0 && this.#names === null) return;
    const name = spaceOf(key);
    const space = this.#spaces.get(name);
    if (space !== undefined) {
      space.add(key);
      this.#giveUpStale(name, space);
    }
    this.#names?.add(name);
  }

  /** To be called when a key that was there has gone. */
  remove(key: string): void {
    if (this.#spaces.size === 0) return;
    const name = spaceOf(key);
    const space = this.#spaces.get(name);
    if (space === undefined) return;
    space.remove(key);
    this.#giveUpStale(name, space);
  }

  /** Whether there are such keys at all. */
  get keepsOrder(): boolean {
    return this.#spaces.size > 0;
  }

  /** Whether keys of this space (their first two parts) have been walked, and not so long ago that their order was given up. */
  keeps(space: string): boolean {
    return this.#spaces.has(space);
  }

  /** Whether it has to be told of a key that comes to this space, or goes from it. */
  follows(space: string): boolean {
    return this.#spaces.has(space) || (this.#names !== null && !this.#names.has(space));
  }

  /** What is written over and over and not walked any more would only grow: it is ordered anew when it is walked again. */
  #giveUpStale(name: string, space: SortedKeys): void {
    if (space.isStale) this.#spaces.delete(name);
  }

  /** Walks a range. Keys must not be added or removed before the walk has ended. */
  *walk(range: KeyRange): Iterable<string> {
    const { prefix, reverse, limit } = range;
    let remaining = limit ?? Number.POSITIVE_INFINITY;
    const spaces = this.#matching(prefix);
    const [only] = spaces;
    const keys =
      only && spaces.length === 1
        ? only.walk(range)
        : inOrder(
            spaces.flatMap((space) => [...space.walk(range)]),
            reverse,
          );
    for (const key of keys) {
      if (remaining-- <= 0) return;
      yield key;
    }
  }

  #matching(prefix: string): readonly SortedKeys[] {
    if (isWithinSpace(prefix)) return [this.#space(spaceOf(prefix))];
    if (this.#names === null) {
      this.#names = new Set();
      for (const key of this.#all('')) this.#names.add(spaceOf(key));
    }
    const names = [...this.#names].filter((name) => name.startsWith(prefix) || prefix.startsWith(name));
    return names.map((name) => this.#space(name));
  }

  #space(name: string): SortedKeys {
    return this.#spaces.get(name) ?? this.#ordered(name);
  }

  /** Brings a part of the keys into order, and keeps it from now on. */
  #ordered(name: string): SortedKeys {
    const space = new SortedKeys();
    for (const key of this.#all(name)) if (key.startsWith(name) && spaceOf(key) === name) space.add(key);
    this.#spaces.set(name, space);
    return space;
  }
}

function inOrder(keys: string[], reverse = false): string[] {
  keys.sort(compareKeys);
  return reverse ? keys.reverse() : keys;
}

/** The first two parts of a key of three or more, else the first one. */
function spaceOf(key: string): string {
  const first = key.indexOf('/');
  const second = key.indexOf('/', first + 1);
  return key.slice(0, (second < 0 ? first : second) + 1);
}

/** Whether all keys of a prefix are of one space: it has two whole parts. */
const isWithinSpace = (prefix: string): boolean => prefix.indexOf('/', prefix.indexOf('/') + 1) >= 0;

function lowerBound(keys: readonly string[], wanted: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] ?? '', wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
