import type { RoleRow } from '../../../actors/identity/row.ts';

/** A role. Roles belong to no domain here. */
export const roleView = (row: RoleRow, base: string): object => ({
  id: row.id,
  name: row.name,
  description: row.description,
  domain_id: null,
  options: row.immutable ? { immutable: true } : {},
  links: { self: `${base}/identity/v3/roles/${row.id}` },
});
