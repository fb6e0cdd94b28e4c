import { createImageCatalog } from '../actors/image/client.ts';
import { limits } from '../actors/limits.ts';
import { createNetworkCatalog } from '../actors/network/client.ts';
import type { ComputeServices } from '../http/compute/services.ts';
import { realClock } from '../runtime/clock.ts';
import { realRandom } from '../runtime/random.ts';
import { overdueRules } from './overdue-rules.ts';
import type { Settings } from './settings.ts';

/** What is not a setting of it: where rows and actors are, and who knows more. */
type Sources = Required<Pick<ComputeServices, 'system' | 'reader' | 'consoleOutput' | 'downCells'>>;

/** What the Compute API works with. Settings are in seconds, and the services' times in milliseconds. */
export const computeServices = (
  settings: Settings,
  { system, reader, consoleOutput, downCells }: Sources,
): ComputeServices => ({
  system,
  reader,
  images: createImageCatalog(reader),
  networks: createNetworkCatalog(reader),
  quota: settings.quota,
  resizeConfirmWindowMs: settings.resizeConfirmWindowSeconds > 0 ? settings.resizeConfirmWindowSeconds * 1000 : null,
  shelvedOffloadMs: settings.shelvedOffloadSeconds < 0 ? null : settings.shelvedOffloadSeconds * 1000,
  resizeToSameHost: settings.resizeToSameHost,
  ...(settings.scheduler.maxAttempts === limits.createAttemptsMax
    ? {}
    : { buildAttemptsMax: settings.scheduler.maxAttempts }),
  precacheConcurrency: settings.imageCache.precacheConcurrency,
  pciAliases: settings.scheduler.pciAliases.map(({ name }) => name),
  reclaimInstanceIntervalMs: settings.reclaimInstanceIntervalSeconds * 1000,
  overdue: overdueRules(settings),
  evacuationNeedsForcedDown: settings.evacuationNeedsForcedDown,
  clock: realClock,
  random: realRandom,
  consoleOutput,
  downCells,
});
