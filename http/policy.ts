import type { Caller } from '../drivers/identity.ts';
import { compileCheck, type PolicyCheck, PolicySyntaxError, type PolicyTarget } from './policy-check.ts';

export type { PolicyTarget } from './policy-check.ts';

/** A target without an owner: project rules then fail for everybody but admins. */
export const NO_OWNER: PolicyTarget = {};

/** The target of what belongs to nobody else: the caller's own project and user. */
export const ownTarget = (caller: Caller): PolicyTarget =>
  caller.projectId === null ? { user_id: caller.userId } : { user_id: caller.userId, project_id: caller.projectId };

/** Decides whether a caller may do something. */
export interface PolicyEngine<Rule extends string> {
  /**
   * Whether the rule lets the caller act on the target. Rules need a token of a project; one of the system or of a
   * domain is refused whatever its roles.
   */
  allows(rule: Rule, caller: Caller, target: PolicyTarget): boolean;
}

/** What an engine is made of. */
export interface PolicySources<Rule extends string> {
  /** Check strings of rules that others are built from. */
  readonly base: Readonly<Record<string, string>>;
  /** Check strings of the rules that are asked about. */
  readonly rules: Readonly<Record<Rule, string>>;
  /** An operator's check strings, by name of a base or other rule. @default none */
  readonly overrides?: Readonly<Record<string, string>>;
}

/**
 * Compiles all rules. Throws PolicySyntaxError for a check string that cannot be read, a rule that does not exist or
 * refers to itself, and an override of an unknown rule, each with the name of the rule.
 */
export const compilePolicies = <Rule extends string>(sources: PolicySources<Rule>): PolicyEngine<Rule> => {
  const { base, rules, overrides = {} } = sources;
  const texts = new Map<string, string>([...Object.entries(base), ...Object.entries<string>(rules)]);
  for (const [name, text] of Object.entries(overrides)) {
    if (!texts.has(name)) throw new PolicySyntaxError(`there is no policy rule '${name}'`);
    texts.set(name, text);
  }
  const compiled = new Map<string, PolicyCheck>();
  const compile = (name: string, parents: readonly string[]): PolicyCheck => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    if (parents.includes(name)) throw new PolicySyntaxError(`the policy rule '${name}' refers to itself`);
    const text = texts.get(name);
    if (text === undefined)
      throw new PolicySyntaxError(`the policy rule '${parents.at(-1)}' refers to '${name}', which does not exist`);
    const check = compileCheck(text, (other) => compile(other, [...parents, name]));
    compiled.set(name, check);
    return check;
  };
  for (const name of texts.keys()) compile(name, []);
  return {
    allows(rule, caller, target) {
      if (caller.systemScope !== null || caller.projectId === null) return false;
      return compiled.get(rule)?.(caller, target) ?? false;
    },
  };
};
