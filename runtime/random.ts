import { randomBytes, randomFillSync } from 'node:crypto';
import { realClock } from './clock.ts';

/** Randomness as a port: secret in production, repeatable from a seed in simulation. */
export interface Random {
  /** A UUID, unlike any other. Not a secret. */
  uuid(): string;
  /** A number in [0, 1). Not for secrets. */
  fraction(): number;
  /** Bytes for secrets (passwords, keys). Repeatable, thus not secret, from a seed. */
  bytes(length: number): Uint8Array;
}

const UUID_BYTES = 16;
const UUID_TIME_HEX_DIGITS = 12;

/** Random bytes ahead of their use: one call of the generator, which costs ten microseconds, serves many. */
const pool = Buffer.alloc(4096);
let poolUsed = pool.length;

/** Fresh random bytes; those of the pool are wiped, so that a secret does not stay behind in it. */
function randomFromPool(length: number): Buffer {
  if (length > pool.length) return randomBytes(length);
  if (poolUsed + length > pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  const used = pool.subarray(poolUsed, poolUsed + length);
  poolUsed += length;
  const bytes = Buffer.from(used);
  used.fill(0);
  return bytes;
}

/**
 * A UUID of version 7 (RFC 9562): it begins with the time, so that rows made together lie together in the store. With
 * random ones each new row dirties a page of its own, and a commit of a hundred instances writes a thousand pages.
 */
function timeOrderedUuid(): string {
  const random = randomFromPool(UUID_BYTES);
  random[6] = ((random[6] ?? 0) & 0x0f) | 0x70;
  random[8] = ((random[8] ?? 0) & 0x3f) | 0x80;
  const time = realClock.now().toString(16).padStart(UUID_TIME_HEX_DIGITS, '0');
  const rest = random.toString('hex', 6);
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest.slice(0, 4)}-${rest.slice(4, 8)}-${rest.slice(8)}`;
}

/** The machine's randomness. */
export const realRandom: Random = {
  uuid: timeOrderedUuid,
  fraction: () => Math.random(),
  bytes: randomFromPool,
};

/** Where the hexadecimal digits of a UUID's text stand; its dashes stand between. */
const UUID_DIGITS = Array.from('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx').flatMap((c, at) => (c === 'x' ? [at] : []));
const uuidText = Buffer.alloc(36, '-');
const HEX = Buffer.from('0123456789abcdef');

/** A UUID of version 4 of 128 random bits, of which six are given. */
function uuidOfWords(w0: number, w1: number, w2: number, w3: number): string {
  writeHex(w0, 0);
  writeHex((w1 & 0xffff0fff) | 0x4000, 8);
  writeHex((w2 & 0x3fffffff) | 0x80000000, 16);
  writeHex(w3, 24);
  return uuidText.toString('latin1');
}

/** Writes a word's eight digits, `first` of the UUID's being its first. */
function writeHex(word: number, first: number): void {
  for (let digit = 0; digit < 8; digit++) {
    uuidText[UUID_DIGITS[first + digit] ?? 0] = HEX[(word >>> (28 - 4 * digit)) & 0xf] ?? 0;
  }
}

/**
 * Repeatable randomness (the generator sfc32, seeded by splitmix32). Two with the same seed give the same sequence on
 * every machine and version of Node.
 */
export function seededRandom(seed: number): Random {
  let mix = seed | 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const bytes = (length: number): Uint8Array => {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i++) out[i] = next() & 0xff;
    return out;
  };
  return {
    uuid: () => uuidOfWords(next(), next(), next(), next()),
    fraction: () => next() / 4_294_967_296,
    bytes,
  };
}
