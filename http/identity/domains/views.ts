import type { DomainRow } from '../../../actors/identity/row.ts';

/** A domain. */
export const domainView = (row: DomainRow, base: string): object => ({
  id: row.id,
  name: row.name,
  description: row.description,
  enabled: row.enabled,
  tags: [],
  options: {},
  links: { self: `${base}/identity/v3/domains/${row.id}` },
});
