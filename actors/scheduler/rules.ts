import type { Filter } from './filter.ts';
import { numaTopologyFilter } from './filters/numa-topology.ts';
import { pciPassthroughFilter } from './filters/pci-passthrough.ts';
import { portCards } from './filters/port-cards.ts';
import { providerTrees } from './filters/provider-trees.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from './options.ts';
import { FILTERS, WEIGHERS } from './registry.ts';
import { requestFilters } from './request-filters/index.ts';
import type { Weigher } from './weigher.ts';

/** The rules of a scheduler: what it was configured to ask. */
export interface Rules {
  readonly options: SchedulerOptions;
  /** In force whatever is configured. */
  readonly always: readonly Filter[];
  /** Those that are enabled, in the order in which they are asked. */
  readonly filters: readonly Filter[];
  /** What a claim takes of a host's other providers and of its inside, so that it is asked whatever is enabled, also of a host that was named. */
  readonly claims: readonly Filter[];
  /** In the order in which their weights are added. */
  readonly weighers: readonly Weigher[];
}

/** The rules that options name. Throws for a name that there is no rule of. */
export function rulesOf(options: SchedulerOptions = DEFAULT_SCHEDULER_OPTIONS): Rules {
  const filters = FILTERS.map((make) => make(options));
  const weighers = WEIGHERS.map((make) => make(options));
  const claims = [providerTrees(), pciPassthroughFilter(options), numaTopologyFilter(options), portCards(options)];
  const { weighers: wanted } = options;
  return {
    options,
    always: requestFilters(options),
    filters: options.enabledFilters
      .filter((name) => !claims.some((claim) => claim.name === name))
      .map((name) => named(filters, name)),
    claims,
    weighers: wanted === 'all' ? weighers : wanted.map((name) => named(weighers, name)),
  };
}

function named<Rule extends { readonly name: string }>(rules: readonly Rule[], name: string): Rule {
  const rule = rules.find((one) => one.name === name);
  if (!rule) throw new Error(`There is no rule ${name}; there are ${rules.map((one) => one.name).join(', ')}.`);
  return rule;
}
