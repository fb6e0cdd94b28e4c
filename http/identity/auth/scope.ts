import { type DomainRow, domains, projectNamed, projects } from '../../../actors/identity/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { TokenScope } from '../token-format.ts';
import type { DomainReference, LoginScope } from './requests.ts';

/** The domain that is meant. Its name is compared without case, as with Keystone's usual databases: `default` is common. */
export function domainOf(reader: Reader, { id, name }: DomainReference): DomainRow | undefined {
  if (id !== undefined) return domains.read(reader, id);
  const wanted = name?.toLowerCase();
  for (const row of domains.scan(reader)) if (row.name.toLowerCase() === wanted) return row;
  return undefined;
}

/** The scope for a project; null when there is no such project. */
export function projectScope(reader: Reader, projectId: string): TokenScope | null {
  const row = projects.read(reader, projectId);
  return row ? { type: 'project', projectId: row.id, generation: row.tokenGeneration } : null;
}

/** The scope that is asked for; null when what it names does not exist. */
export function scopeAsked(reader: Reader, scope: LoginScope): TokenScope | null {
  if (scope.project !== undefined) {
    const { id, name, domain } = scope.project;
    if (id !== undefined) return projectScope(reader, id);
    const row = domain && domainOf(reader, domain);
    const project = row && name !== undefined ? projectNamed(reader, row.id, name) : undefined;
    return project ? projectScope(reader, project.id) : null;
  }
  if (scope.domain !== undefined) {
    const row = domainOf(reader, scope.domain);
    return row ? { type: 'domain', domainId: row.id } : null;
  }
  return scope.system === undefined ? { type: 'unscoped' } : { type: 'system' };
}
