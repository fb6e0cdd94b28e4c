import type { ActorKind } from '../../runtime/actor.ts';
import type { Context } from '../../runtime/context.ts';
import type { Reader } from '../../runtime/store.ts';
import { instanceMappings } from '../cell-mapping/row.ts';
import { instances } from '../instance/row.ts';
import type { ProjectMessage } from '../project/protocol.ts';
import type { ProjectUsage } from '../project/row.ts';
import { serverGroups } from '../registry/row.ts';
import { publish } from './envelope.ts';
import type { Sink } from './protocol.ts';
import { serverGroupPayload } from './server-group-payload.ts';

/** Every type that can be told of projects. */
export const PROJECT_EVENT_TYPES: readonly string[] = ['server_group.add_member'];

/** Projects, where something is to be told of them: that an instance they may have becomes a member of a group. As in Nova its build has not begun then. */
export function notifyingProjects(
  kind: ActorKind<ProjectUsage, ProjectMessage>,
  sinks: readonly Sink[],
): ActorKind<ProjectUsage, ProjectMessage> {
  return {
    ...kind,
    handle(state, message, ctx) {
      const next = kind.handle(state, message, ctx);
      // Only what was within the quota has been counted.
      if (message.type !== 'createInstances' || next === state) return next;
      const members = new Map<string, readonly string[]>();
      for (const { id, serverGroup } of message.specs) {
        if (!serverGroup) continue;
        const known = members.get(serverGroup.id) ?? membersOf(ctx.rows, serverGroup.id);
        const joined = [...known, id];
        members.set(serverGroup.id, joined);
        tell(serverGroup.id, joined, sinks, ctx);
      }
      return next;
    },
  };
}

function tell(groupId: string, members: readonly string[], sinks: readonly Sink[], ctx: Context): void {
  const group = serverGroups.read(ctx.rows, groupId);
  if (group) publish(sinks, 'server_group.add_member', null, serverGroupPayload(group, members), ctx);
}

/** The members of a group in all cells. */
const membersOf = (rows: Reader, groupId: string): readonly string[] => [
  ...new Set([...instances.ids(rows, 'byGroup', [groupId]), ...instanceMappings.ids(rows, 'byGroup', [groupId])]),
];
