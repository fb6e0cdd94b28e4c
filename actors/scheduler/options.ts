import type { NetworkNumaCells } from './numa/network-cells.ts';
import type { PciAlias } from './pci/request.ts';
import type { PackingPolicy } from './policies/index.ts';

/** What the weigher of metrics and the filter of metrics go by. Nova: section `[metrics]`. */
export interface MetricsOptions {
  /** Factor by name of a metric. */
  readonly weightSetting: Readonly<Record<string, number>>;
  /** Whether a host without one of the metrics is refused. */
  readonly required: boolean;
  /** Weight of a host without one of the metrics, when that is not refused. */
  readonly weightOfUnavailable: number;
}

/** Multipliers of the weighers, by Nova's name of the option, which is also the key of an aggregate's metadata. */
export interface WeightMultipliers {
  readonly ram_weight_multiplier: number;
  readonly cpu_weight_multiplier: number;
  readonly disk_weight_multiplier: number;
  readonly io_ops_weight_multiplier: number;
  readonly num_instances_weight_multiplier: number;
  readonly pci_weight_multiplier: number;
  readonly soft_affinity_weight_multiplier: number;
  readonly soft_anti_affinity_weight_multiplier: number;
  readonly build_failure_weight_multiplier: number;
  readonly cross_cell_move_weight_multiplier: number;
  readonly hypervisor_version_weight_multiplier: number;
  readonly image_props_weight_multiplier: number;
  readonly metrics_weight_multiplier: number;
}

/** How the scheduler decides. Names and defaults are Nova's (`[scheduler]`, `[filter_scheduler]`, `[metrics]`). */
export interface SchedulerOptions {
  /** Names of filters, in the order in which they are asked. */
  readonly enabledFilters: readonly string[];
  /** Names of weighers; `all`: every one there is. */
  readonly weighers: 'all' | readonly string[];
  readonly multipliers: WeightMultipliers;
  readonly metrics: MetricsOptions;
  /** How one of the hosts that pass is chosen; absent: by Nova's weights. An aggregate may say otherwise for its hosts. */
  readonly packingPolicy?: PackingPolicy;
  /** One of so many best hosts is taken at random. */
  readonly hostSubsetSize: number;
  /** Whether one of the equally best hosts is taken at random; else the one registered first. */
  readonly shuffleBestSameWeighedHosts: boolean;
  /** Hosts that are tried for a new instance. */
  readonly maxAttempts: number;
  readonly maxIoOpsPerHost: number;
  readonly maxInstancesPerHost: number;
  readonly isolatedHosts: readonly string[];
  readonly isolatedImages: readonly string[];
  readonly restrictIsolatedHostsToIsolatedImages: boolean;
  /** Architecture of images that do not say theirs; null: any. */
  readonly imagePropertiesDefaultArchitecture: string | null;
  /** Only metadata of aggregates that begin with this and the separator are for images; null: all. */
  readonly aggregateImagePropertiesIsolationNamespace: string | null;
  readonly aggregateImagePropertiesIsolationSeparator: string;
  /** Factor by image property; empty: each counts once. */
  readonly imagePropsWeightSetting: Readonly<Record<string, number>>;
  readonly limitTenantsToPlacementAggregate: boolean;
  readonly placementAggregateRequiredForTenants: boolean;
  readonly queryPlacementForImageTypeSupport: boolean;
  readonly enableIsolatedAggregateFiltering: boolean;
  readonly imageMetadataPrefilter: boolean;
  /** Names for PCI devices that flavors ask for; absent: none. Nova: `[pci] alias`. */
  readonly pciAliases?: readonly PciAlias[];
  /** Whether NUMA cells that are used already are filled first. Nova: `[compute] packing_host_numa_cells_allocation_strategy`. */
  readonly packHostNumaCells?: boolean;
  /** Which NUMA cells of hosts the cards for networks are at; absent: it is not said. Nova: `[neutron_physnet_NAME] numa_nodes`. */
  readonly networkNumaCells?: NetworkNumaCells;
  /** Whether guests that isolate their hardware threads never go to hosts with some. Nova: `[workarounds] disable_fallback_pcpu_query`. */
  readonly disableFallbackPcpuQuery?: boolean;
}

/** Nova's defaults. */
export const DEFAULT_SCHEDULER_OPTIONS: SchedulerOptions = {
  enabledFilters: [
    'ComputeFilter',
    'ComputeCapabilitiesFilter',
    'ImagePropertiesFilter',
    'ServerGroupAntiAffinityFilter',
    'ServerGroupAffinityFilter',
  ],
  weighers: 'all',
  multipliers: {
    ram_weight_multiplier: 1,
    cpu_weight_multiplier: 1,
    disk_weight_multiplier: 1,
    io_ops_weight_multiplier: -1,
    num_instances_weight_multiplier: 0,
    pci_weight_multiplier: 1,
    soft_affinity_weight_multiplier: 1,
    soft_anti_affinity_weight_multiplier: 1,
    build_failure_weight_multiplier: 1_000_000,
    cross_cell_move_weight_multiplier: 1_000_000,
    hypervisor_version_weight_multiplier: 1,
    image_props_weight_multiplier: 0,
    metrics_weight_multiplier: 1,
  },
  metrics: { weightSetting: {}, required: true, weightOfUnavailable: -10_000 },
  hostSubsetSize: 1,
  shuffleBestSameWeighedHosts: false,
  maxAttempts: 3,
  maxIoOpsPerHost: 8,
  maxInstancesPerHost: 50,
  isolatedHosts: [],
  isolatedImages: [],
  restrictIsolatedHostsToIsolatedImages: true,
  imagePropertiesDefaultArchitecture: null,
  aggregateImagePropertiesIsolationNamespace: null,
  aggregateImagePropertiesIsolationSeparator: '.',
  imagePropsWeightSetting: {},
  limitTenantsToPlacementAggregate: false,
  placementAggregateRequiredForTenants: false,
  queryPlacementForImageTypeSupport: false,
  enableIsolatedAggregateFiltering: false,
  imageMetadataPrefilter: false,
};
