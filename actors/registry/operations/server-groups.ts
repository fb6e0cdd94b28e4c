import type { Context } from '../../../runtime/context.ts';
import { failed, ok } from '../../../runtime/result.ts';
import type { NewServerGroup, RegistryReply } from '../protocol.ts';
import { serverGroups } from '../row.ts';

/** Makes a group with a number that none had before, if its project may have another one. */
export function createServerGroup(
  group: NewServerGroup,
  groupsMax: number,
  number: number,
  ctx: Context,
): RegistryReply {
  if (groupsMax >= 0) {
    let count = 0;
    for (const _ of serverGroups.ids(ctx.rows, 'byProject', [group.projectId], { limit: groupsMax })) count++;
    if (count >= groupsMax) return failed({ code: 'ServerGroupLimitExceeded' });
  }
  ctx.put(serverGroups, group.id, { ...group, createdAtMs: ctx.nowMs, number });
  return ok(null);
}

/** Removes a group; its servers stay where they are. */
export function deleteServerGroup(groupId: string, ctx: Context): RegistryReply {
  if (!serverGroups.read(ctx.rows, groupId)) return failed({ code: 'ServerGroupNotFound', groupId });
  ctx.put(serverGroups, groupId, undefined);
  return ok(null);
}
