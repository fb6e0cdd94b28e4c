import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { failed, ok, type Result } from '../../runtime/result.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';

/** Too many hashes are being computed. */
export interface PasswordsBusy {
  readonly code: 'PasswordsBusy';
}

/** Hashes and checks passwords, off the main thread, a few at a time. */
export interface Passwords {
  /** The hash to store, with its salt and parameters. Errors: PasswordsBusy. */
  hash(password: string): Promise<Result<string, PasswordsBusy>>;
  /** Whether this is the password of a hash. Null takes as long as a hash and is never right. Errors: PasswordsBusy. */
  verify(password: string, hash: string | null): Promise<Result<boolean, PasswordsBusy>>;
}

/** How dear a hash is. */
export interface PasswordsOptions {
  /** Binary logarithm of scrypt's N; memory is 2^costLog2 KiB. @default 15: 32 MiB and about 80 ms */
  readonly costLog2?: number;
}

interface StoredHash {
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallel: number;
  readonly salt: Buffer;
  readonly digest: Buffer;
}

const DIGEST_BYTES = 32;
const SALT_BYTES = 16;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
/** Bounds of what a stored hash may make us compute. */
const FORM = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d)\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;
const COST_LOG2_MAX = 17;
const BLOCK_SIZE_MAX = 16;

/** Makes the service: scrypt (RFC 7914) from node:crypto. */
export function createPasswords({ costLog2 = 15 }: PasswordsOptions = {}): Passwords {
  const gate = new Gate(IDENTITY_HTTP_LIMITS.hashesAtOnceMax, IDENTITY_HTTP_LIMITS.hashesWaitingMax);
  const parameters = { costLog2, blockSize: BLOCK_SIZE, parallel: PARALLEL };
  const nobody: StoredHash = { ...parameters, salt: randomBytes(SALT_BYTES), digest: randomBytes(DIGEST_BYTES) };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const digest = await gate.run(() => digestOf(password, { ...parameters, salt }));
      return digest.ok ? ok(text({ ...parameters, salt, digest: digest.value })) : digest;
    },
    async verify(password, hash) {
      const parsed = hash === null ? null : parse(hash);
      const stored = parsed ?? nobody;
      const digest = await gate.run(() => digestOf(password, stored));
      return digest.ok ? ok(timingSafeEqual(digest.value, stored.digest) && parsed !== null) : digest;
    },
  };
}

const text = ({ costLog2, blockSize, parallel, salt, digest }: StoredHash): string =>
  `scrypt$${costLog2}$${blockSize}$${parallel}$${salt.toString('base64url')}$${digest.toString('base64url')}`;

function parse(hash: string): StoredHash | null {
  const match = FORM.exec(hash);
  if (!match) return null;
  const [, cost, block, parallel, salt = '', digest = ''] = match;
  const [costLog2, blockSize] = [Number(cost), Number(block)];
  if (costLog2 < 1 || costLog2 > COST_LOG2_MAX || blockSize < 1 || blockSize > BLOCK_SIZE_MAX) return null;
  const bytes = { salt: Buffer.from(salt, 'base64url'), digest: Buffer.from(digest, 'base64url') };
  return { costLog2, blockSize, parallel: Math.max(1, Number(parallel)), ...bytes };
}

function digestOf(
  password: string,
  { costLog2, blockSize, parallel, salt }: Omit<StoredHash, 'digest'>,
): Promise<Buffer> {
  const cost = 2 ** costLog2;
  // What scrypt needs is 128 N r bytes and a little; Node refuses to take more than maxmem.
  const options: ScryptOptions = { N: cost, r: blockSize, p: parallel, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, DIGEST_BYTES, options, (error, digest) => {
      if (error) reject(error);
      else resolve(digest);
    });
  });
}

/** Lets a few run at once and some wait. */
class Gate {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnceMax: number, waitingMax: number) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Result<Value, PasswordsBusy>> {
    if (this.#running >= this.#atOnceMax) {
      if (this.#waiting.length >= this.#waitingMax) return failed({ code: 'PasswordsBusy' });
      // Whoever ends hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return ok(await work());
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
