import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const CHUNK_BYTES = 1_048_576;
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** What a file holds. */
export interface FileDigest {
  readonly bytes: number;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Copies a file to a name that must be free, flushes it, and says what was copied. Its folder is made where it is missing. Where there
 * are zeros only, the copy has a hole: a volume may be far larger than what was written to it.
 */
export function copyDurably(from: string, to: string, mode: number): FileDigest {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  const source = openSync(from, 'r');
  try {
    const target = openSync(to, 'wx', mode);
    try {
      const digest = readThrough(source, (bytes, place) => {
        if (bytes.equals(ZEROS.subarray(0, bytes.length))) return;
        for (let at = 0; at < bytes.length; ) at += writeSync(target, bytes, at, bytes.length - at, place + at);
      });
      ftruncateSync(target, digest.bytes);
      fsyncSync(target);
      return digest;
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** What a file holds. */
export function digestOf(path: string): FileDigest {
  const file = openSync(path, 'r');
  try {
    return readThrough(file, () => {});
  } finally {
    closeSync(file);
  }
}

/** `take` gets each part of a file with the place where it begins. */
function readThrough(file: number, take: (bytes: Buffer, place: number) => void): FileDigest {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let bytes = 0;
  for (;;) {
    const count = readSync(file, chunk, 0, chunk.length, null);
    if (count === 0) return { bytes, sha256: hash.digest('hex') };
    const part = chunk.subarray(0, count);
    hash.update(part);
    take(part, bytes);
    bytes += count;
  }
}

/** Writes a file of mode 0600 and flushes it. */
export function writeDurably(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600, flush: true });
}

/** Flushes a file, or the names in a directory. */
export function flush(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
