import { crc32 } from 'node:zlib';
import { DamagedRow } from '../runtime/store.ts';
import { COMMIT_KEY, decodeShapes, RowDecoder, SHAPES_KEY } from './codec.ts';
import type { Environment } from './lmdb-environment.ts';

/** What a look at every row of a store has found. */
export interface ScrubReport {
  readonly rows: number;
  readonly bytes: number;
  /** Rows and their bytes by the first part of the key and, for rows and index entries, the table: `r/instance`. */
  readonly byPrefix: ReadonlyMap<string, { readonly rows: number; readonly bytes: number }>;
  /** At most `DAMAGED_MAX`; `damagedCount` has them all. */
  readonly damaged: readonly { readonly key: string; readonly reason: string }[];
  readonly damagedCount: number;
  /** Number of the last commit. */
  readonly commit: number | null;
  /** A checksum of all keys and rows in order: equal for stores with equal rows. */
  readonly fingerprint: number;
}

/** Damaged rows that are named. */
const DAMAGED_MAX = 1_000;

/** What may be checked of a row besides its checksum: says what is wrong with it, or null. */
export type RowCheck = (key: string, value: unknown) => string | null;

/**
 * Reads every row of one snapshot of a store and checks that it is what was written; `check` may look at what it holds. Other
 * processes may write meanwhile.
 */
export function scrub(environment: Environment, check: RowCheck = () => null): ScrubReport {
  const decoder = new RowDecoder(() => decodeShapes(environment.getBinary(SHAPES_KEY)));
  const byPrefix = new Map<string, { rows: number; bytes: number }>();
  const damaged: { key: string; reason: string }[] = [];
  const total = { rows: 0, bytes: 0, damaged: 0, fingerprint: 0 };
  let commit: number | null = null;
  const look = (key: string, row: Buffer): string | null => {
    try {
      const value = decoder.decode(key, row);
      if (key === COMMIT_KEY && typeof value === 'number') commit = value;
      return check(key, value);
    } catch (error) {
      if (error instanceof DamagedRow) return error.message;
      throw error;
    }
  };
  environment.resetReadTxn();
  for (const { key, value } of environment.getRange({ snapshot: true })) {
    const bytes = Buffer.byteLength(key) + value.length;
    total.rows++;
    total.bytes += bytes;
    total.fingerprint = crc32(value, crc32(key, total.fingerprint));
    count(byPrefix, prefixOf(key), bytes);
    const reason = look(key, value);
    if (reason === null) continue;
    total.damaged++;
    if (damaged.length < DAMAGED_MAX) damaged.push({ key, reason });
  }
  const { rows, bytes, fingerprint } = total;
  return { rows, bytes, byPrefix, damaged, damagedCount: total.damaged, commit, fingerprint };
}

function count(counts: Map<string, { rows: number; bytes: number }>, prefix: string, bytes: number): void {
  const counted = counts.get(prefix);
  if (counted) {
    counted.rows++;
    counted.bytes += bytes;
  } else counts.set(prefix, { rows: 1, bytes });
}

/** `r/instance` of `r/instance/…`, `t` of `t/…`. */
function prefixOf(key: string): string {
  const parts = key.split('/', 3);
  return parts[0] === 'r' || parts[0] === 'x' ? `${parts[0]}/${parts[1] ?? ''}` : (parts[0] ?? '');
}
