import type { Context } from '../../runtime/context.ts';
import { failed, ok } from '../../runtime/result.ts';
import type { VolumeReimaged, VolumesBound, VolumesSnapshotted } from '../volume/protocol.ts';
import { stepFailed, stepSucceeded } from './engine.ts';
import { stepId } from './operation.ts';
import type { Instance } from './row.ts';

/** The volume service's answer. Who has asked for one volume hears of it, too. */
export function volumesAnswered(
  instance: Instance,
  { requestId, outcome }: VolumesBound | VolumesSnapshotted | VolumeReimaged,
  ctx: Context,
): Instance {
  const running = instance.operation;
  if (running === null || stepId(running) !== requestId) return instance;
  const { details } = running;
  const asker = details?.kind === 'volume' || details?.kind === 'swapVolume' ? details.asker : null;
  ctx.replyTo(asker, outcome.ok ? ok({ instanceId: instance.id }) : failed(outcome.error));
  if (outcome.ok) return stepSucceeded(instance, requestId, outcome.value, ctx);
  const { code } = outcome.error;
  const message = 'reason' in outcome.error ? outcome.error.reason : `The volumes could not be had: ${code}.`;
  return stepFailed(instance, requestId, { code, message, details: JSON.stringify(outcome.error) }, ctx);
}
