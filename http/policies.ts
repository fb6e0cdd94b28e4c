import { BASE_RULES, POLICIES, type PolicyRule } from './compute/policies.ts';
import { PLACEMENT_BASE_RULES, PLACEMENT_POLICIES, type PlacementRule } from './placement/policies.ts';

// One policy file is for all services that have rules: their names do not meet.

/** Rules that others are built from, of all services. */
export const ALL_BASE_RULES = { ...BASE_RULES, ...PLACEMENT_BASE_RULES } as const;

/** Rules that are asked about, of all services. */
export const ALL_POLICIES = { ...POLICIES, ...PLACEMENT_POLICIES } as const;

/** The name of a rule of any service. */
export type AnyRule = PolicyRule | PlacementRule;
