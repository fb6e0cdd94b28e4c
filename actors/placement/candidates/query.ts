import type { Resources } from '../row.ts';

/** Which providers may serve, by their traits and aggregates. */
export interface ProviderNeeds {
  /** Each set names alternatives, of which one must be there; all sets must be met. */
  readonly required: readonly (readonly string[])[];
  readonly forbidden: readonly string[];
  /** The same for aggregates. */
  readonly memberOf: readonly (readonly string[])[];
  readonly notMemberOf: readonly string[];
  /** A provider of the only tree that may serve; null: any tree. */
  readonly inTree: string | null;
}

/** A group of resources. The group of the empty suffix may be spread over a tree; each other is served by one provider. */
export interface RequestGroup extends ProviderNeeds {
  readonly suffix: string;
  readonly resources: Resources;
}

/** What `GET /allocation_candidates` asks for. */
export interface CandidateQuery {
  readonly groups: readonly RequestGroup[];
  /** `isolate`: no provider serves two groups with a suffix. */
  readonly policy: 'none' | 'isolate';
  /** Most candidates that are wanted. */
  readonly limit: number;
  /** What the top of a tree must and must not have. */
  readonly rootRequired: readonly string[];
  readonly rootForbidden: readonly string[];
  /** Suffixes whose providers must all stand at or below one of them. */
  readonly sameSubtrees: readonly (readonly string[])[];
  /** Whether several providers of one tree may serve together: up to 1.28 they did not. */
  readonly isNested: boolean;
}

/** One way to serve a query. */
export interface Candidate {
  /** By provider. */
  readonly allocations: Readonly<Record<string, Resources>>;
  /** By suffix: who serves the group. */
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}
