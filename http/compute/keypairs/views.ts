import type { Keypair } from '../../../actors/registry/row.ts';
import { always, since } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';
import { isoMicroseconds } from '../times.ts';

const common = {
  name: always((k: Keypair) => k.name),
  public_key: always((k: Keypair) => k.publicKey),
  fingerprint: always((k: Keypair) => k.fingerprint),
  type: since('2.2', (k: Keypair) => k.type),
};

/** A keypair in a list. */
export const listedKeypair = viewOf<Keypair, null>(common);

/** One keypair. */
export const keypairView = viewOf<Keypair, null>({
  ...common,
  user_id: always((k) => k.userId),
  id: always((k) => k.number),
  created_at: always((k) => isoMicroseconds(k.createdAtMs)),
  updated_at: always(() => null),
  deleted: always(() => false),
  deleted_at: always(() => null),
});

/** What the answer to a creation knows beside the keypair: the private key, when it was made here. It is not kept. */
export interface NewKeySight {
  readonly privateKey: string | null;
}

/** A keypair that has just been made. */
export const createdKeypair = viewOf<Keypair, NewKeySight>({
  ...common,
  user_id: always((k) => k.userId),
  private_key: always((_, { privateKey }) => privateKey ?? undefined),
});
