import type { Context } from '../../../runtime/context.ts';
import { ownCell } from '../../cell-mapping/row.ts';
import { numberKey } from '../../registry/row.ts';
import type { Instance } from '../row.ts';
import { MIGRATION_ENDS, type Migration, type MigrationStatus, type MigrationType, migrations } from './row.ts';

/** What is recorded when a move begins. */
export interface NewMigration {
  readonly type: MigrationType;
  readonly status: MigrationStatus;
  readonly by: { readonly userId: string; readonly projectId: string };
  readonly targetHost: string | null;
  readonly newFlavorId: string;
}

/** How many moves a cell can have before its numbers reach those of the next one. */
const NUMBERS_OF_A_CELL = 100_000_000;

/** Records that a move begins, and returns its number: one more than the last one's of this shard, as in a cell of Nova. */
export function recordMigration(ctx: Context, instance: Instance, begun: NewMigration): number {
  const { type, status, by, targetHost, newFlavorId } = begun;
  const [last] = migrations.scan(ctx.rows, { reverse: true, limit: 1 });
  // Numbers of different cells must differ: each cell has a range of its own.
  const number = (last?.number ?? NUMBERS_OF_A_CELL * (ownCell(ctx.rows)?.number ?? 0)) + 1;
  const migration: Migration = {
    number,
    uuid: ctx.newId(),
    instanceId: instance.id,
    userId: by.userId,
    projectId: by.projectId,
    type,
    status,
    sourceHost: instance.host ?? '',
    targetHost,
    oldFlavorId: instance.flavor.flavorId,
    newFlavorId,
    createdAtMs: ctx.nowMs,
    updatedAtMs: null,
  };
  ctx.put(migrations, numberKey(number), migration);
  return number;
}

/** Records how a move goes on. One that has ended stays as it is. */
export function changeMigration(
  ctx: Context,
  number: number,
  changes: Partial<Pick<Migration, 'status' | 'targetHost' | 'progress'>>,
): void {
  const migration = migrations.read(ctx.rows, numberKey(number));
  if (!migration || MIGRATION_ENDS.includes(migration.status)) return;
  ctx.put(migrations, numberKey(number), { ...migration, ...changes, updatedAtMs: ctx.nowMs });
}
