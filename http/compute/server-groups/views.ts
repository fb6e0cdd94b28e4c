import type { ServerGroup } from '../../../actors/registry/row.ts';
import { always, since, until } from '../../stepped.ts';
import { viewOf } from '../field-view.ts';

/** A server group with its members. */
export const serverGroupView = viewOf<ServerGroup, readonly string[]>({
  id: always((group) => group.id),
  name: always((group) => group.name),
  policies: until('2.63', (group) => [group.policy]),
  policy: since('2.64', (group) => group.policy),
  rules: since('2.64', ({ maxServersPerHost: count }) => (count === null ? {} : { max_server_per_host: count })),
  // Empty since ever; gone with 2.64.
  metadata: until('2.63', () => ({})),
  members: always((_, members) => members),
  project_id: since('2.13', (group) => group.projectId),
  user_id: since('2.13', (group) => group.userId),
});
