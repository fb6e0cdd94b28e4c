import type { OverdueRules } from '../http/compute/services.ts';
import type { Settings } from './settings.ts';

/** Seconds of a setting as milliseconds; 0 is never. */
const msOf = (seconds: number): number | null => (seconds > 0 ? seconds * 1000 : null);

type Given = Pick<
  Settings,
  | 'instanceBuildTimeoutSeconds'
  | 'rebootTimeoutSeconds'
  | 'rescueTimeoutSeconds'
  | 'buildFailuresBeforeDisable'
  | 'vifPluggingTimeoutSeconds'
  | 'vifPluggingIsFatal'
>;

/** What the settings say of builds, reboots and rescues that take too long. */
export function overdueRules(settings: Given): OverdueRules {
  const timeoutMs = msOf(settings.instanceBuildTimeoutSeconds);
  const failuresMax = settings.buildFailuresBeforeDisable;
  const pluggingMs = msOf(settings.vifPluggingTimeoutSeconds);
  const vifPlugging = pluggingMs === null ? null : { timeoutMs: pluggingMs, isFatal: settings.vifPluggingIsFatal };
  const isUnruled = timeoutMs === null && failuresMax === 0 && vifPlugging === null;
  return {
    build: isUnruled ? null : { timeoutMs, failuresMax, vifPlugging },
    rebootMs: msOf(settings.rebootTimeoutSeconds),
    rescueMs: msOf(settings.rescueTimeoutSeconds),
  };
}
