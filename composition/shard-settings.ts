import { API_CELL } from '../actors/cell-mapping/row.ts';
import type { QuotaLimits } from '../actors/project/row.ts';
import type { Settings } from './settings.ts';

/** What a shard's thread is told at its start. Plain data. */
export interface ShardSettings
  extends Pick<
    Settings,
    | 'consolidation'
    | 'capacity'
    | 'durability'
    | 'logLevel'
    | 'hosts'
    | 'notifications'
    | 'retention'
    | 'scheduler'
    | 'sim'
    | 'qemu'
    | 'stateDir'
  > {
  readonly driver: 'sim' | 'qemu';
  readonly quota: QuotaLimits;
  /** Whether the program that embeds the cloud hears what happens. */
  readonly notifiesProgram: boolean;
  /** The cell of this shard, which has its name. */
  readonly cell: string;
  /** All cells of the cloud. */
  readonly cells: readonly string[];
  /** The hosts that are driven in this shard. */
  readonly hostNames: readonly string[];
}

/** What the front end asks of a shard's thread besides its actors. */
export interface ConsoleRequest {
  readonly type: 'consoleOutput';
  readonly host: string;
  readonly instanceId: string;
  readonly lines: number | null;
}

/** The file of a shard's rows. */
export const shardFile = (stateDir: string, shard: string = API_CELL): string => `${stateDir}/${shard}.mdb`;
