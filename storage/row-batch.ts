import { stampAt } from './codec.ts';
import type { Environment } from './lmdb-environment.ts';
import type { PackedBuffer } from './packed.ts';

/**
 * The changes of one commit on their way to LMDB: a row, or a key to be removed, at each place. In columns, since an
 * object for each row would cost more than handing it over.
 */
export class RowBatch {
  readonly #keys: string[];
  /** Null: the key is to be removed. */
  readonly #buffers: (PackedBuffer | null)[];
  readonly #starts: number[];
  readonly #ends: number[];
  length = 0;
  /** Bytes of keys and rows. */
  bytes = 0;

  /** With room for so many changes at once; more may come. */
  constructor(capacity: number) {
    this.#keys = new Array(capacity);
    this.#buffers = new Array(capacity);
    this.#starts = new Array(capacity);
    this.#ends = new Array(capacity);
  }

  /** Adds the row that has just been packed. */
  put(key: string, buffer: PackedBuffer): void {
    const { start, end } = buffer;
    this.#add(key, buffer, start, end);
  }

  remove(key: string): void {
    this.#add(key, null, 0, 0);
  }

  #add(key: string, buffer: PackedBuffer | null, start: number, end: number): void {
    const place = this.length++;
    this.#keys[place] = key;
    this.#buffers[place] = buffer;
    this.#starts[place] = start;
    this.#ends[place] = end;
    this.bytes += key.length + end - start;
  }

  /** Which version the row at a place is (`stampOf`); undefined for a key that is to be removed. */
  stamp(place: number): string | undefined {
    const buffer = this.#buffers[place];
    return buffer ? stampAt(buffer, this.#starts[place] ?? 0) : undefined;
  }

  /** Hands all of it to LMDB, within a batch of the environment. */
  handOver(environment: Environment): void {
    let last: Promise<boolean> | null = null;
    for (let place = 0; place < this.length; place++) {
      const one = this.#handOver(environment, this.#keys[place] ?? '', place);
      // Each of these promises (mostly one and the same) is rejected when the whole is, which is told once.
      if (one !== last) one.catch(() => {});
      last = one;
    }
  }

  #handOver(environment: Environment, key: string, place: number): Promise<boolean> {
    const buffer = this.#buffers[place];
    if (!buffer) return environment.remove(key);
    buffer.start = this.#starts[place] ?? 0;
    buffer.end = this.#ends[place] ?? 0;
    return environment.put(key, buffer);
  }
}

/** A commit that changes nothing. */
export const NO_ROWS = new RowBatch(0);
