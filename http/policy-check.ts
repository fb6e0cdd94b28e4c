import type { Caller } from '../drivers/identity.ts';
import { type CheckLeft, type CheckNode, parseCheck } from './policy-syntax.ts';

export { PolicySyntaxError } from './policy-syntax.ts';

/** What an operation is about: the owner of the thing, under the names that check strings use. `{}` has no owner. */
export type PolicyTarget = Readonly<Record<string, string>>;

/** A compiled check string. */
export type PolicyCheck = (caller: Caller, target: PolicyTarget) => boolean;

type Credential = (caller: Caller) => string | null | readonly string[];

/** The caller's attributes that a check string may name on its left side. Of a list, one that is equal is enough. */
const CREDENTIALS: ReadonlyMap<string, Credential> = new Map<string, Credential>([
  ['user_id', (caller) => caller.userId],
  ['user_name', (caller) => caller.userName],
  ['project_id', (caller) => caller.projectId],
  ['tenant_id', (caller) => caller.projectId],
  ['project_name', (caller) => caller.projectName],
  ['domain_id', (caller) => caller.domainId],
  ['system_scope', (caller) => caller.systemScope],
  ['is_admin', (caller) => (caller.isAdmin ? 'True' : 'False')],
  ['roles', (caller) => caller.roles],
]);

const CREDENTIAL_NAMES: ReadonlySet<string> = new Set(CREDENTIALS.keys());

/** Reads a check string about a caller. Throws PolicySyntaxError. */
export const checkTree = (source: string): CheckNode => parseCheck(source, CREDENTIAL_NAMES);

type Expectation = (target: PolicyTarget) => string | undefined;

/** An attribute of the target; `target.user_id` and `user_id` are the same. */
const attributeOf = (name: string): Expectation => {
  const short = name.startsWith('target.') ? name.slice('target.'.length) : name;
  return (target) => {
    if (Object.hasOwn(target, name)) return target[name];
    return Object.hasOwn(target, short) ? target[short] : undefined;
  };
};

/** What stands right of the colon: a text, in which `%(name)s` is an attribute of the target (absent: the check fails). */
const expectation = (text: string): Expectation => {
  const pieces = text.split(/%\(([^)]+)\)s/);
  const [first = '', name = '', last = ''] = pieces;
  const literal = (piece: string): string => piece.replaceAll('%%', '%');
  if (pieces.length === 1) return () => literal(first);
  if (pieces.length === 3 && first === '' && last === '') return attributeOf(name);
  const parts = pieces.map((piece, index): Expectation => {
    if (index % 2 === 1) return attributeOf(piece);
    const fixed = literal(piece);
    return () => fixed;
  });
  return (target) => {
    let whole = '';
    for (const part of parts) {
      const value = part(target);
      if (value === undefined) return undefined;
      whole += value;
    }
    return whole;
  };
};

/** Whether the text names no attribute of the target. */
const isConstant = (text: string): boolean => !/%\([^)]+\)s/.test(text);

const hasRole = ({ roles }: Caller, role: string): boolean => {
  // Nearly all names of roles are in lower case already, and this is asked several times a request.
  for (const held of roles) if (held === role || held.toLowerCase() === role) return true;
  return false;
};

const roleCheck = (match: string): PolicyCheck => {
  const expected = expectation(match);
  if (isConstant(match)) {
    const role = expected({})?.toLowerCase() ?? '';
    return (caller) => hasRole(caller, role);
  }
  return (caller, target) => {
    const role = expected(target)?.toLowerCase();
    return role !== undefined && hasRole(caller, role);
  };
};

const compareCheck = (left: CheckLeft, match: string): PolicyCheck => {
  const expected = expectation(match);
  if (left.kind === 'literal') return (_, target) => expected(target) === left.value;
  const credential = CREDENTIALS.get(left.name);
  if (credential === undefined) return () => false;
  return (caller, target) => {
    const held = credential(caller);
    if (held === null) return false;
    const value = expected(target);
    if (value === undefined) return false;
    return typeof held === 'string' ? held === value : held.includes(value);
  };
};

const every =
  (checks: readonly PolicyCheck[]): PolicyCheck =>
  (caller, target) => {
    for (const check of checks) if (!check(caller, target)) return false;
    return true;
  };

const some =
  (checks: readonly PolicyCheck[]): PolicyCheck =>
  (caller, target) => {
    for (const check of checks) if (check(caller, target)) return true;
    return false;
  };

/** Makes a function of a check's tree. `ruleNamed` gives the function of another rule. */
export const compileCheck = (node: CheckNode, ruleNamed: (name: string) => PolicyCheck): PolicyCheck => {
  switch (node.kind) {
    case 'always': {
      const { allows } = node;
      return () => allows;
    }
    case 'rule':
      return ruleNamed(node.name);
    case 'role':
      return roleCheck(node.match);
    case 'compare':
      return compareCheck(node.left, node.match);
    case 'not': {
      const inner = compileCheck(node.inner, ruleNamed);
      return (caller, target) => !inner(caller, target);
    }
    case 'and':
      return every(node.parts.map((part) => compileCheck(part, ruleNamed)));
    case 'or':
      return some(node.parts.map((part) => compileCheck(part, ruleNamed)));
  }
};
