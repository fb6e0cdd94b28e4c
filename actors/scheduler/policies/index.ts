import type { HostFacts } from '../host-profiles.ts';
import { ageAware } from './age-aware.ts';
import { bestFit } from './best-fit.ts';
import { firstFit } from './first-fit.ts';
import type { Policy } from './policy.ts';
import { spreadDomains } from './spread-domains.ts';
import { strandingAware } from './stranding-aware.ts';

/** Names of the ways to choose among the hosts that pass: `weights` is Nova's, the others are policies of our own. */
export const PACKING_POLICIES = [
  'weights',
  'first-fit',
  'best-fit',
  'age-aware',
  'stranding-aware',
  'spread-domains',
] as const;
export type PackingPolicy = (typeof PACKING_POLICIES)[number];

/** Metadata key of an aggregate that says how its hosts are chosen among; the aggregate of the smallest number wins. */
export const PACKING_POLICY_KEY = 'packing_policy';

const POLICIES: { readonly [N in PackingPolicy]: Policy | null } = {
  weights: null,
  'first-fit': firstFit,
  'best-fit': bestFit,
  'age-aware': ageAware,
  'stranding-aware': strandingAware,
  'spread-domains': spreadDomains,
};

/** The policy of a name; null: Nova's weights. */
export const policyNamed = (name: PackingPolicy): Policy | null => POLICIES[name];

export const isPackingPolicy = (name: string | undefined): name is PackingPolicy =>
  PACKING_POLICIES.some((known) => known === name);

/** How hosts with these facts are chosen among. An unknown name in an aggregate, from before such were refused, does not count. */
export function packingPolicyOf({ aggregates }: HostFacts, configured: PackingPolicy): PackingPolicy {
  for (const { metadata } of aggregates) {
    const name = metadata[PACKING_POLICY_KEY];
    if (isPackingPolicy(name)) return name;
  }
  return configured;
}
