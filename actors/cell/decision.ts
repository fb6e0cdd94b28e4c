import type { CellExplanation } from './protocol.ts';

/** How a cell has decided about an instance, explained as things were before it claimed. */
export interface CellDecision {
  readonly instanceId: string;
  /** `suits`: nothing was claimed. */
  readonly what: 'claim' | 'suits';
  readonly explanation: CellExplanation;
}

/** Hears how cells decide: for a log. It may hear of one twice, when a batch could not be stored and was handled again. */
export interface DecisionListener {
  /** Whether it wants to: an explanation looks at every host. */
  readonly isOn: boolean;
  hear(decision: CellDecision): void;
}

/** Hosts that are told of a decision. */
export const DECISION_HOSTS_MAX = 20;
