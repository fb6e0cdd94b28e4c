import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';
import type { Flavor, Keypair } from './row.ts';

/** The id of the only registry. */
export const REGISTRY_MAIN = 'main';

/** A flavor as it is asked for. */
export type NewFlavor = Omit<Flavor, 'createdAtMs' | 'updatedAtMs' | 'disabled' | 'access' | 'extraSpecs'>;

/** A keypair as it is asked for; the front end has made the fingerprint. */
export type NewKeypair = Omit<Keypair, 'createdAtMs' | 'number'>;

/** What the registry can be told: it owns what is global and has no life of its own. */
export type RegistryMessage =
  /** Makes the flavors of the first start. Does nothing when they were made once, even if they are gone now. */
  | { readonly type: 'ensureDefaults'; readonly flavors: readonly NewFlavor[] }
  | { readonly type: 'createFlavor'; readonly flavor: NewFlavor }
  | { readonly type: 'updateFlavor'; readonly flavorId: string; readonly description: string | null }
  | { readonly type: 'deleteFlavor'; readonly flavorId: string }
  /** Sets some extra specs; others stay. */
  | { readonly type: 'setExtraSpecs'; readonly flavorId: string; readonly extraSpecs: Readonly<Record<string, string>> }
  | { readonly type: 'deleteExtraSpec'; readonly flavorId: string; readonly key: string }
  | { readonly type: 'addFlavorAccess'; readonly flavorId: string; readonly projectId: string }
  | { readonly type: 'removeFlavorAccess'; readonly flavorId: string; readonly projectId: string }
  /** `keyPairsMax`: how many the user may have; -1 for no limit. */
  | { readonly type: 'createKeypair'; readonly keypair: NewKeypair; readonly keyPairsMax: number }
  | { readonly type: 'deleteKeypair'; readonly userId: string; readonly name: string };

/** The answer: that it was done; what it is now can be read. */
export type RegistryReply = Result<null, ComputeError>;

export const registry = protocol<RegistryMessage, RegistryReply>('registry');
