import type { CheckedPlugin } from '../http/compute/plugins/check.ts';
import { ALL_BASE_RULES, ALL_POLICIES, type AnyRule } from '../http/policies.ts';
import { PolicyFileRefused } from '../http/policy-file.ts';
import { LivePolicies } from '../http/policy-reload.ts';
import { realClock } from '../runtime/clock.ts';
import type { Logger } from './log.ts';
import { type Settings, SettingsRefused } from './settings.ts';

/** The rules of all services, with those of the policy file. Throws SettingsRefused when it cannot be used. */
export function openPolicies(
  settings: Settings['policy'],
  log: Logger,
  plugins: readonly CheckedPlugin[] = [],
): LivePolicies<AnyRule> {
  const { file = null, enforceScope, enforceNewDefaults } = settings;
  try {
    return new LivePolicies({
      base: ALL_BASE_RULES,
      rules: Object.assign({}, ALL_POLICIES, ...plugins.map((plugin) => plugin.policies)),
      file,
      enforceScope,
      enforceNewDefaults,
      clock: realClock,
      log: (level, message) => log[level](message),
    });
  } catch (error) {
    throw error instanceof PolicyFileRefused ? new SettingsRefused(`policy.file: ${error.message}`) : error;
  }
}
