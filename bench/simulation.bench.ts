import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostShape } from '../simulation/capacity-run.ts';
import type { PlannedRun } from '../simulation/plan.ts';
import type { RunReport } from '../simulation/report.ts';
import type { Workload } from '../simulation/workload.ts';
import { type Figure, lessIsBetter, moreIsBetter } from './figure.ts';
import { type BareScore, bareLoop } from './simulation-bare.ts';
import { azureV1, random, simulationThreads } from './simulation-built.ts';

const TRACE = join(process.cwd(), '..', 'shared', 'traces', 'azure-v1');
const MIB_PER_GIB = 1024;
const SEED = 1;
/** More than all machines of a host have: what is on their disks does not matter here. */
const DISK_GIB = 1_000_000;

const SHAPES: readonly (readonly [name: string, shape: HostShape, hosts: number])[] = [
  ['64c256g', { vcpus: 64, memoryMib: 256 * MIB_PER_GIB }, 900],
  ['48c128g', { vcpus: 48, memoryMib: 128 * MIB_PER_GIB }, 1_200],
];

/** Policies that fill hosts up one after the other, the simplest one first. */
const PACKING = ['first-fit', 'best-fit', 'age-aware', 'stranding-aware'] as const;
/** Every policy that a fixed fleet is tried with. */
const POLICIES = ['weights', ...PACKING, 'spread-domains'] as const;

const leastSquares: BareScore = (vcpus, memory) => vcpus * vcpus + memory * memory;
const LOOP = 'bare loop over typed arrays, least squared leftover';

/**
 * A real trace of 259,159 machines through the real actors, in one thread, in memory and in virtual time. Azure public
 * dataset V1 (Cortez et al., SOSP 2017, CC-BY 4.0), in the form of Bergsma et al., SOSP 2021.
 */
export async function* run(only: string | undefined): AsyncIterable<Figure> {
  if (!existsSync(TRACE)) throw new Error(`The trace is not there: ${TRACE}.`);
  const workload = trace();
  const wants = (figure: string): boolean => only === undefined || figure === only || figure.startsWith(`${only}-`);
  for (const [name, shape, hosts] of SHAPES) {
    const isFirst = name === SHAPES[0]?.[0];
    const hours = `azure-v1-host-hours-${name}`;
    const moves = `azure-v1-moves-${name}`;
    const wantsHours = wants(hours) || wants(`${hours}-placed-only`) || wants(moves);
    const wantsEvents = isFirst && wants('azure-v1-events');
    if (!wantsHours && !wantsEvents) continue;
    const reference = timed(() => bareLoop(workload, hosts, shape, leastSquares));
    const results: Played[] = [];
    for (const policy of wantsHours ? PACKING : ['best-fit' as const]) {
      results.push(await played(workload, hosts, shape, policy));
    }
    const bestFit = results.find(({ policy }) => policy === 'best-fit');
    if (wantsEvents && bestFit) {
      const value = bestFit.result.events / bestFit.seconds;
      yield moreIsBetter('azure-v1-events', '1/s', value, LOOP, reference.value.events / reference.seconds);
    }
    const [placed] = results.sort((a, b) => ratioOf(a) - ratioOf(b));
    if (!wantsHours || placed === undefined) continue;
    const bound = 'times the lower bound';
    const { hostHoursRatio } = reference.value;
    if (wants(`${hours}-placed-only`)) {
      const unit = `${bound}, ${placed.policy}, nothing is moved`;
      yield lessIsBetter(`${hours}-placed-only`, unit, ratioOf(placed), LOOP, hostHoursRatio);
    }
    if (!wants(hours) && !wants(moves)) continue;
    const moved = await played(workload, hosts, shape, placed.policy, true);
    const unit = `${bound}, ${moved.policy} and consolidation by live migration`;
    if (wants(hours)) yield lessIsBetter(hours, unit, ratioOf(moved), LOOP, hostHoursRatio);
    if (wants(moves)) yield* movesOf(name, moved.result);
  }
  if (!wants('azure-v1-refused')) return;
  for (const [name, shape, hosts] of SHAPES) {
    const fleet = bareLoop(workload, hosts, shape, leastSquares).hostsPeak;
    const reference = bareLoop(workload, fleet, shape, leastSquares).refused;
    for (const policy of POLICIES) {
      const { result } = await played(workload, fleet, shape, policy);
      yield lessIsBetter(
        `azure-v1-refused-${name}-${policy}`,
        `machines, ${fleet} hosts`,
        result.refused,
        LOOP,
        reference,
      );
    }
  }
}

function trace(): Workload {
  const text = (file: string): string => readFileSync(join(TRACE, file), 'utf8');
  const texts = {
    arrivals: text('arrivals.txt'),
    lifetimes: text('lifetimes.txt'),
    flavors: text('flavors.txt'),
    lifetimeBins: text('lifetime-bins.txt'),
  };
  return azureV1.readAzureV1(texts, random.seededRandom(SEED));
}

interface Played {
  readonly policy: (typeof POLICIES)[number];
  readonly result: RunReport;
  readonly seconds: number;
}

const ratioOf = ({ result }: Played): number => result.hostHours / result.hostHoursBound;

/** What consolidation moved, for each hour of a machine: how often, and how much memory. */
function* movesOf(shape: string, { moves, movedGib, machineHours }: RunReport): Iterable<Figure> {
  const nothing = { reference: LOOP, referenceValue: null, ratio: null, why: 'it moves nothing' };
  const each = (value: number): number => Number((value / machineHours).toPrecision(4));
  yield {
    figure: `azure-v1-moves-${shape}`,
    value: each(moves),
    unit: `moves a machine hour, ${moves} in all`,
    ...nothing,
  };
  const unit = `GiB of memory moved a machine hour, ${Math.round(movedGib)} GiB in all`;
  yield { figure: `azure-v1-moves-${shape}-memory`, value: each(movedGib), unit, ...nothing };
}

/** Plays the trace in a thread as `novella simulate` does. The time is that of the run alone: not of the thread's start, nor of the cloud's. */
async function played(
  workload: Workload,
  hosts: number,
  shape: HostShape,
  policy: (typeof POLICIES)[number],
  consolidation: PlannedRun['consolidation'] = false,
): Promise<Played> {
  // Cores are not shared here.
  const fleet = { ...shape, hosts, diskGib: DISK_GIB, cpuAllocationRatio: 1, migrateMsPerGib: 0 };
  const threads = new simulationThreads.SimulationThreads(1);
  let startMs = 0;
  const begun = (part: number): void => {
    if (part === 0) startMs = performance.now();
  };
  const result = await threads.play({ plan: { fleet, seed: SEED }, run: { policy, consolidation }, workload }, begun);
  const seconds = (performance.now() - startMs) / 1000;
  await threads.close();
  const { moments: _, ...told } = result;
  process.stderr.write(`${policy}: ${JSON.stringify({ ...told, seconds })}\n`);
  return { policy, result, seconds };
}

function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const startMs = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - startMs) / 1000 };
}
