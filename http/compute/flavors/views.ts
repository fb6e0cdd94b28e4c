import type { Flavor } from '../../../actors/registry/row.ts';
import { type LinkContext, selfAndBookmark } from '../../links.ts';
import type { RequestContext } from '../../request.ts';
import { always, since, stepped, until } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';

/** What a view of flavors knows beside the flavor. */
export interface FlavorSight {
  readonly links: LinkContext;
  /** Whether the caller may see extra specs. */
  readonly extraSpecs: boolean;
}

/** How flavors look to the caller of a request. */
export const flavorSight = (request: RequestContext): FlavorSight => ({
  links: request,
  extraSpecs: request.allows('os_compute_api:os-flavor-extra-specs:index'),
});

const common = {
  id: always((f: Flavor) => f.flavorId),
  name: always((f: Flavor) => f.name),
  links: always((f: Flavor, { links }: FlavorSight) => selfAndBookmark(links, 'flavors', f.flavorId)),
  description: since('2.55', (f: Flavor) => f.description),
};

/** A flavor in a plain list. */
export const briefFlavor = viewOf<Flavor, FlavorSight>(common);

/** A flavor in a detailed list, alone, and in the answer to a change. */
export const flavorView = viewOf<Flavor, FlavorSight>({
  ...common,
  ram: always((f) => f.memoryMib),
  disk: always((f) => f.rootGib),
  vcpus: always((f) => f.vcpus),
  swap: stepped((f: Flavor) => (f.swapMib === 0 ? '' : f.swapMib), ['2.75', (f: Flavor) => f.swapMib]),
  'OS-FLV-EXT-DATA:ephemeral': always((f) => f.ephemeralGib),
  'OS-FLV-DISABLED:disabled': until('2.101', (f) => f.disabled),
  'os-flavor-access:is_public': always((f) => f.isPublic),
  rxtx_factor: until('2.101', (f) => f.rxtxFactor),
  extra_specs: since('2.61', (f, { extraSpecs }) => (extraSpecs ? f.extraSpecs : undefined)),
});

/** The projects that may use a flavor. */
export const accessView = (flavor: Flavor): object => ({
  flavor_access: flavor.access.map((projectId) => ({ flavor_id: flavor.flavorId, tenant_id: projectId })),
});
