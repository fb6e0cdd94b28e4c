import type { ProjectRow } from '../../../actors/identity/row.ts';

/** A project. Its parent is its domain: projects are not nested here. */
export const projectView = (row: ProjectRow, base: string): object => ({
  id: row.id,
  name: row.name,
  domain_id: row.domainId,
  description: row.description,
  enabled: row.enabled,
  parent_id: row.domainId,
  is_domain: false,
  tags: row.tags,
  options: {},
  links: { self: `${base}/identity/v3/projects/${row.id}` },
});
