/**
 * The place of an address in its subnet. Those beyond Number.MAX_SAFE_INTEGER (large IPv6 subnets) are bigints; they can
 * be claimed, but are never given out automatically.
 */
export type Offset = number | bigint;

/** A range of offsets, both ends included. */
export interface Pool {
  readonly first: number;
  readonly last: number;
}

/** Entries of the queue that may be stale before it is rebuilt, beyond as many as are live. */
const SLACK = 64;

/**
 * Which addresses of a subnet are taken, and which one is next: first those never used, in order, then those released,
 * the longest released first, so that an address rests as long as possible. All operations take constant time on average.
 */
export class AddressAllocator {
  readonly #pools: readonly Pool[];
  readonly #taken = new Set<Offset>();
  #pool = 0;
  #next: number;
  /** Released offsets in order, with some that no longer wait; those before `#head` are done with. */
  #queue: number[] = [];
  #head = 0;
  /** Number of the queue's first entry. */
  #queueStart = 0;
  /** The number of the queue entry that stands for an offset. */
  readonly #waiting = new Map<number, number>();

  /** The pools are in order and do not overlap. */
  constructor(pools: readonly Pool[]) {
    this.#pools = pools;
    this.#next = pools[0]?.first ?? 0;
  }

  /** The offsets that are taken. */
  get taken(): ReadonlySet<Offset> {
    return this.#taken;
  }

  /** Takes the next free offset of the pools; null when there is none. */
  allocate(): number | null {
    const offset = this.#neverUsed() ?? this.#longestReleased();
    if (offset !== null) this.#taken.add(offset);
    return offset;
  }

  /** Takes one offset, in a pool or not. False when it is taken already. */
  claim(offset: Offset): boolean {
    if (this.#taken.has(offset)) return false;
    this.#taken.add(offset);
    if (typeof offset === 'number') this.#waiting.delete(offset);
    return true;
  }

  /** Gives an offset back; harmless when it is not taken. */
  release(offset: Offset): void {
    if (!this.#taken.delete(offset) || typeof offset === 'bigint' || !this.#isInPool(offset)) return;
    this.#waiting.set(offset, this.#queueStart + this.#queue.length);
    this.#queue.push(offset);
    this.#tidy();
  }

  #neverUsed(): number | null {
    for (;;) {
      const pool = this.#pools[this.#pool];
      if (!pool) return null;
      while (this.#next <= pool.last) {
        const offset = this.#next++;
        if (!this.#taken.has(offset) && !this.#waiting.has(offset)) return offset;
      }
      this.#pool++;
      this.#next = this.#pools[this.#pool]?.first ?? 0;
    }
  }

  #longestReleased(): number | null {
    while (this.#head < this.#queue.length) {
      const number = this.#queueStart + this.#head;
      const offset = this.#queue[this.#head++];
      if (offset === undefined || this.#waiting.get(offset) !== number) continue;
      this.#waiting.delete(offset);
      this.#tidy();
      return offset;
    }
    return null;
  }

  #tidy(): void {
    if (this.#queue.length <= 2 * this.#waiting.size + SLACK) return;
    const start = this.#queueStart + this.#queue.length;
    const live: number[] = [];
    for (let index = this.#head; index < this.#queue.length; index++) {
      const offset = this.#queue[index];
      if (offset === undefined || this.#waiting.get(offset) !== this.#queueStart + index) continue;
      this.#waiting.set(offset, start + live.length);
      live.push(offset);
    }
    this.#queue = live;
    this.#head = 0;
    this.#queueStart = start;
  }

  #isInPool(offset: number): boolean {
    return this.#pools.some(({ first, last }) => offset >= first && offset <= last);
  }
}
