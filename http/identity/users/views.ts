import type { UserRow } from '../../../actors/identity/row.ts';

/** A user. Never with anything of the password. What is not set is left out, as Keystone does. */
export const userView = (row: UserRow, base: string): object => ({
  id: row.id,
  name: row.name,
  domain_id: row.domainId,
  enabled: row.enabled,
  ...(row.email === null ? {} : { email: row.email }),
  ...(row.description === null ? {} : { description: row.description }),
  ...(row.defaultProjectId === null ? {} : { default_project_id: row.defaultProjectId }),
  password_expires_at: null,
  options: {},
  links: { self: `${base}/identity/v3/users/${row.id}` },
});
