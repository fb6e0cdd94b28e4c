import type { Caller } from '../drivers/identity.ts';

/** What an operation is about: the owner of the thing, under the names that check strings use. `{}` has no owner. */
export type PolicyTarget = Readonly<Record<string, string>>;

/** A compiled check string. */
export type PolicyCheck = (caller: Caller, target: PolicyTarget) => boolean;

/** The check string cannot be used; the message says what and where. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
}

/** Longest check string, in characters; deeper nesting than this allows cannot occur. */
const CHECK_LENGTH_MAX = 4096;

const TOKEN = /\s*(?:(\()|(\))|(and|or|not)(?=[\s()]|$)|((?:%\([^)\s]+\)s|[^\s()])+))/iy;

type Token = { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' | 'check'; readonly text: string };

const tokensOf = (source: string): Token[] => {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = source.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(source);
    if (match === null) throw new PolicySyntaxError(`cannot read the policy check '${source}'`);
    const [, open, close, word, check] = match;
    if (open !== undefined) tokens.push({ kind: 'open', text: open });
    else if (close !== undefined) tokens.push({ kind: 'close', text: close });
    else if (check !== undefined) tokens.push({ kind: 'check', text: check });
    else {
      const lower = (word ?? '').toLowerCase();
      tokens.push({ kind: lower === 'and' ? 'and' : lower === 'or' ? 'or' : 'not', text: lower });
    }
  }
  return tokens;
};

/** The caller's attributes that a check string may name on its left side. */
const CREDENTIALS: Readonly<Record<string, (caller: Caller) => string | null>> = {
  user_id: (caller) => caller.userId,
  user_name: (caller) => caller.userName,
  project_id: (caller) => caller.projectId,
  tenant_id: (caller) => caller.projectId,
  project_name: (caller) => caller.projectName,
  domain_id: (caller) => caller.domainId,
  system_scope: (caller) => caller.systemScope,
  is_admin: (caller) => (caller.isAdmin ? 'True' : 'False'),
};

const REFERENCE = /^%\(([^)]+)\)s$/;

/** What stands right of the colon: a constant, or an attribute of the target (absent: the check fails). */
const expectation = (text: string): ((target: PolicyTarget) => string | undefined) => {
  const name = REFERENCE.exec(text)?.[1];
  if (name === undefined) return () => text;
  return (target) => (Object.hasOwn(target, name) ? target[name] : undefined);
};

/** One check without operators: `role:admin`, `rule:x`, `user_id:%(user_id)s`, `@`, `!`. */
const simpleCheck = (text: string, ruleNamed: (name: string) => PolicyCheck): PolicyCheck => {
  if (text === '@') return () => true;
  if (text === '!') return () => false;
  const colon = text.indexOf(':');
  if (colon <= 0) throw new PolicySyntaxError(`'${text}' is no policy check: it has no colon`);
  const kind = text.slice(0, colon);
  const match = text.slice(colon + 1);
  if (kind === 'rule') return ruleNamed(match);
  const expected = expectation(match);
  if (kind === 'role') {
    return (caller, target) => {
      const role = expected(target)?.toLowerCase();
      return role !== undefined && caller.roles.some((held) => held.toLowerCase() === role);
    };
  }
  const credential = CREDENTIALS[kind];
  if (credential === undefined || !Object.hasOwn(CREDENTIALS, kind))
    throw new PolicySyntaxError(`'${text}' asks for '${kind}', which no caller has`);
  return (caller, target) => {
    const held = credential(caller);
    return held !== null && held === expected(target);
  };
};

/**
 * Compiles a check string of oslo.policy: checks, `and`, `or`, `not` and parentheses; `and` binds tighter than `or`. The
 * empty string allows everybody. Throws PolicySyntaxError.
 */
export const compileCheck = (source: string, ruleNamed: (name: string) => PolicyCheck): PolicyCheck => {
  if (source.length > CHECK_LENGTH_MAX)
    throw new PolicySyntaxError(`a policy check is longer than ${CHECK_LENGTH_MAX} characters`);
  const tokens = tokensOf(source);
  if (tokens.length === 0) return () => true;
  let position = 0;
  const take = (kind: Token['kind']): boolean => {
    if (tokens[position]?.kind !== kind) return false;
    position += 1;
    return true;
  };
  const unexpected = (): PolicySyntaxError => {
    const found = tokens[position];
    return new PolicySyntaxError(
      `the policy check '${source}' ${found ? `has an unexpected '${found.text}'` : 'ends too early'}`,
    );
  };
  const factor = (): PolicyCheck => {
    if (take('not')) {
      const inner = factor();
      return (caller, target) => !inner(caller, target);
    }
    if (take('open')) {
      const inner = alternatives();
      if (!take('close')) throw unexpected();
      return inner;
    }
    const found = tokens[position];
    if (!take('check') || found === undefined) throw unexpected();
    return simpleCheck(found.text, ruleNamed);
  };
  const conjunction = (): PolicyCheck => {
    let left = factor();
    while (take('and')) {
      const [first, second] = [left, factor()];
      left = (caller, target) => first(caller, target) && second(caller, target);
    }
    return left;
  };
  const alternatives = (): PolicyCheck => {
    let left = conjunction();
    while (take('or')) {
      const [first, second] = [left, conjunction()];
      left = (caller, target) => first(caller, target) || second(caller, target);
    }
    return left;
  };
  const whole = alternatives();
  if (position < tokens.length) throw unexpected();
  return whole;
};
