import { type Flavor, flavors } from '../../../actors/registry/row.ts';
import type { Caller } from '../../../drivers/identity.ts';
import type { Reader } from '../../../runtime/store.ts';
import { ownTarget } from '../../policy.ts';
import { type Refusal, refuse } from '../../reply.ts';
import type { Found } from '../../route.ts';

/** Whether a flavor is for everybody or for the caller's project. */
export const isUsable = (flavor: Flavor, caller: Caller): boolean =>
  flavor.isPublic || (caller.projectId !== null && flavor.access.includes(caller.projectId));

/** The flavor of an id, if the caller may know of it: administrators know of all. The id is from outside: any text. */
const visibleFlavor = (reader: Reader, flavorId: string, caller: Caller): Flavor | undefined => {
  const flavor = flavors.read(reader, flavorId);
  return flavor !== undefined && (caller.isAdmin || isUsable(flavor, caller)) ? flavor : undefined;
};

/** The subject of a route about one flavor. */
export const flavorSubject = (reader: Reader, flavorId: string, caller: Caller): Found<Flavor> | Refusal => {
  const flavor = visibleFlavor(reader, flavorId, caller);
  return flavor === undefined
    ? refuse({ code: 'FlavorNotFound', flavorId })
    : { value: flavor, target: ownTarget(caller) };
};
