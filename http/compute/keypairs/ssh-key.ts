import { createHash } from 'node:crypto';
import { failed, ok, type Result } from '../../../runtime/result.ts';

/** Reads the length-prefixed strings that a key consists of (RFC 4251, section 5). */
class BlobReader {
  readonly #blob: Buffer;
  #at = 0;

  constructor(blob: Buffer) {
    this.#blob = blob;
  }

  /** The next string, or null when the blob ends before it does. */
  string(): Buffer | null {
    if (this.#at + 4 > this.#blob.length) return null;
    const length = this.#blob.readUInt32BE(this.#at);
    const start = this.#at + 4;
    if (length > this.#blob.length - start) return null;
    this.#at = start + length;
    return this.#blob.subarray(start, this.#at);
  }

  get atEnd(): boolean {
    return this.#at === this.#blob.length;
  }
}

/** Why the parts behind the algorithm's name are no key; null when they are one. */
type PartsCheck = (parts: BlobReader) => string | null;

const RSA_BITS_MIN = 1024;
const RSA_BITS_MAX = 16_384;

/** Bits of a positive integer (RFC 4251 `mpint`); 0 when it is none. */
const bitsOf = (number: Buffer | null): number => {
  const first = number?.findIndex((byte) => byte !== 0) ?? -1;
  if (number === null || first < 0 || (number[0] ?? 0) >= 0x80) return 0;
  return (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
};

const rsa: PartsCheck = (parts) => {
  if (bitsOf(parts.string()) < 2) return 'the exponent is missing';
  const bits = bitsOf(parts.string());
  return bits < RSA_BITS_MIN || bits > RSA_BITS_MAX
    ? `an RSA key has ${RSA_BITS_MIN} to ${RSA_BITS_MAX} bits, not ${bits}`
    : null;
};

const ed25519: PartsCheck = (parts) => (parts.string()?.length === 32 ? null : 'an Ed25519 key has 32 bytes');

const ecdsa =
  (curve: string, bytes: number): PartsCheck =>
  (parts) => {
    if (parts.string()?.toString('latin1') !== curve) return `the curve is not ${curve}`;
    const point = parts.string();
    return point?.length === 2 * bytes + 1 && point[0] === 4 ? null : `it is no point of the curve ${curve}`;
  };

/** A key in a security token: as the key of its kind, and the application that it is for. */
const inToken =
  (check: PartsCheck): PartsCheck =>
  (parts) =>
    check(parts) ?? (parts.string() === null ? 'the application is missing' : null);

/** What is taken: what OpenSSH takes by default. DSA keys are not, since no sshd of today does. */
const ALGORITHMS: ReadonlyMap<string, PartsCheck> = new Map([
  ['ssh-rsa', rsa],
  ['ssh-ed25519', ed25519],
  ['ecdsa-sha2-nistp256', ecdsa('nistp256', 32)],
  ['ecdsa-sha2-nistp384', ecdsa('nistp384', 48)],
  ['ecdsa-sha2-nistp521', ecdsa('nistp521', 66)],
  ['sk-ssh-ed25519@openssh.com', inToken(ed25519)],
  ['sk-ecdsa-sha2-nistp256@openssh.com', inToken(ecdsa('nistp256', 32))],
]);

/** Bytes in hexadecimal pairs joined by colons. */
const colonHex = (bytes: Buffer): string => bytes.toString('hex').replace(/(..)(?!$)/g, '$1:');

/** The fingerprint of a key's blob: its MD5, as Nova shows it. It tells keys apart; it proves nothing. */
export const sshFingerprint = (blob: Buffer): string => colonHex(createHash('md5').update(blob).digest());

/**
 * The fingerprint of a public key as users have it, `<algorithm> <base64> [comment]` in one line, or a sentence that
 * says what is wrong with it. The text is from outside.
 */
export const readSshKey = (text: string): Result<string, string> => {
  // A second line would be a second key in the guest's authorized_keys.
  if (/[\r\n\0]/.test(text.trim())) return failed('it must be one line');
  const [algorithm = '', base64 = ''] = text.trim().split(/[ \t]+/);
  const check = ALGORITHMS.get(algorithm);
  if (check === undefined) return failed(`its algorithm must be one of ${[...ALGORITHMS.keys()].join(', ')}`);
  const blob = Buffer.from(base64, 'base64');
  if (base64 === '' || blob.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
    return failed('the key is not in base64');
  const parts = new BlobReader(blob);
  if (parts.string()?.toString('latin1') !== algorithm)
    return failed(`the key itself is not of the algorithm ${algorithm}`);
  const problem = check(parts);
  if (problem !== null) return failed(problem);
  return parts.atEnd ? ok(sshFingerprint(blob)) : failed('there are bytes behind the key');
};
