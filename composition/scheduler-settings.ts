import * as v from 'valibot';
import { DEFAULT_SCHEDULER_OPTIONS, type SchedulerOptions } from '../actors/scheduler/options.ts';
import { PACKING_POLICIES } from '../actors/scheduler/policies/index.ts';
import { FILTER_NAMES, WEIGHER_NAMES } from '../actors/scheduler/registry.ts';

const DEFAULTS = DEFAULT_SCHEDULER_OPTIONS;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const names = v.pipe(v.array(name), v.maxLength(10_000));
const factor = v.pipe(v.number(), v.finite());
const positive = v.pipe(factor, v.minValue(0));
const factors = v.pipe(v.record(name, factor), v.maxEntries(100));
/** Ids of NUMA cells. */
const numaCells = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_023))), v.maxLength(128));
const counted = (minimum: number) => v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(1_000_000));
const { multipliers: byDefault } = DEFAULTS;

/** Multipliers of weighers, each with Nova's default. An aggregate's metadata overrides one under Nova's name of it. */
const multipliers = v.strictObject({
  ram: v.optional(factor, byDefault.ram_weight_multiplier),
  cpu: v.optional(factor, byDefault.cpu_weight_multiplier),
  disk: v.optional(factor, byDefault.disk_weight_multiplier),
  ioOps: v.optional(factor, byDefault.io_ops_weight_multiplier),
  numInstances: v.optional(factor, byDefault.num_instances_weight_multiplier),
  pci: v.optional(positive, byDefault.pci_weight_multiplier),
  softAffinity: v.optional(positive, byDefault.soft_affinity_weight_multiplier),
  softAntiAffinity: v.optional(positive, byDefault.soft_anti_affinity_weight_multiplier),
  buildFailure: v.optional(factor, byDefault.build_failure_weight_multiplier),
  crossCellMove: v.optional(factor, byDefault.cross_cell_move_weight_multiplier),
  hypervisorVersion: v.optional(factor, byDefault.hypervisor_version_weight_multiplier),
  imageProps: v.optional(factor, byDefault.image_props_weight_multiplier),
  metrics: v.optional(factor, byDefault.metrics_weight_multiplier),
});

const hexId = v.pipe(v.string(), v.regex(/^[0-9a-f]{4}$/, 'expected four hex digits in lower case, such as 10de'));

/** A name for PCI devices that flavors ask for. Nova: `[pci] alias`. */
const pciAlias = v.strictObject({
  name,
  vendorId: v.exactOptional(hexId),
  productId: v.exactOptional(hexId),
  deviceType: v.exactOptional(v.picklist(['type-PCI', 'type-PF', 'type-VF'])),
  physicalNetwork: v.exactOptional(name),
  requiredTraits: v.exactOptional(v.pipe(v.array(name), v.maxLength(50))),
  affinity: v.exactOptional(v.picklist(['required', 'socket', 'legacy', 'preferred'])),
});

/** How the scheduler decides: Nova's options of `[scheduler]`, `[filter_scheduler]` and `[metrics]`. */
export const schedulerSettings = v.strictObject({
  /** Filters, in the order in which they are asked. */
  enabledFilters: v.optional(v.pipe(v.array(v.picklist(FILTER_NAMES)), v.maxLength(100)), [...DEFAULTS.enabledFilters]),
  /** `all`, or the weighers that count. Nova: `weight_classes`. */
  weighers: v.optional(
    v.union([v.literal('all'), v.pipe(v.array(v.picklist(WEIGHER_NAMES)), v.maxLength(100))]),
    DEFAULTS.weighers === 'all' ? 'all' : [...DEFAULTS.weighers],
  ),
  multipliers: v.optional(multipliers, {}),
  metrics: v.optional(
    v.strictObject({
      /** Factor by name of a metric. */
      weightSetting: v.optional(factors),
      required: v.optional(v.boolean(), DEFAULTS.metrics.required),
      weightOfUnavailable: v.optional(factor, DEFAULTS.metrics.weightOfUnavailable),
    }),
    {},
  ),
  /** How one of the hosts that pass is chosen: by Nova's weights, or by a packing policy. */
  packingPolicy: v.optional(v.picklist(PACKING_POLICIES), 'weights'),
  hostSubsetSize: v.optional(counted(1), DEFAULTS.hostSubsetSize),
  shuffleBestSameWeighedHosts: v.optional(v.boolean(), DEFAULTS.shuffleBestSameWeighedHosts),
  maxAttempts: v.optional(counted(1), DEFAULTS.maxAttempts),
  maxIoOpsPerHost: v.optional(counted(0), DEFAULTS.maxIoOpsPerHost),
  maxInstancesPerHost: v.optional(counted(1), DEFAULTS.maxInstancesPerHost),
  isolatedHosts: v.optional(names, []),
  isolatedImages: v.optional(names, []),
  restrictIsolatedHostsToIsolatedImages: v.optional(v.boolean(), DEFAULTS.restrictIsolatedHostsToIsolatedImages),
  imagePropertiesDefaultArchitecture: v.optional(name),
  aggregateImagePropertiesIsolationNamespace: v.optional(name),
  aggregateImagePropertiesIsolationSeparator: v.optional(name, DEFAULTS.aggregateImagePropertiesIsolationSeparator),
  imagePropsWeightSetting: v.optional(factors),
  limitTenantsToPlacementAggregate: v.optional(v.boolean(), DEFAULTS.limitTenantsToPlacementAggregate),
  placementAggregateRequiredForTenants: v.optional(v.boolean(), DEFAULTS.placementAggregateRequiredForTenants),
  queryPlacementForImageTypeSupport: v.optional(v.boolean(), DEFAULTS.queryPlacementForImageTypeSupport),
  enableIsolatedAggregateFiltering: v.optional(v.boolean(), DEFAULTS.enableIsolatedAggregateFiltering),
  imageMetadataPrefilter: v.optional(v.boolean(), DEFAULTS.imageMetadataPrefilter),
  pciAliases: v.optional(v.pipe(v.array(pciAlias), v.maxLength(1_000)), []),
  /** Whether NUMA cells that are used already are filled first. */
  packHostNumaCells: v.optional(v.boolean(), false),
  /** Whether guests with `hw:cpu_thread_policy` = `isolate` go only to hosts without hardware threads. Nova: `disable_fallback_pcpu_query`. */
  disableFallbackPcpuQuery: v.optional(v.boolean(), false),
  /** Which NUMA cells of hosts the cards for networks are at. Nova: `[neutron] physnets`, `numa_nodes` of each and of `[neutron_tunnel]`. */
  networkNumaCells: v.optional(
    v.strictObject({
      physicalNetworks: v.optional(v.pipe(v.record(name, numaCells), v.maxEntries(100)), {}),
      tunnel: v.optional(numaCells, []),
    }),
    {},
  ),
});

/** The options of the scheduler that settings say. */
export function schedulerOptions(settings: v.InferOutput<typeof schedulerSettings>): SchedulerOptions {
  const { multipliers: m, imagePropertiesDefaultArchitecture, aggregateImagePropertiesIsolationNamespace } = settings;
  return {
    ...settings,
    metrics: { ...settings.metrics, weightSetting: settings.metrics.weightSetting ?? {} },
    imagePropsWeightSetting: settings.imagePropsWeightSetting ?? {},
    imagePropertiesDefaultArchitecture: imagePropertiesDefaultArchitecture ?? null,
    aggregateImagePropertiesIsolationNamespace: aggregateImagePropertiesIsolationNamespace ?? null,
    multipliers: {
      ram_weight_multiplier: m.ram,
      cpu_weight_multiplier: m.cpu,
      disk_weight_multiplier: m.disk,
      io_ops_weight_multiplier: m.ioOps,
      num_instances_weight_multiplier: m.numInstances,
      pci_weight_multiplier: m.pci,
      soft_affinity_weight_multiplier: m.softAffinity,
      soft_anti_affinity_weight_multiplier: m.softAntiAffinity,
      build_failure_weight_multiplier: m.buildFailure,
      cross_cell_move_weight_multiplier: m.crossCellMove,
      hypervisor_version_weight_multiplier: m.hypervisorVersion,
      image_props_weight_multiplier: m.imageProps,
      metrics_weight_multiplier: m.metrics,
    },
  };
}
