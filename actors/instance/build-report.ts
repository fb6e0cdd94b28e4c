import type { Context } from '../../runtime/context.ts';
import type { EffectEnded } from '../../runtime/message.ts';
import { host as hostProtocol } from '../host/protocol.ts';
import { stepId } from './operation.ts';
import type { Instance } from './row.ts';

/** Failures that say something of the host, and not of the image or the size that a user has chosen. */
const OF_THE_HOST: ReadonlySet<string> = new Set(['HypervisorFailed', 'TimedOut', 'Unreachable', 'RunnerFailed']);

/** Tells the host how a build there has ended, where hosts are taken out of scheduling after so many failures. */
export function reportBuild(
  { operation, host, build }: Instance,
  { effectId, outcome }: EffectEnded,
  ctx: Context,
): void {
  const failuresMax = build?.failuresMax ?? 0;
  if (failuresMax === 0 || host === null || operation?.action !== 'create' || stepId(operation) !== effectId) return;
  if (!outcome.ok && !OF_THE_HOST.has(outcome.error.code)) return;
  ctx.tell(hostProtocol.at(host), { type: 'buildEnded', failed: !outcome.ok, failuresMax });
}
