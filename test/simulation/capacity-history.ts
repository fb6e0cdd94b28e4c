import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { startSimulatedCloud } from '../../composition/simulated-cloud.ts';
import { seededRandom } from '../../runtime/random.ts';
import type { Write } from '../../runtime/store.ts';
import { playWorkload } from '../../simulation/capacity-run.ts';
import type { Workload } from '../../simulation/workload.ts';

const SHAPE = { vcpus: 16, memoryMib: 65_536 };
const STEPS = 24;
const MACHINES = 600;

/** Machines of three sizes that come in batches and go again; more than the hosts have room for. */
function workload(seed: number): Workload {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random.fraction() * most);
  const starts = Int32Array.from({ length: MACHINES }, () => below(STEPS)).sort();
  return {
    stepMs: 300_000,
    steps: STEPS,
    flavors: [
      { name: 'small', vcpus: 1, memoryMib: 2_048 },
      { name: 'medium', vcpus: 2, memoryMib: 12_288 },
      { name: 'large', vcpus: 8, memoryMib: 16_384 },
    ],
    count: MACHINES,
    flavor: Uint8Array.from({ length: MACHINES }, () => below(3)),
    starts,
    ends: starts.map((start) => start + 1 + below(STEPS)),
    batch: Int32Array.from({ length: MACHINES }, (_, machine) => Math.floor(machine / 3)),
  };
}

/** The digest of all that a capacity run stores and comes to, by the way in which hosts are chosen. */
export async function historyOf(seed: number): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  for (const packingPolicy of ['weights', 'best-fit', 'age-aware', 'stranding-aware'] as const) {
    const hash = createHash('sha256');
    const committed = (writes: readonly Write[]): void => {
      hash.update(JSON.stringify(writes.map(([key, value]) => [key, value ?? null])));
    };
    const sim = { ...SHAPE, diskGib: 100_000, spawnMs: 0 };
    const settings = {
      hosts: 40,
      sim,
      quota: { instances: -1, cores: -1, ramMib: -1 },
      scheduler: { packingPolicy },
    };
    const cloud = await startSimulatedCloud({ settings, seed, committed });
    const result = await playWorkload(cloud, workload(seed), { random: seededRandom(seed), shape: SHAPE });
    await cloud.stop();
    digests[packingPolicy] = hash.update(JSON.stringify(result)).digest('hex');
  }
  return digests;
}

// Run by itself, by whichever version of Node.js, it prints them.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(`${JSON.stringify(await historyOf(Number(process.argv[2] ?? 1)))}\n`);
