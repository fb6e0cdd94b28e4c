import type { Caller } from '../drivers/identity.ts';
import { checkTree, compileCheck, type PolicyCheck, PolicySyntaxError, type PolicyTarget } from './policy-check.ts';
import { explainCheck, type PolicyExplanation } from './policy-explanation.ts';
import type { CheckNode } from './policy-syntax.ts';

export type { PolicyTarget } from './policy-check.ts';

/** Whose a thing is. The only names that our rules ask for, so that a misspelt one does not compile. */
export type OwnerTarget = { readonly project_id?: string; readonly user_id?: string };

/** A target without an owner: project rules then fail for everybody but admins. */
export const NO_OWNER: OwnerTarget = {};

/** The target of what belongs to nobody else: the caller's own project and user. */
export const ownTarget = (caller: Caller): OwnerTarget =>
  caller.projectId === null ? { user_id: caller.userId } : { user_id: caller.userId, project_id: caller.projectId };

/** What a token can be for. */
export type PolicyScope = 'project' | 'domain' | 'system';

/** A rule as the program brings it. */
export interface PolicyDefinition {
  /** The default, in the language of check strings. */
  readonly check: string;
  /** What it lets one do, for the person who writes a policy file. */
  readonly description: string;
  /** The operations that ask about it: `POST /servers/{server_id}/action (lock)`. None: other rules are built from it. */
  readonly operations: readonly string[];
  /** The tokens that it is for. @default project */
  readonly scopes?: readonly PolicyScope[];
  /** The rule that stood in its place up to a release, which a policy file may still override. */
  readonly deprecated?: { readonly name: string; readonly check: string; readonly since: string };
}

/** Decides whether a caller may do something. */
export interface PolicyEngine<Rule extends string> {
  /** Whether the rule lets the caller act on the target. A token of another scope is refused whatever its roles. */
  allows(rule: Rule, caller: Caller, target: PolicyTarget): boolean;
}

/** An engine that can be looked into. */
export interface CompiledPolicies<Rule extends string> extends PolicyEngine<Rule> {
  /** What an operator should know of the overrides: names that no rule has, names that are old. */
  readonly warnings: readonly string[];
  /** The check string in force. */
  checkOf(rule: string): string | undefined;
  /** Which part of the rule decides. */
  explain(rule: Rule, caller: Caller, target: PolicyTarget): PolicyExplanation;
}

/** What an engine is made of. */
export interface PolicySources<Rule extends string> {
  /** Rules that others are built from. */
  readonly base: Readonly<Record<string, PolicyDefinition>>;
  /** Rules that are asked about. */
  readonly rules: Readonly<Record<Rule, PolicyDefinition>>;
  /** An operator's check strings, by name; names of no rule may be used by other overrides. @default none */
  readonly overrides?: ReadonlyMap<string, string>;
  /** Whether a token of another scope than the rule's is refused. oslo.policy: enforce_scope. @default true */
  readonly enforceScope?: boolean;
  /** Whether the deprecated default stops to count beside the new one. oslo.policy: enforce_new_defaults. @default true */
  readonly enforceNewDefaults?: boolean;
}

/** Longest chain of rules that refer to one another; with it the depth of every question is bounded. */
const RULE_CHAIN_MAX = 32;

const PROJECT_ONLY: readonly PolicyScope[] = ['project'];

const scopeOf = (caller: Caller): PolicyScope | null => {
  if (caller.systemScope !== null) return 'system';
  if (caller.projectId !== null) return 'project';
  return caller.domainId === null ? null : 'domain';
};

/** The check string of each rule, and what is to be said about the overrides. Facts: oslo_policy/policy.py. */
const inForce = <Rule extends string>(
  sources: PolicySources<Rule>,
): { texts: Map<string, string>; notes: string[] } => {
  const { base, rules, overrides = new Map<string, string>(), enforceNewDefaults = true } = sources;
  const texts = new Map<string, string>(overrides);
  const notes: string[] = [];
  const takenOver = new Set<string>();
  const definitions = [...Object.entries(base), ...Object.entries<PolicyDefinition>(rules)];
  for (const [name, { check, deprecated }] of definitions) {
    if (deprecated !== undefined) takenOver.add(deprecated.name);
    if (overrides.has(name)) continue;
    const old = deprecated && overrides.get(deprecated.name);
    if (deprecated && old !== undefined && deprecated.name !== name && old !== `rule:${name}`) {
      texts.set(name, old);
      notes.push(`'${deprecated.name}' is the old name of '${name}', which takes its check string; use the new name`);
    } else texts.set(name, deprecated && !enforceNewDefaults ? `(${check}) or (${deprecated.check})` : check);
  }
  const known = new Set(definitions.map(([name]) => name));
  for (const name of overrides.keys()) {
    const isUsed = [...texts.values()].some((text) => text.includes(`rule:${name}`));
    if (!known.has(name) && !takenOver.has(name) && !isUsed)
      notes.push(`there is no policy rule '${name}', and no other rule refers to it`);
  }
  return { texts, notes };
};

/** The check string of a rule cannot be used. */
export class PolicyRefused extends PolicySyntaxError {
  /** The rule whose check string it is. */
  readonly rule: string;

  constructor(rule: string, reason: string) {
    super(`the policy rule '${rule}' is refused: ${reason}`);
    this.rule = rule;
  }
}

const treesOf = (texts: ReadonlyMap<string, string>): Map<string, CheckNode> => {
  const trees = new Map<string, CheckNode>();
  for (const [name, text] of texts) {
    try {
      trees.set(name, checkTree(text));
    } catch (error) {
      throw error instanceof PolicySyntaxError ? new PolicyRefused(name, error.message) : error;
    }
  }
  return trees;
};

/**
 * Compiles all rules. Throws PolicyRefused for a check string that cannot be read and a rule that refers to itself or to
 * one that does not exist, each with the name of the rule and the place.
 */
export const compilePolicies = <Rule extends string>(sources: PolicySources<Rule>): CompiledPolicies<Rule> => {
  const { enforceScope = true } = sources;
  const { texts, notes } = inForce(sources);
  const trees = treesOf(texts);
  const compiled = new Map<string, PolicyCheck>();
  const compile = (name: string, parents: readonly string[]): PolicyCheck => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const asking = parents.at(-1) ?? name;
    if (parents.includes(name)) throw new PolicyRefused(name, `it refers to itself through '${asking}'`);
    if (parents.length > RULE_CHAIN_MAX)
      throw new PolicyRefused(name, `rules refer to one another more than ${RULE_CHAIN_MAX} deep`);
    const tree = trees.get(name);
    if (tree === undefined) {
      const place = (texts.get(asking) ?? '').indexOf(`rule:${name}`) + 1;
      throw new PolicyRefused(asking, `it refers to '${name}', which does not exist, at character ${place}`);
    }
    const check = compileCheck(tree, (other) => compile(other, [...parents, name]));
    compiled.set(name, check);
    return check;
  };
  for (const name of texts.keys()) compile(name, []);
  const scopesOf = (rule: Rule): readonly PolicyScope[] => sources.rules[rule].scopes ?? PROJECT_ONLY;
  const isInScope = (rule: Rule, caller: Caller): boolean => {
    if (!enforceScope) return true;
    // Nearly all tokens and rules are of projects, and this is asked several times a request.
    if (caller.systemScope === null && caller.projectId !== null && scopesOf(rule) === PROJECT_ONLY) return true;
    const scope = scopeOf(caller);
    return scope !== null && scopesOf(rule).includes(scope);
  };
  return {
    warnings: notes,
    checkOf: (rule) => texts.get(rule),
    allows: (rule, caller, target) => isInScope(rule, caller) && (compiled.get(rule)?.(caller, target) ?? false),
    explain(rule, caller, target) {
      if (!isInScope(rule, caller)) {
        const scope = scopeOf(caller) ?? 'no';
        const reason = `the scope: a token of ${scope} scope, and the rule is for ${scopesOf(rule).join(', ')}`;
        return { allowed: false, decidedBy: [reason] };
      }
      const tree = trees.get(rule);
      if (tree === undefined) return { allowed: false, decidedBy: ['the name: there is no such rule'] };
      return explainCheck(tree, (other) => trees.get(other), caller, target);
    },
  };
};
