import type { Filter } from './filter.ts';
import { aggregateImagePropertiesIsolation } from './filters/aggregate-image-properties-isolation.ts';
import { aggregateInstanceExtraSpecsFilter } from './filters/aggregate-instance-extra-specs.ts';
import { aggregateMultiTenancyIsolation } from './filters/aggregate-multi-tenancy-isolation.ts';
import { aggregateTypeAffinityFilter } from './filters/aggregate-type-affinity.ts';
import { allHostsFilter } from './filters/all-hosts.ts';
import { computeFilter } from './filters/compute.ts';
import { computeCapabilitiesFilter } from './filters/compute-capabilities.ts';
import { differentHostFilter } from './filters/different-host.ts';
import { imagePropertiesFilter } from './filters/image-properties.ts';
import { aggregateIoOpsFilter, ioOpsFilter } from './filters/io-ops.ts';
import { isolatedHostsFilter } from './filters/isolated-hosts.ts';
import { jsonFilter } from './filters/json.ts';
import { metricsFilter } from './filters/metrics.ts';
import { aggregateNumInstancesFilter, numInstancesFilter } from './filters/num-instances.ts';
import { numaTopologyFilter } from './filters/numa-topology.ts';
import { pciPassthroughFilter } from './filters/pci-passthrough.ts';
import { sameHostFilter } from './filters/same-host.ts';
import { serverGroupAffinityFilter } from './filters/server-group-affinity.ts';
import { serverGroupAntiAffinityFilter } from './filters/server-group-anti-affinity.ts';
import { simpleCidrAffinityFilter } from './filters/simple-cidr-affinity.ts';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from './options.ts';
import type { Weigher } from './weigher.ts';
import { COLUMN_WEIGHERS } from './weighers/columns.ts';
import { crossCellWeigher } from './weighers/cross-cell.ts';
import { imagePropertiesWeigher } from './weighers/image-properties.ts';
import { metricsWeigher } from './weighers/metrics.ts';
import { pciWeigher } from './weighers/pci.ts';
import { softAffinityWeigher, softAntiAffinityWeigher } from './weighers/soft-affinity.ts';

/** Makes a rule as the options say. */
type Made<Rule> = (options: SchedulerOptions) => Rule;

/** Every filter there is. Which are asked, and in which order, the options say. */
export const FILTERS: readonly Made<Filter>[] = [
  allHostsFilter,
  computeFilter,
  computeCapabilitiesFilter,
  imagePropertiesFilter,
  serverGroupAntiAffinityFilter,
  serverGroupAffinityFilter,
  differentHostFilter,
  sameHostFilter,
  simpleCidrAffinityFilter,
  aggregateImagePropertiesIsolation,
  aggregateInstanceExtraSpecsFilter,
  aggregateMultiTenancyIsolation,
  aggregateTypeAffinityFilter,
  ioOpsFilter,
  aggregateIoOpsFilter,
  numInstancesFilter,
  aggregateNumInstancesFilter,
  isolatedHostsFilter,
  jsonFilter,
  metricsFilter,
  numaTopologyFilter,
  pciPassthroughFilter,
];

/** Every weigher there is; the weights are added in this order. */
export const WEIGHERS: readonly Made<Weigher>[] = [
  ...COLUMN_WEIGHERS,
  pciWeigher,
  softAffinityWeigher,
  softAntiAffinityWeigher,
  crossCellWeigher,
  imagePropertiesWeigher,
  metricsWeigher,
];

const namesOf = (rules: readonly Made<{ readonly name: string }>[]): readonly string[] =>
  rules.map((make) => make(DEFAULT_SCHEDULER_OPTIONS).name);

/** The names that options may have of filters, and of weighers. */
export const FILTER_NAMES = namesOf(FILTERS);
export const WEIGHER_NAMES = namesOf(WEIGHERS);
