import { protocol } from '../../runtime/address.ts';
import type { Result } from '../../runtime/result.ts';
import type { ComputeError } from '../errors.ts';
import type { SomeLimits } from '../project/row.ts';
import type { Flavor, Keypair, ServerGroup } from './row.ts';

/** The id of the only registry. */
export const REGISTRY_MAIN = 'main';

/** A flavor as it is asked for. */
export type NewFlavor = Omit<Flavor, 'createdAtMs' | 'updatedAtMs' | 'disabled' | 'access' | 'extraSpecs'>;

/** A keypair as it is asked for; the front end has made the fingerprint. */
export type NewKeypair = Omit<Keypair, 'createdAtMs' | 'number'>;

/** A server group as it is asked for. */
export type NewServerGroup = Omit<ServerGroup, 'createdAtMs' | 'number'>;

/** Hosts that have instances, and how many: the front end has counted. Instances do not change their zone. */
export type OccupiedHosts = Readonly<Record<string, number>>;

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
  | {
      readonly type: 'createKeypair';
      readonly keypair: NewKeypair;
      readonly keyPairsMax: number;
      /** Whether the user has brought the key; absent: it was made here. */
      readonly isImported?: boolean;
    }
  | { readonly type: 'deleteKeypair'; readonly userId: string; readonly name: string }
  /** Answered with the number of the new aggregate. Hosts can be in it from the start where it gives them no zone. */
  | {
      readonly type: 'createAggregate';
      readonly name: string;
      readonly zone: string | null;
      readonly hosts?: undefined;
    }
  | { readonly type: 'createAggregate'; readonly name: string; readonly zone: null; readonly hosts: readonly string[] }
  /** Absent: left as it is. A zone cannot be taken away: null is refused. */
  | {
      readonly type: 'updateAggregate';
      readonly number: number;
      readonly name?: string;
      readonly zone?: string | null;
      readonly occupied: OccupiedHosts;
    }
  /** Adds to the metadata; a key with null is removed. */
  | {
      readonly type: 'setAggregateMetadata';
      readonly number: number;
      readonly metadata: Readonly<Record<string, string | null>>;
      readonly occupied: OccupiedHosts;
    }
  /** Removes an aggregate without hosts. */
  | { readonly type: 'deleteAggregate'; readonly number: number }
  /** The front end has looked the host up. */
  | {
      readonly type: 'addAggregateHost';
      readonly number: number;
      readonly host: string;
      readonly occupied: OccupiedHosts;
    }
  | {
      readonly type: 'removeAggregateHost';
      readonly number: number;
      readonly host: string;
      readonly occupied: OccupiedHosts;
    }
  /** From a cell, once: it is told of the aggregates that there are, and from now on of each change. */
  | { readonly type: 'tellAggregates'; readonly cell: string }
  /** `groupsMax`: how many the project may have; -1 for no limit. */
  | { readonly type: 'createServerGroup'; readonly group: NewServerGroup; readonly groupsMax: number }
  | { readonly type: 'deleteServerGroup'; readonly id: string }
  /** Sets limits of a quota class; others stay. Projects without own limits have those of the class `default`. */
  | { readonly type: 'setQuotaClass'; readonly name: string; readonly limits: SomeLimits };

/** The answer: the number of an aggregate that was made, else null; what things are now can be read. */
export type RegistryReply = Result<number | null, ComputeError>;

export const registry = protocol<RegistryMessage, RegistryReply>('registry');
