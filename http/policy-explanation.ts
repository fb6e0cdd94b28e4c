import type { Caller } from '../drivers/identity.ts';
import { compileCheck, type PolicyTarget } from './policy-check.ts';
import type { CheckNode } from './policy-syntax.ts';

/** Why a rule allows or refuses. */
export interface PolicyExplanation {
  readonly allowed: boolean;
  /** The parts that decided, each as the way to it: `rule:a > rule:b > role:admin`. With `not`, it starts with `not`. */
  readonly decidedBy: readonly string[];
}

/** Follows a check to the parts that decide it. `treeOf` gives the tree of another rule; there is no circle of rules. */
export const explainCheck = (
  node: CheckNode,
  treeOf: (rule: string) => CheckNode | undefined,
  caller: Caller,
  target: PolicyTarget,
): PolicyExplanation => {
  const explain = (inner: CheckNode): PolicyExplanation => explainCheck(inner, treeOf, caller, target);
  switch (node.kind) {
    case 'always':
    case 'role':
    case 'compare': {
      const allowed = compileCheck(node, () => () => false)(caller, target);
      return { allowed, decidedBy: [node.text === '' ? 'the empty check' : node.text] };
    }
    case 'rule': {
      const tree = treeOf(node.name);
      if (tree === undefined) return { allowed: false, decidedBy: [node.text] };
      const { allowed, decidedBy } = explain(tree);
      return { allowed, decidedBy: decidedBy.map((part) => `${node.text} > ${part}`) };
    }
    case 'not': {
      const { allowed, decidedBy } = explain(node.inner);
      return { allowed: !allowed, decidedBy: decidedBy.map((part) => `not ${part}`) };
    }
    case 'and':
    case 'or': {
      // One part that is false decides an `and`, one that is true an `or`; else all of them together do.
      const decisive = node.kind === 'or';
      const explained = node.parts.map(explain);
      const found = explained.find((part) => part.allowed === decisive);
      return found ?? { allowed: !decisive, decidedBy: explained.flatMap((part) => part.decidedBy) };
    }
  }
};
