import { type Instance, instances } from '../../../actors/instance/row.ts';
import { compareKeys } from '../../../runtime/key.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Page } from '../../paging.ts';
import { type Refusal, refuse } from '../../reply.ts';
import type { Period } from './period.ts';

const isWithin = ({ launchedAtMs, terminatedAtMs }: Instance, { startMs, stopMs }: Period): boolean =>
  launchedAtMs !== null && launchedAtMs < stopMs && (terminatedAtMs === null || terminatedAtMs > startMs);

/**
 * The servers that ran at some time of a period, of a project or, with null, of all: by project and id, as Nova's
 * pages go. Deleted ones are among them, so everything that a project ever had is looked at.
 */
export const serversWithin = (
  reader: Reader,
  period: Period,
  projectId: string | null,
  { limit, marker }: Page,
): readonly Instance[] | Refusal => {
  const alive = projectId === null ? instances.ids(reader, 'all', []) : instances.ids(reader, 'byProject', [projectId]);
  const deleted = instances.ids(reader, 'deleted', projectId === null ? [] : [projectId]);
  const found: Instance[] = [];
  for (const ids of [alive, deleted])
    for (const id of ids) {
      const server = instances.read(reader, id);
      if (server !== undefined && isWithin(server, period)) found.push(server);
    }
  found.sort((a, b) => compareKeys(a.projectId, b.projectId) || compareKeys(a.id, b.id));
  if (marker === null) return found.slice(0, limit);
  const index = found.findIndex(({ id }) => id === marker);
  return index < 0 ? refuse({ code: 'MarkerNotFound', marker }) : found.slice(index + 1, index + 1 + limit);
};
