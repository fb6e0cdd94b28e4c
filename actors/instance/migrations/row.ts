import type { MigrationProgress } from '../../../drivers/hypervisor.ts';
import { table } from '../../../runtime/table.ts';
import { numberKey } from '../../registry/row.ts';

/** Kinds of moves, as the API names them. Nova: `nova.objects.fields.MigrationType`. */
export const MIGRATION_TYPES = ['migration', 'resize', 'live-migration', 'evacuation'] as const;
export type MigrationType = (typeof MIGRATION_TYPES)[number];

/** How a move stands. Which of them a kind goes through: `migration_statuses` of ../shared/compute-api/states.json. */
export const MIGRATION_STATUSES = [
  'accepted',
  'queued',
  'preparing',
  'running',
  'pre-migrating',
  'migrating',
  'post-migrating',
  'finished',
  'confirming',
  'confirmed',
  'reverting',
  'reverted',
  'done',
  'completed',
  'cancelled',
  'error',
  'failed',
] as const;
export type MigrationStatus = (typeof MIGRATION_STATUSES)[number];

/** The end of a move: none of these changes any more. */
export const MIGRATION_ENDS: readonly MigrationStatus[] = [
  'confirmed',
  'reverted',
  'done',
  'completed',
  'cancelled',
  'error',
  'failed',
];

/** A move of an instance between sizes or hosts. Kept after its end, and after the instance's. */
export interface Migration {
  /** The id of the API. */
  readonly number: number;
  /** The id of the API from 2.59. */
  readonly uuid: string;
  readonly instanceId: string;
  /** Who has asked for it. */
  readonly userId: string;
  readonly projectId: string;
  readonly type: MigrationType;
  readonly status: MigrationStatus;
  readonly sourceHost: string;
  /** Null as long as no host is chosen. */
  readonly targetHost: string | null;
  readonly oldFlavorId: string;
  readonly newFlavorId: string;
  /** How much a live migration has copied. Absent: its driver has not told. */
  readonly progress?: MigrationProgress;
  readonly createdAtMs: number;
  readonly updatedAtMs: number | null;
}

/** By `numberKey`: in the order of their creation. */
export const migrations = table<Migration, 'byUuid' | 'byInstance'>({
  name: 'migration',
  indexes: {
    byUuid: (migration) => [migration.uuid],
    byInstance: (migration) => [migration.instanceId, numberKey(migration.number)],
  },
});
