import { seededRandom } from '../runtime/random.ts';
import { type HostShape, playWorkload } from '../simulation/capacity-run.ts';
import { nameOf, type PlannedRun, type SimulationPlan } from '../simulation/plan.ts';
import { type RunReport, RunReporter } from '../simulation/report.ts';
import type { Workload } from '../simulation/workload.ts';
import type { GivenSettings } from './settings.ts';
import { startSimulatedCloud } from './simulated-cloud.ts';

/** One run of a plan, with the machines that it is played with. */
export interface SimulatedRun {
  readonly plan: Pick<SimulationPlan, 'fleet' | 'seed'>;
  readonly run: PlannedRun;
  readonly workload: Workload;
}

/** Plays one run of a plan, in a cloud of its own. `progress` hears the part of its steps that are done, at its beginning and after each. */
export async function playRun(
  { plan: { fleet, seed }, run, workload }: SimulatedRun,
  progress: (part: number) => void,
): Promise<RunReport> {
  const { hosts, vcpus, memoryMib, diskGib, cpuAllocationRatio, migrateMsPerGib } = fleet;
  const cloud = await startSimulatedCloud({
    settings: {
      hosts,
      sim: { vcpus, memoryMib, diskGib, migrateMsPerGib },
      quota: { instances: -1, cores: -1, ramMib: -1 },
      scheduler: { packingPolicy: run.policy },
      consolidation: consolidationOf(run),
    },
    seed,
    fleetMetadata: { cpu_allocation_ratio: String(cpuAllocationRatio) },
  });
  try {
    const shape: HostShape = { vcpus: Math.floor(vcpus * cpuAllocationRatio), memoryMib };
    const reporter = new RunReporter(shape, workload);
    progress(0);
    const result = await playWorkload(cloud, workload, {
      random: seededRandom(seed),
      shape,
      progress: (moment) => {
        reporter.see(moment);
        progress((moment.step + 1) / workload.steps);
      },
    });
    return reporter.report(nameOf(run), result);
  } finally {
    await cloud.stop();
  }
}

function consolidationOf({ consolidation }: PlannedRun): GivenSettings['consolidation'] {
  if (consolidation === false) return {};
  return { hosts: 'all', ...(consolidation === true ? {} : consolidation) };
}
