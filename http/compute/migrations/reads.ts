import { type Migration, type MigrationStatus, migrations } from '../../../actors/instance/migrations/row.ts';
import { numberKey } from '../../../actors/registry/row.ts';
import type { Reader } from '../../../runtime/store.ts';
import type { Page } from '../../paging.ts';

/** Which migrations are wanted; what is undefined or null does not matter. Times in milliseconds, both bounds included. */
export interface MigrationFilter {
  readonly status: string | undefined;
  /** Source or target. */
  readonly host: string | undefined;
  readonly sourceHost: string | undefined;
  readonly instanceId: string | undefined;
  readonly type: string | undefined;
  readonly userId: string | undefined;
  readonly projectId: string | undefined;
  readonly hidden: boolean;
  readonly changedSinceMs: number | undefined;
  readonly changedBeforeMs: number | undefined;
}

const isWanted = (wanted: string | undefined, ...found: readonly (string | null)[]): boolean =>
  wanted === undefined || found.includes(wanted);

const passes = (migration: Migration, filter: MigrationFilter): boolean => {
  const { changedSinceMs, changedBeforeMs } = filter;
  const changedMs = migration.updatedAtMs;
  return (
    // None is hidden: Nova hides those that an upgrade has made.
    !filter.hidden &&
    isWanted(filter.status, migration.status) &&
    isWanted(filter.host, migration.sourceHost, migration.targetHost) &&
    isWanted(filter.sourceHost, migration.sourceHost) &&
    isWanted(filter.instanceId, migration.instanceId) &&
    isWanted(filter.type, migration.type) &&
    isWanted(filter.userId, migration.userId) &&
    isWanted(filter.projectId, migration.projectId) &&
    (changedSinceMs === undefined || (changedMs !== null && changedMs >= changedSinceMs)) &&
    (changedBeforeMs === undefined || (changedMs !== null && changedMs <= changedBeforeMs))
  );
};

/** A page of migrations, the newest first; null when its marker names none. `page` null: all. */
export const pageOfMigrations = (
  reader: Reader,
  page: Page | null,
  filter: MigrationFilter,
): readonly Migration[] | null => {
  const marker = page === null || page.marker === null ? null : migrationByUuid(reader, page.marker);
  if (marker === undefined) return null;
  const found: Migration[] = [];
  for (const migration of migrations.scan(reader, { reverse: true })) {
    if (page !== null && found.length >= page.limit) break;
    if (marker !== null && migration.number >= marker.number) continue;
    if (passes(migration, filter)) found.push(migration);
  }
  return found;
};

const migrationByUuid = (reader: Reader, uuid: string): Migration | undefined => {
  for (const id of migrations.ids(reader, 'byUuid', [uuid], { limit: 1 })) return migrations.read(reader, id);
  return undefined;
};

/** A migration of a server by the number that a path has; undefined when it has none of it. */
export const migrationOfServer = (reader: Reader, serverId: string, number: string): Migration | undefined => {
  const migration = /^\d{1,10}$/.test(number) ? migrations.read(reader, numberKey(Number(number))) : undefined;
  return migration?.instanceId === serverId ? migration : undefined;
};

/** Statuses in which a live migration counts as in progress. Nova: `ServerMigrationsController`. */
const IN_PROGRESS: readonly MigrationStatus[] = ['queued', 'preparing', 'running', 'post-migrating'];

/** Whether a migration is one that users can watch and stop. */
export const isLiveAndInProgress = ({ type, status }: Migration): boolean =>
  type === 'live-migration' && IN_PROGRESS.includes(status);

/** The live migrations of a server that are in progress, the newest first. */
export const liveMigrationsOf = (reader: Reader, serverId: string): readonly Migration[] => {
  const found: Migration[] = [];
  for (const id of migrations.ids(reader, 'byInstance', [serverId], { reverse: true })) {
    const migration = migrations.read(reader, id);
    if (migration !== undefined && isLiveAndInProgress(migration)) found.push(migration);
  }
  return found;
};
