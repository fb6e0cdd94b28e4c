import { multiplierOf } from '../multiplier.ts';
import type { SchedulerOptions, WeightMultipliers } from '../options.ts';
import type { Weigher } from '../weigher.ts';
import type { WeightColumn } from '../weight-columns.ts';

/** A weigher whose raw weight is a column. Nova has a module for each under `scheduler/weights/`. */
const byColumn =
  (name: string, column: WeightColumn, option: keyof WeightMultipliers) =>
  (options: SchedulerOptions): Weigher => ({
    name,
    column,
    compile: (_request, hosts) => (row) => hosts.weight(column, row),
    multiplier: multiplierOf(option, options),
  });

/** Prefers hosts without failed builds: its multiplier counts negatively. Nova: `weights/compute.py`. */
const buildFailureWeigher = (options: SchedulerOptions): Weigher => {
  const multiplier = multiplierOf('build_failure_weight_multiplier', options);
  return {
    name: 'BuildFailureWeigher',
    column: 'failedBuilds',
    compile: (_request, hosts) => (row) => hosts.weight('failedBuilds', row),
    multiplier: (hosts, row) => -1 * multiplier(hosts, row),
  };
};

/** The weighers that go by a number which is kept for each host. */
export const COLUMN_WEIGHERS = [
  byColumn('RAMWeigher', 'freeMemoryMib', 'ram_weight_multiplier'),
  byColumn('CPUWeigher', 'freeVcpus', 'cpu_weight_multiplier'),
  byColumn('DiskWeigher', 'freeDiskGib', 'disk_weight_multiplier'),
  byColumn('IoOpsWeigher', 'ioOps', 'io_ops_weight_multiplier'),
  byColumn('NumInstancesWeigher', 'instances', 'num_instances_weight_multiplier'),
  buildFailureWeigher,
  byColumn('HypervisorVersionWeigher', 'hypervisorVersion', 'hypervisor_version_weight_multiplier'),
];
