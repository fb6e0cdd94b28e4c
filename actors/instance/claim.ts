import { type ClaimedPlace, cell } from '../cell/protocol.ts';
import { changed } from './changed.ts';
import { type ClaimPlace, claimRequest } from './claim-request.ts';
import type { StepStart } from './operation.ts';
import { allocationOf, placementWith } from './port-groups.ts';
import { instance as instanceProtocol } from './protocol.ts';
import type { Instance, InstanceImage } from './row.ts';

const isClaimed = (value: unknown): value is ClaimedPlace =>
  typeof value === 'object' && value !== null && 'host' in value && 'zone' in value;

/** What is claimed of a host, and of which one it may be. */
interface ClaimWanted extends ClaimPlace {
  /** Beside what the instance has already, until its move has ended. */
  readonly part?: 'move';
}

/** Asks the cell for a host. The answer is that of the step, and `claimedOf` reads it. */
export function claim({ instance, ctx, stepId }: StepStart, { part, ...place }: ClaimWanted): 'waits' {
  const { id: instanceId } = instance;
  const request = claimRequest(instance, place);
  const asked = {
    type: 'claim',
    claimId: stepId,
    instanceId,
    request,
    answerTo: instanceProtocol.at(instanceId),
  } as const;
  ctx.tell(cell.at(instance.cell), part === undefined ? asked : { ...asked, part });
  return 'waits';
}

/** Asks the cell whether the instance can stay on its host with this image. The answer is as that to `claim`; nothing is claimed. */
export function askWhetherStays({ instance, ctx, stepId }: StepStart, image: InstanceImage | null): 'waits' {
  const { flavor, host } = instance;
  const {
    resources: _,
    granular: __,
    ...request
  } = claimRequest(instance, {
    flavor,
    image,
    host,
    excludedHosts: [],
    isRebuild: true,
  });
  ctx.tell(cell.at(instance.cell), {
    type: 'suits',
    claimId: stepId,
    instanceId: instance.id,
    // The room it needs it has already.
    request: { ...request, demand: { vcpus: 0, memoryMib: 0, diskGib: 0 } },
    answerTo: instanceProtocol.at(instance.id),
  });
  return 'waits';
}

/** The host that an answer to `claim` tells of; null when it is none. */
export const claimedOf = (value: unknown): ClaimedPlace | null => (isClaimed(value) ? value : null);

/** The instance on the host that an answer to `claim` tells of. */
export function placed(instance: Instance, value: unknown): Instance {
  const claimed = claimedOf(value);
  if (claimed === null) return instance;
  const there = changed(instance, { host: claimed.host, availabilityZone: claimed.zone });
  const served = placementWith(there.placement, allocationOf(there, claimed.mappings));
  if (claimed.hasFailedBuilds) return { ...there, placement: { ...served, tellsBuilt: true } };
  return served === undefined || served === there.placement ? there : { ...there, placement: served };
}
