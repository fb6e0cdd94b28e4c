import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { SnapshotAnswered } from '../image/protocol.ts';
import { stepFailed, stepSucceeded } from './engine.ts';
import { stepId } from './operation.ts';
import type { Instance } from './row.ts';

/** The image service's answer about the image of a snapshot: of the first one hears who has asked for the snapshot, too. */
export function snapshotAnswered(instance: Instance, { requestId, outcome }: SnapshotAnswered, ctx: Context): Instance {
  const running = instance.operation;
  if (running?.details?.kind !== 'snapshot' || stepId(running) !== requestId) return instance;
  const { asker, captured } = running.details;
  if (asker && !captured) {
    const reason = 'The image service does not take another image.';
    ctx.replyTo(asker, outcome.ok ? ok({ instanceId: instance.id }) : failed({ code: 'InvalidInput', reason }));
  }
  if (outcome.ok) return stepSucceeded(instance, requestId, null, ctx);
  const { code } = outcome.error;
  const failure = { code, message: `The image could not be made: ${code}.`, details: JSON.stringify(outcome.error) };
  return stepFailed(instance, requestId, failure, ctx);
}
