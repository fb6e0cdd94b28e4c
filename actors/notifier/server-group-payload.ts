import type { ServerGroup } from '../registry/row.ts';
import { type NovaObject, novaObject } from './nova-object.ts';

/** What is told of a group; null: it is not known where it is told. */
interface ToldGroup extends Pick<ServerGroup, 'id' | 'policy' | 'maxServersPerHost' | 'projectId'> {
  readonly name: string | null;
  readonly userId: string | null;
}

/** A server group with these members. Nova: `ServerGroupPayload`. */
export const serverGroupPayload = (
  { id, name, projectId, userId, policy, maxServersPerHost }: ToldGroup,
  members: readonly string[] | null,
): NovaObject =>
  novaObject('ServerGroupPayload', {
    uuid: id,
    name,
    project_id: projectId,
    user_id: userId,
    policy,
    policies: [policy],
    rules: maxServersPerHost === null ? {} : { max_server_per_host: String(maxServersPerHost) },
    members,
    hosts: null,
  });
