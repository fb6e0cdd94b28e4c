import type { Context } from '../../runtime/context.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import { failed, ok } from '../../runtime/result.ts';
import { limits } from '../limits.ts';
import { recordBegin, recordEnd, recordOf } from './actions/record.ts';
import { CHECKS } from './checks.ts';
import { refusal } from './legality.ts';
import type { Requester } from './protocol.ts';
import type { Instance } from './row.ts';

export const CRASH_DUMP_EFFECT = 'driver.triggerCrashDump';

/** An effect's id that says which action it belongs to. */
const effectIdOf = (startedMs: number, requestId: string): string => `${startedMs} ${requestId}`;

/**
 * Has the guest's kernel told to write a crash dump, which the guest may or may not do. It is no operation, since it
 * changes no state, so it goes beside whatever begins next. Nova: server action `trigger_crash_dump`.
 */
export function triggerCrashDump(instance: Instance, requester: Requester, ctx: Context): Instance {
  const error = refusal(CHECKS.triggerCrashDump, instance, requester.isAdmin);
  if (error) {
    ctx.reply(failed(error));
    return instance;
  }
  ctx.reply(ok({ instanceId: instance.id }));
  const told = { action: 'trigger_crash_dump', event: 'compute_trigger_crash_dump' };
  const record = recordOf(instance, told, requester);
  const running = { requestId: requester.requestId, startedMs: ctx.nowMs, record };
  recordBegin(ctx, instance, running);
  const host = instance.host ?? '';
  ctx.effect({
    effectId: effectIdOf(running.startedMs, running.requestId),
    name: CRASH_DUMP_EFFECT,
    args: { host, instanceId: instance.id },
    deadlineMs: limits.pauseMs,
    lane: `host:${host}`,
  });
  return instance;
}

/** Records how it ended. */
export function crashDumpEnded(instance: Instance, { effectId, outcome }: EffectEnded, ctx: Context): void {
  const [startedMs = '', requestId = ''] = effectId.split(' ');
  const failure = outcome.ok ? null : { message: outcome.error.reason };
  recordEnd(ctx, instance, { requestId, startedMs: Number(startedMs) }, failure);
}
