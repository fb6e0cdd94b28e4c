import type { QuotaLimits } from '../actors/project/row.ts';
import type { Settings } from './settings.ts';

/** What a shard's thread is told at its start. Plain data. */
export interface ShardSettings
  extends Pick<Settings, 'durability' | 'hosts' | 'retention' | 'sim' | 'qemu' | 'stateDir'> {
  readonly driver: 'sim' | 'qemu';
  readonly quota: QuotaLimits;
}

/** What the front end asks of a shard's thread besides its actors. */
export interface ConsoleRequest {
  readonly type: 'consoleOutput';
  readonly host: string;
  readonly instanceId: string;
  readonly lines: number | null;
}

/** The file of a shard's rows. */
export const shardFile = (stateDir: string): string => `${stateDir}/cell1.mdb`;

/** The only shard so far: the api's actors and those of `cell1`, so that a create is one commit. */
export const SHARD = 'cell1';

/** All of them. */
export const SHARDS: readonly string[] = [SHARD];

/** Every actor lives in the one shard. */
export const shardOf = (): string => SHARD;
