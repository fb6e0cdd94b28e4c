import { generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import type { ComputeError } from '../../../actors/errors.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import { selfSignedCertificate } from './self-signed.ts';
import { sshFingerprint } from './ssh-key.ts';

/** A key pair that was made here. */
export interface GeneratedKey {
  /** `ssh-rsa <base64> Generated-by-Nova`, as clients of Nova know it, or a certificate in PEM. */
  readonly publicKey: string;
  readonly fingerprint: string;
  /** PKCS #1 (with a certificate PKCS #8) in PEM. */
  readonly privateKey: string;
}

const RSA_BITS = 2048;

const generate = promisify(generateKeyPair);

/** A string of a key's blob: its length in four bytes, then its bytes (RFC 4251, section 5). */
const blobString = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A positive integer of a key's blob: a zero in front when the first bit is set. */
const blobInteger = (base64url: string | undefined): Buffer => {
  const bytes = Buffer.from(base64url ?? '', 'base64url');
  return blobString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
};

/** Keys that may wait to be made; beyond it a request is told to come again. One takes about 0.1 s. */
const WAITING_MAX = 20;

// Of the whole process, as its processors are: one key at a time, so that commits find a free thread in libuv's pool.
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

const makeSshKey = async (): Promise<GeneratedKey> => {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: RSA_BITS });
  const { e, n } = publicKey.export({ format: 'jwk' });
  const blob = Buffer.concat([blobString(Buffer.from('ssh-rsa')), blobInteger(e), blobInteger(n)]);
  return {
    publicKey: `ssh-rsa ${blob.toString('base64')} Generated-by-Nova`,
    fingerprint: sshFingerprint(blob),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
  };
};

/** For whom a certificate is made, from when it is good (ms), and 16 random bytes. */
export interface CertificateFor {
  readonly userId: string;
  readonly fromMs: number;
  readonly serial: Uint8Array;
}

const makeCertificate = async (wanted: CertificateFor): Promise<GeneratedKey> => {
  const keys = await generate('rsa', { modulusLength: RSA_BITS });
  const publicKey = selfSignedCertificate({ ...keys, ...wanted });
  return {
    publicKey,
    fingerprint: new X509Certificate(publicKey).fingerprint.toLowerCase(),
    privateKey: keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
};

const inTurn = async (make: () => Promise<GeneratedKey>): Promise<Result<GeneratedKey, ComputeError>> => {
  if (waiting >= WAITING_MAX) return failed({ code: 'MailboxFull', retryAfterMs: 1000 });
  waiting += 1;
  const made = last.then(make).finally(() => {
    waiting -= 1;
  });
  last = made.catch(() => {});
  return ok(await made);
};

/** Makes an RSA key pair of 2048 bits, as Nova does (nova/crypto.py). Errors: MailboxFull, when many wait already. */
export const generateSshKey = (): Promise<Result<GeneratedKey, ComputeError>> => inTurn(makeSshKey);

/** Makes an RSA key pair of 2048 bits and a certificate for it. Errors: MailboxFull, when many wait already. */
export const generateCertificate = (wanted: CertificateFor): Promise<Result<GeneratedKey, ComputeError>> =>
  inTurn(() => makeCertificate(wanted));
