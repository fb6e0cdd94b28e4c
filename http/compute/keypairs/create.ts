import type { ComputeError } from '../../../actors/errors.ts';
import { changeRegistry } from '../../../actors/registry/client.ts';
import { type Keypair, keypairId, keypairPrefix, keypairs } from '../../../actors/registry/row.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import type { ComputeServices } from '../services.ts';
import { readCertificate } from './certificate.ts';
import { generateSshKey } from './generate.ts';
import { readSshKey } from './ssh-key.ts';

/** A keypair as it is asked for. Without a public key one is made. */
export interface KeypairRequest {
  readonly userId: string;
  readonly name: string;
  readonly type: Keypair['type'];
  readonly publicKey: string | null;
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

const materialOf = async ({ type, publicKey }: KeypairRequest): Promise<Result<KeyMaterial, ComputeError>> => {
  if (publicKey === null)
    return type === 'ssh' ? generateSshKey() : invalid('a certificate can only be imported: public_key is missing');
  const fingerprint = type === 'ssh' ? readSshKey(publicKey) : readCertificate(publicKey);
  return fingerprint.ok
    ? ok({ publicKey, fingerprint: fingerprint.value, privateKey: null })
    : invalid(`public_key: ${fingerprint.error}`);
};

/** What the registry will refuse anyway. Asked first, so that nobody makes us compute keys for nothing. */
const refusalOf = ({ reader, quota }: ComputeServices, { userId, name }: KeypairRequest): ComputeError | null => {
  if (quota.keyPairs >= 0) {
    let count = 0;
    for (const _ of keypairs.scan(reader, { idPrefix: keypairPrefix(userId), limit: quota.keyPairs })) count += 1;
    if (count >= quota.keyPairs) return { code: 'KeypairLimitExceeded' };
  }
  return keypairs.read(reader, keypairId(userId, name)) === undefined ? null : { code: 'KeypairExists', name };
};

/** Stores a key that is given, or makes one. Errors: KeypairLimitExceeded, KeypairExists, InvalidKeypair, and busy ones. */
export const createKeypairRow = async (
  services: ComputeServices,
  request: KeypairRequest,
): Promise<Result<CreatedKeypair, ComputeError>> => {
  const refusal = refusalOf(services, request);
  if (refusal !== null) return failed(refusal);
  const material = await materialOf(request);
  if (!material.ok) return material;
  const { publicKey, fingerprint, privateKey } = material.value;
  const { userId, name, type } = request;
  const created = await changeRegistry(services.system, {
    type: 'createKeypair',
    keypair: { userId, name, type, publicKey, fingerprint },
    keyPairsMax: services.quota.keyPairs,
  });
  if (!created.ok) return created;
  const keypair = keypairs.read(services.reader, keypairId(userId, name));
  return keypair === undefined ? failed({ code: 'KeypairNotFound', userId, name }) : ok({ keypair, privateKey });
};
