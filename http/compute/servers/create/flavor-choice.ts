import type { InstanceFlavor } from '../../../../actors/instance/row.ts';
import { type Flavor, flavors } from '../../../../actors/registry/row.ts';
import type { Caller } from '../../../../drivers/identity.ts';
import type { Reader } from '../../../../runtime/store.ts';
import { type Refusal, refuseWith } from '../../../reply.ts';

/** Longest id of a flavor. */
const FLAVOR_ID_LENGTH_MAX = 255;

/** The id that a reference ends in: it may be the URL of the flavor, of which the last segment of the path counts, or the id itself. */
export const flavorIdOf = (reference: string): string => {
  if (!reference.includes('/')) return reference;
  const [path = ''] = reference.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  return path.slice(path.lastIndexOf('/') + 1);
};

/** The flavor that a caller may use under this id, as the instance keeps it. */
export const flavorChoice = (reader: Reader, flavorId: string, caller: Caller): InstanceFlavor | Refusal => {
  const flavor = flavorId.length > FLAVOR_ID_LENGTH_MAX ? undefined : flavors.read(reader, flavorId);
  if (flavor === undefined || flavor.disabled || !isOpenTo(flavor, caller))
    return refuseWith(400, 'Invalid flavorRef provided.');
  const { name, vcpus, memoryMib, rootGib, ephemeralGib, swapMib, extraSpecs } = flavor;
  return { flavorId: flavor.flavorId, name, vcpus, memoryMib, rootGib, ephemeralGib, swapMib, extraSpecs };
};

const isOpenTo = ({ isPublic, access }: Flavor, { isAdmin, projectId }: Caller): boolean =>
  isPublic || isAdmin || (projectId !== null && access.includes(projectId));
