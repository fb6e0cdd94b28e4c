import type { GroupPlacement } from '../../../../actors/cell/protocol.ts';
import { type Refusal, refuse, refuseWith } from '../../../reply.ts';
import type { RequestContext } from '../../../request.ts';
import { membersOf, readGroup } from '../../server-groups/reads.ts';
import type { ComputeServices } from '../../services.ts';
import type { CreateServer } from '../requests.ts';

/** What the scheduler is asked to heed, as it was sent, in JSON. */
export const hintsOf = (body: CreateServer): string => {
  const hints = body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'];
  return hints === undefined ? '{}' : JSON.stringify(hints);
};

/** The server group that servers are to be in; null: none. */
export interface GroupChoice {
  readonly group: GroupPlacement | null;
}

/** The server group of the hint `group`; null when there is no hint. */
export const groupChoice = (
  body: CreateServer,
  { caller }: RequestContext,
  { reader }: ComputeServices,
): GroupChoice | Refusal => {
  const hint = (body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'])?.group;
  const [id] = typeof hint === 'string' ? [hint] : (hint ?? []);
  if (id === undefined) return { group: null };
  const group = readGroup(reader, id);
  // A group of another project would tell where its servers are.
  if (group === undefined || (group.projectId !== caller.projectId && !caller.isAdmin))
    return refuseWith(400, `Instance group ${id} could not be found.`);
  const { policy, maxServersPerHost } = group;
  return { group: { id: group.id, policy, maxServersPerHost } };
};

/** Refuses servers that a group has no room for; -1 is no limit. */
export const overMembers = (
  group: GroupPlacement | null,
  count: number,
  membersMax: number,
  { reader }: ComputeServices,
): Refusal | null =>
  group !== null && membersMax >= 0 && membersOf(reader, group.id).length + count > membersMax
    ? refuse({ code: 'ServerGroupMemberLimitExceeded' })
    : null;
