import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkSettings, readConfigFile, SettingsRefused } from '../composition/settings.ts';
import { ALL_BASE_RULES, ALL_POLICIES, type AnyRule } from '../http/policies.ts';
import type { CompiledPolicies } from '../http/policy.ts';
import { PolicyFileRefused } from '../http/policy-file.ts';
import { policiesOfFile } from '../http/policy-reload.ts';
import { callerOf, type GivenCaller, targetOf } from './policy-caller.ts';
import { policyList, policySample } from './policy-text.ts';

const USAGE = `novella policy: who may do what

  novella policy list      every rule: its default, what is in force, and its operations
  novella policy check     whether a caller is allowed, and which part of the rule decides
  novella policy sample    a policy file with every rule, commented out

  --config FILE            configuration that names the policy file    [none]
  --policy-file FILE       a policy file, instead of that              [none]
  --json                   list: as JSON

  check:
  --rule NAME              the rule, or a part of its name             [every rule]
  --roles NAME,NAME        the caller's roles                          [member,reader]
  --project ID             the project of the caller's token           [p]
  --user ID                the caller's user                           [u]
  --system-scope           a token of the system instead of a project
  --target NAME=VALUE      of the thing: project_id, user_id; again    [the caller's own]
  --target none            a thing without an owner
`;

const OPTIONS = {
  config: { type: 'string' },
  'policy-file': { type: 'string' },
  json: { type: 'boolean' },
  rule: { type: 'string' },
  roles: { type: 'string' },
  project: { type: 'string' },
  user: { type: 'string' },
  'system-scope': { type: 'boolean' },
  target: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Shows rules and tries them. Exit status 0: done, or allowed; 1: refused by a rule; throws SettingsRefused. */
export async function policy(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: true,
    allowPositionals: true,
  });
  const [command, ...others] = positionals;
  if (values.help || command === undefined) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (others.length > 0)
    throw new SettingsRefused(`novella policy takes one of list, check and sample, not "${others[0]}".`);
  switch (command) {
    case 'sample':
      process.stdout.write(policySample());
      return 0;
    case 'list':
      process.stdout.write(policyList(inForce(values.config, values['policy-file']), values.json ?? false));
      return 0;
    case 'check': {
      const { roles, project, user, rule, target } = values;
      const caller: GivenCaller = { roles, project, user, isSystem: values['system-scope'] ?? false };
      return check(inForce(values.config, values['policy-file']), caller, rule, target);
    }
    default:
      throw new SettingsRefused(`There is no command "novella policy ${command}": it is list, check or sample.`);
  }
}

/** The rules that a server with this configuration has. Warnings go to standard error. */
function inForce(config: string | undefined, policyFile: string | undefined): CompiledPolicies<AnyRule> {
  const settings = config === undefined ? {} : readConfigFile(config);
  const { file, ...options } = checkSettings(settings, `The configuration file ${config ?? ''}`).policy;
  const named = policyFile ?? file;
  try {
    const sources = { base: ALL_BASE_RULES, rules: ALL_POLICIES, ...options };
    const policies = policiesOfFile(sources, named === undefined ? null : resolve(named));
    for (const warning of policies.warnings) process.stderr.write(`novella: policy file: ${warning}\n`);
    return policies;
  } catch (error) {
    throw error instanceof PolicyFileRefused ? new SettingsRefused(error.message) : error;
  }
}

const isRule = (name: string): name is AnyRule => Object.hasOwn(ALL_POLICIES, name);
const ALL_RULES: readonly AnyRule[] = Object.keys(ALL_POLICIES).filter(isRule);

/** The rule of this name, else those whose names hold it. */
function rulesNamed(name: string | undefined): readonly AnyRule[] {
  if (name === undefined) return ALL_RULES;
  if (isRule(name)) return [name];
  const found = ALL_RULES.filter((rule) => rule.includes(name));
  if (found.length === 0) throw new SettingsRefused(`There is no policy rule "${name}"; see: novella policy list`);
  return found;
}

/** Prints what each rule says. Status 1 when one of them refuses. */
function check(
  policies: CompiledPolicies<AnyRule>,
  given: GivenCaller,
  name: string | undefined,
  targets: readonly string[] | undefined,
): number {
  const caller = callerOf(given);
  const target = targetOf(targets, caller);
  let refusals = 0;
  for (const rule of rulesNamed(name)) {
    const { allowed, decidedBy } = policies.explain(rule, caller, target);
    if (!allowed) refusals += 1;
    process.stdout.write(`${allowed ? 'allowed' : 'refused'}  ${rule}\n`);
    for (const part of decidedBy) process.stdout.write(`         by ${part}\n`);
  }
  return refusals === 0 ? 0 : 1;
}
