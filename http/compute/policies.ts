import { ADMINISTRATION_RULES } from './policy-rules/administration.ts';
import { PROJECT_RULES } from './policy-rules/projects.ts';
import { PROXY_RULES } from './policy-rules/proxies.ts';
import { SERVER_ACTION_RULES } from './policy-rules/server-actions.ts';
import { SERVER_PART_RULES } from './policy-rules/server-parts.ts';
import { SERVER_RULES } from './policy-rules/servers.ts';

export { BASE_RULES } from './policy-rules/base.ts';

/**
 * Who may do what by default: every rule that a route or a view asks about. Each needs a token of a project (scope type
 * `project`). An operator's policy file replaces single check strings. Facts: nova/policies/*.py.
 */
export const POLICIES = {
  ...SERVER_RULES,
  ...SERVER_ACTION_RULES,
  ...SERVER_PART_RULES,
  ...ADMINISTRATION_RULES,
  ...PROJECT_RULES,
  ...PROXY_RULES,
} as const;

/** The name of a rule that a route or a view may ask about. */
export type PolicyRule = keyof typeof POLICIES | PluginRule;

/** The name of a rule of a plug-in: `plugin:NAME:…`. */
export type PluginRule = `plugin:${string}`;
