import type { Flavor } from '../registry/row.ts';
import { type NovaObject, novaObject } from './nova-object.ts';

/** What is told of a flavor; `access` null: it is not known who may use it. */
type ToldFlavor = Pick<
  Flavor,
  | 'flavorId'
  | 'name'
  | 'memoryMib'
  | 'vcpus'
  | 'rootGib'
  | 'ephemeralGib'
  | 'swapMib'
  | 'rxtxFactor'
  | 'disabled'
  | 'isPublic'
  | 'extraSpecs'
  | 'description'
> & { readonly access: Flavor['access'] | null };

/** A flavor as notifications tell it. Nova: `FlavorPayload`. */
export const flavorPayload = (flavor: ToldFlavor): NovaObject =>
  novaObject('FlavorPayload', {
    flavorid: flavor.flavorId,
    name: flavor.name,
    memory_mb: flavor.memoryMib,
    vcpus: flavor.vcpus,
    root_gb: flavor.rootGib,
    ephemeral_gb: flavor.ephemeralGib,
    swap: flavor.swapMib,
    rxtx_factor: flavor.rxtxFactor,
    vcpu_weight: 0,
    disabled: flavor.disabled,
    is_public: flavor.isPublic,
    extra_specs: flavor.extraSpecs,
    projects: flavor.access,
    description: flavor.description,
  });

/** What an instance does not keep of its flavor, as Nova tells it. */
export const NOT_KEPT = { rxtxFactor: 1, disabled: false, isPublic: true, access: null, description: null } as const;
