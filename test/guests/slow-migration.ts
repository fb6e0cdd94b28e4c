import assert from 'node:assert/strict';
import { join } from 'node:path';
import { localDirectory } from '../../composition/local-hosts.ts';
import { guestFile, withSocketPath } from '../../drivers/qemu/guest-files.ts';
import { connectQmp } from '../../drivers/qemu/qmp-client.ts';
import { textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import type { TwoHostCloud } from './two-host-cloud.ts';

const LIMIT_MS = 60_000;
/** So slow that a migration takes longer than any test waits. */
const SLOW = 64 * 1024;
const FAST = 1024 ** 4;
/** How often a migration may be over before it was seen. */
const TRIES = 10;

/** A migration that is under way, and does not end before it is told to. */
export interface SlowMigration {
  readonly number: string;
  readonly source: string;
  readonly target: string;
  /** Whether the guest's processors do not run any more; for `until`. */
  standsStill(): Promise<true | null>;
  /** Lets it be as quick as it is. */
  release(): Promise<void>;
}

/** Sends an order to the monitor of a guest that is left to tools; null: it has none, or refuses. */
async function ordered(
  cloud: TwoHostCloud,
  id: string,
  host: string,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const directory = join(localDirectory(cloud.stateDir, host), 'guests', id);
  const tool = await withSocketPath(directory, guestFile.qmpForTools, (path) => connectQmp(path, () => {}));
  if (!tool.ok) return null;
  const answer = await tool.client.execute(command, args);
  tool.client.close();
  return answer.ok ? answer.value : null;
}

/**
 * Begins a live migration to the other host, and slows it down while it sends the guest's memory, so that what is done to a
 * migration under way finds one. One that was over before is begun again, back.
 */
export async function slowMigration(cloud: TwoHostCloud, id: string): Promise<SlowMigration> {
  for (let time = 0; time < TRIES; time++) {
    const [source, target] = [await cloud.hostOf(id), await cloud.otherHost(id)];
    await cloud.act(id, { 'os-migrateLive': { host: target, block_migration: 'auto' } });
    const seen = await until(
      'a migration is under way, or over',
      async () => {
        const status = textAt(await ordered(cloud, id, source, 'query-migrate'), 'status');
        if (status === 'active') return 'active';
        const [migration] = await cloud.migrations(id);
        return ['completed', 'error', 'failed'].includes(textAt(migration, 'status')) ? 'over' : null;
      },
      { limitMs: LIMIT_MS, everyMs: 2 },
    );
    const setTo = (bytes: number) => ordered(cloud, id, source, 'migrate-set-parameters', { 'max-bandwidth': bytes });
    if (seen === 'active') {
      await setTo(SLOW);
      const status = textAt(await ordered(cloud, id, source, 'query-migrate'), 'status');
      const [migration] = await cloud.migrations(id);
      const standsStill = async () =>
        valueAt(await ordered(cloud, id, source, 'query-status'), 'running') === false ? true : null;
      const release = async () => void (await setTo(FAST));
      if (status === 'active') return { number: textAt(migration, 'id'), source, target, standsStill, release };
    }
    await cloud.reaches(id, 'ACTIVE');
  }
  assert.fail(`a migration was over before it was seen, ${TRIES} times`);
}
