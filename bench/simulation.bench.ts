import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSimulatedCloud } from '../composition/simulated-cloud.ts';
import { seededRandom } from '../runtime/random.ts';
import { type CapacityResult, type HostShape, playWorkload } from '../simulation/capacity-run.ts';
import { readAzureV1 } from '../simulation/trace/azure-v1.ts';
import type { Workload } from '../simulation/workload.ts';
import { type Figure, lessIsBetter, moreIsBetter } from './figure.ts';
import { type BareScore, bareLoop } from './simulation-bare.ts';

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
  const workload = azureV1();
  const wants = (figure: string): boolean => only === undefined || only === figure;
  for (const [name, shape, hosts] of SHAPES) {
    const isFirst = name === SHAPES[0]?.[0];
    const figure = `azure-v1-host-hours-${name}`;
    const wantsEvents = isFirst && wants('azure-v1-events');
    if (!wants(figure) && !wantsEvents) continue;
    const reference = timed(() => bareLoop(workload, hosts, shape, leastSquares));
    const results: Played[] = [];
    for (const policy of wants(figure) ? PACKING : ['best-fit' as const]) {
      results.push(await played(workload, hosts, shape, policy));
    }
    const bestFit = results.find(({ policy }) => policy === 'best-fit');
    if (wantsEvents && bestFit) {
      const value = bestFit.result.events / bestFit.seconds;
      yield moreIsBetter('azure-v1-events', '1/s', value, LOOP, reference.value.events / reference.seconds);
    }
    if (!wants(figure)) continue;
    const ratios = results.map(({ result }) => result.hostHours / result.hostHoursBound);
    yield lessIsBetter(figure, 'times the lower bound', Math.min(...ratios), LOOP, reference.value.hostHoursRatio);
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

function azureV1(): Workload {
  const text = (file: string): string => readFileSync(join(TRACE, file), 'utf8');
  const texts = {
    arrivals: text('arrivals.txt'),
    lifetimes: text('lifetimes.txt'),
    flavors: text('flavors.txt'),
    lifetimeBins: text('lifetime-bins.txt'),
  };
  return readAzureV1(texts, seededRandom(SEED));
}

interface Played {
  readonly policy: (typeof POLICIES)[number];
  readonly result: CapacityResult;
  readonly seconds: number;
}

async function played(
  workload: Workload,
  hosts: number,
  shape: HostShape,
  policy: (typeof POLICIES)[number],
): Promise<Played> {
  const sim = { ...shape, diskGib: DISK_GIB, spawnMs: 0 };
  const quota = { instances: -1, cores: -1, ramMib: -1 };
  const cloud = await startSimulatedCloud({
    settings: { hosts, sim, quota, scheduler: { packingPolicy: policy } },
    seed: SEED,
    // Cores are not shared here.
    fleetMetadata: { cpu_allocation_ratio: '1.0' },
  });
  const startMs = performance.now();
  const result = await playWorkload(cloud, workload, { random: seededRandom(SEED), shape });
  const seconds = (performance.now() - startMs) / 1000;
  process.stderr.write(
    `${policy}: ${JSON.stringify({ ...result, ratio: result.hostHours / result.hostHoursBound, seconds })}\n`,
  );
  await cloud.stop();
  return { policy, result, seconds };
}

function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const startMs = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - startMs) / 1000 };
}
