import type { ComputeError } from '../../../actors/errors.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import { type Keypair, keypairId, keypairPrefix, keypairs } from '../../../actors/registry/row.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { ComputeServices } from '../services.ts';
import { readCertificate } from './certificate.ts';
import { generateCertificate, generateSshKey } from './generate.ts';
import { readSshKey } from './ssh-key.ts';

/** A keypair as it is asked for. Without a public key one is made. */
export interface KeypairRequest {
  readonly userId: string;
  readonly name: string;
  readonly type: Keypair['type'];
  readonly publicKey: string | null;
  /** How many keypairs the user may have; -1: any number. */
  readonly keyPairsMax: number;
}

/** A keypair that was stored, and the private key, if it was made here. */
export interface CreatedKeypair {
  readonly keypair: Keypair;
  readonly privateKey: string | null;
}

interface KeyMaterial {
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly privateKey: string | null;
}

const invalid = (reason: string): { readonly ok: false; readonly error: ComputeError } =>
  failed({ code: 'InvalidKeypair', reason });

const materialOf = async (
  { clock, random }: ComputeServices,
  { type, publicKey, userId }: KeypairRequest,
): Promise<Result<KeyMaterial, ComputeError>> => {
  if (publicKey === null) {
    if (type === 'ssh') return generateSshKey();
    return generateCertificate({ userId, fromMs: clock.now(), serial: random.bytes(16) });
  }
  const fingerprint = type === 'ssh' ? readSshKey(publicKey) : readCertificate(publicKey);
  return fingerprint.ok
    ? ok({ publicKey, fingerprint: fingerprint.value, privateKey: null })
    : invalid(`public_key: ${fingerprint.error}`);
};

/** What the registry will refuse anyway. Asked first, so that nobody makes us compute keys for nothing. */
const refusalOf = (reader: Reader, { userId, name, keyPairsMax }: KeypairRequest): ComputeError | null => {
  if (keyPairsMax >= 0) {
    let count = 0;
    for (const _ of keypairs.scan(reader, { idPrefix: keypairPrefix(userId), limit: keyPairsMax })) count += 1;
    if (count >= keyPairsMax) return { code: 'KeypairLimitExceeded' };
  }
  return keypairs.read(reader, keypairId(userId, name)) === undefined ? null : { code: 'KeypairExists', name };
};

/** Stores a key that is given, or makes one. Errors: KeypairLimitExceeded, KeypairExists, InvalidKeypair, and busy ones. */
export const createKeypairRow = async (
  services: ComputeServices,
  request: KeypairRequest,
): Promise<Result<CreatedKeypair, ComputeError>> => {
  const refusal = refusalOf(services.reader, request);
  if (refusal !== null) return failed(refusal);
  const material = await materialOf(services, request);
  if (!material.ok) return material;
  const { publicKey, fingerprint, privateKey } = material.value;
  const { userId, name, type, keyPairsMax } = request;
  const created = await changeRegistry(services.system, {
    type: 'createKeypair',
    keypair: { userId, name, type, publicKey, fingerprint },
    keyPairsMax,
    isImported: privateKey === null,
  });
  if (!created.ok) return created;
  const keypair = keypairs.read(services.reader, keypairId(userId, name));
  return keypair === undefined ? failed({ code: 'KeypairNotFound', userId, name }) : ok({ keypair, privateKey });
};
