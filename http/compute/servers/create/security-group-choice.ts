import { type Refusal, refuse, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import type { ComputeServices } from '../../services.ts';
import type { NewServer } from '../requests.ts';

/** Security groups by id, and by the names that the answer repeats. */
export interface ChosenGroups {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

/** The group that a server gets unasked. */
const DEFAULT_GROUP = 'default';

/** Checks `security_groups`, which names groups of the caller's project or gives their ids. */
export const securityGroupChoice = async (
  asked: NewServer['security_groups'],
  { caller }: RequestContext,
  { networks }: ComputeServices,
): Promise<ChosenGroups | Refusal> => {
  const wanted = new Set((asked ?? []).map(({ name }) => name ?? DEFAULT_GROUP));
  if (wanted.size === 0) return { ids: [], names: [DEFAULT_GROUP] };
  const ids: string[] = [];
  for (const nameOrId of wanted) {
    const group = await networks.findSecurityGroup(nameOrId, caller);
    if (group === null) return refuse({ code: 'SecurityGroupNotFound', nameOrId, projectId: caller.projectId ?? '' });
    if (group === 'ambiguous')
      return refuseWith(409, `Multiple security groups found matching '${nameOrId}'. Use an ID to be more specific.`);
    ids.push(group.id);
  }
  return { ids, names: [...wanted] };
};
