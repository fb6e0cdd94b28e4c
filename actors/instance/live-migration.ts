import type { MigrationProgress } from '../../drivers/hypervisor.ts';
import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import { limits } from '../limits.ts';
import { numberKey } from '../registry/row.ts';
import { recordDone } from './actions/record.ts';
import { giveUp } from './engine.ts';
import { changeMigration } from './migrations/record.ts';
import { migrations } from './migrations/row.ts';
import type { Requester } from './protocol.ts';
import type { Instance } from './row.ts';

/** Whether this live migration is copying the guest; else whoever asks is told why nothing can be done to it. */
function isRunning(instance: Instance, migration: number, method: string, ctx: Context): boolean {
  const state = migrations.read(ctx.rows, numberKey(migration))?.status ?? 'error';
  const isUnderWay = instance.operation?.action === 'liveMigrate' && instance.move?.migration === migration;
  if (isUnderWay && state === 'running') return true;
  ctx.reply(failed({ code: 'InvalidMigrationState', migration, instanceId: instance.id, state, method }));
  return false;
}

/** Gives a live migration up: the guest stays where it is. */
export function abortMigration(instance: Instance, migration: number, requester: Requester, ctx: Context): Instance {
  if (!isRunning(instance, migration, 'abort live migration', ctx)) return instance;
  ctx.reply(ok({ instanceId: instance.id }));
  recordDone(ctx, instance, 'live_migration_cancel', 'compute_live_migration_abort', requester);
  changeMigration(ctx, migration, { status: 'cancelled' });
  const message = 'The live migration was aborted.';
  return giveUp(instance, { code: 'Aborted', message, details: message }, ctx);
}

/** Has a live migration come to its end by all means: the driver may make the guest stand still for it. */
export function forceMigration(instance: Instance, migration: number, requester: Requester, ctx: Context): Instance {
  if (!isRunning(instance, migration, 'force_complete', ctx)) return instance;
  ctx.reply(ok({ instanceId: instance.id }));
  recordDone(ctx, instance, 'live_migration_force_complete', 'compute_live_migration_force_complete', requester);
  const host = instance.host ?? '';
  ctx.effect({
    effectId: `force.${migration}`,
    name: 'driver.forceMigration',
    args: { host, instanceId: instance.id },
    deadlineMs: limits.pauseMs,
    lane: `force:${host}`,
  });
  return instance;
}

/** Records how far a live migration is. What is told of one that has ended comes too late. */
export function migrationProgressed(
  instance: Instance,
  migration: number,
  progress: MigrationProgress,
  ctx: Context,
): Instance {
  if (instance.move?.migration === migration) changeMigration(ctx, migration, { progress });
  return instance;
}
