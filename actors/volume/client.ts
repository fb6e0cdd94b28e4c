import type { AskError } from '../../runtime/message.ts';
import type { Result } from '../../runtime/result.ts';
import type { ActorSystem } from '../../runtime/system.ts';
import type { VolumeError } from './errors.ts';
import { VOLUME_LIMITS } from './limits.ts';
import { VOLUME_MAIN, type VolumeChange, volume } from './protocol.ts';

export type { VolumeError } from './errors.ts';
export { VOLUME_LIMITS } from './limits.ts';
export { type VolumeUsage, volumeUsage } from './usage.ts';

/** The id of what was made, changed or removed, or why not. */
export type VolumeOutcome = Result<string, VolumeError | AskError>;

/**
 * Asks the volume service for one change. When it is answered the change is stored, and a renewed reader sees it; making,
 * copying and removing bytes goes on after that. Errors: those of VolumeError for the message, and AskError.
 */
export async function changeVolumes(system: ActorSystem, change: VolumeChange): Promise<VolumeOutcome> {
  const outcome = await system.ask(volume.at(VOLUME_MAIN), change, { deadlineMs: VOLUME_LIMITS.askMs });
  return outcome.ok ? outcome.value : outcome;
}
