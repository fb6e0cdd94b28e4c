import { type ApplicationCredentialRow, roles } from '../../../actors/identity/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import { keystoneTime } from '../time.ts';

/** An application credential. Its secret is shown once, by the answer that makes it. */
export const applicationCredentialView = (
  row: ApplicationCredentialRow,
  reader: Reader,
  base: string,
  secret?: string,
): object => ({
  id: row.id,
  name: row.name,
  description: row.description,
  project_id: row.projectId,
  user_id: row.userId,
  roles: row.roleIds.map((id) => ({ id, name: roles.read(reader, id)?.name ?? id, domain_id: null })),
  expires_at: row.expiresAtMs === null ? null : keystoneTime(row.expiresAtMs),
  unrestricted: row.unrestricted,
  system: null,
  ...(secret === undefined ? {} : { secret }),
  links: { self: `${base}/identity/v3/users/${row.userId}/application_credentials/${row.id}` },
});
