import { assignments, indexed, type ProjectRow, projects } from '../../../actors/identity/row.ts';
import type { Reader } from '../../../runtime/store.ts';

const PREFIX = 'project:';

/** The projects on which a user holds a role, in order of their ids. */
export function projectsOfUser(reader: Reader, userId: string): readonly ProjectRow[] {
  const found = new Map<string, ProjectRow>();
  for (const { target } of indexed(assignments, reader, 'byUser', [userId])) {
    const row = target.startsWith(PREFIX) ? projects.read(reader, target.slice(PREFIX.length)) : undefined;
    if (row) found.set(row.id, row);
  }
  return [...found.values()];
}
