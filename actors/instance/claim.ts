import { cell } from '../cell/protocol.ts';
import { demandOf } from './demand.ts';
import type { StepStart } from './operation.ts';
import { instance as instanceProtocol } from './protocol.ts';
import type { Instance, InstanceFlavor } from './row.ts';

/** A host as the cell has claimed it. */
interface Claimed {
  readonly host: string;
  readonly zone: string;
}

const isClaimed = (value: unknown): value is Claimed =>
  typeof value === 'object' && value !== null && 'host' in value && 'zone' in value;

/** What is claimed of a host, and of which one it may be. */
interface ClaimWanted {
  readonly flavor: InstanceFlavor;
  /** The only host that it may be; null: any. */
  readonly host: string | null;
  readonly excludedHosts: readonly string[];
  /** Beside what the instance has already, until its move has ended. */
  readonly part?: 'move';
}

/** Asks the cell for a host. The answer is that of the step, and `claimedOf` reads it. */
export function claim({ instance, ctx, stepId }: StepStart, { flavor, part, ...where }: ClaimWanted): 'waits' {
  ctx.tell(cell.at(instance.cell), {
    type: 'claim',
    claimId: stepId,
    instanceId: instance.id,
    ...(part === undefined ? {} : { part }),
    request: {
      demand: demandOf(flavor),
      zone: instance.requestedZone,
      ...where,
      group: instance.serverGroup ?? null,
    },
    answerTo: instanceProtocol.at(instance.id),
  });
  return 'waits';
}

/** The host that an answer to `claim` tells of; null when it is none. */
export const claimedOf = (value: unknown): Claimed | null => (isClaimed(value) ? value : null);

/** The instance on the host that an answer to `claim` tells of. */
export function placed(instance: Instance, value: unknown): Instance {
  const claimed = claimedOf(value);
  return claimed === null ? instance : { ...instance, host: claimed.host, availabilityZone: claimed.zone };
}
