import type { HostNumaCell } from '../../../drivers/host-topology.ts';
import { ascending } from './cpu-set.ts';
import type { PlacedCell, ThreadPolicy } from './guest-topology.ts';
import type { CellUsage } from './usage.ts';

/** vCPUs that are to get processors for themselves. */
export interface PinnedCpus {
  readonly vcpus: readonly number[];
  readonly policy: ThreadPolicy | null;
  /** Processors besides, for the hypervisor's own threads. */
  readonly reserved: number;
}

/** The free threads of a core. */
type Core = readonly number[];

const threadsOf = (core: Core): number => core.length;
const countOf = (cores: readonly Core[]): number => cores.reduce((sum, core) => sum + core.length, 0);

/** The free processors of the cell by core; cores without any are left out. */
function freeCores({ pcpus, siblings }: HostNumaCell, { pinned }: CellUsage): readonly Core[] {
  const free = new Set(pcpus);
  for (const cpu of pinned) free.delete(cpu);
  return siblings.map((core) => core.filter((cpu) => free.has(cpu))).filter((core) => core.length > 0);
}

/**
 * The cores of which the vCPUs get the first so many threads each, in the order in which Nova tries. `prefer` and `require`
 * pack: first among cores with most free threads. `prefer` takes what there is when that does not do; `require` never a core
 * with a single free thread. `isolate`: one thread of each wholly free core.
 */
function* attempts(cores: readonly Core[], threads: number, policy: ThreadPolicy | null): Iterable<readonly Core[]> {
  const some = (used: number, free: number): readonly Core[] =>
    cores.filter((core) => core.length >= free).map((core) => core.slice(0, used));
  if (policy === 'isolate') {
    yield some(1, threads);
    return;
  }
  const least = policy === 'require' ? 2 : 1;
  for (let used = threads; used >= least; used--) yield some(used, used);
  if (policy !== 'require') yield cores;
}

/**
 * Gives each vCPU a processor of the cell that nobody else has; undefined: there are too few, or not as the policy wants
 * them. Nova: `_pack_instance_onto_cores`. Unlike there, with `isolate` the hypervisor's threads get a wholly free core too,
 * as the threads beside them are kept idle.
 */
export function packCpus(
  cell: HostNumaCell,
  usage: CellUsage,
  { vcpus, policy, reserved }: PinnedCpus,
): Pick<PlacedCell, 'pinning' | 'taken'> | undefined {
  const cores = freeCores(cell, usage);
  if (countOf(cores) < vcpus.length + reserved) return undefined;
  const threads = Math.max(...cell.siblings.map(threadsOf));
  // Where no vCPU is pinned there is nothing to be beside.
  const asked = policy === 'require' && vcpus.length === 0 ? null : policy;
  for (const usable of attempts(cores, threads, asked)) {
    if (countOf(usable) < vcpus.length) continue;
    const pcpus = usable.flat();
    const pinning = vcpus.map((vcpu, place) => [vcpu, pcpus[place] ?? -1] as const);
    const used = new Set(pinning.map(([, pcpu]) => pcpu));
    const left = (policy === 'isolate' ? usable : cores).flat().filter((cpu) => !used.has(cpu));
    if (left.length < reserved) continue;
    for (const cpu of left.slice(0, reserved)) used.add(cpu);
    const taken = policy === 'isolate' ? withSiblings(cores, used) : [...used];
    return { pinning, taken: [...taken].sort(ascending) };
  }
  return undefined;
}

/** All free threads of the cores of which one is used. */
const withSiblings = (cores: readonly Core[], used: ReadonlySet<number>): readonly number[] =>
  cores.filter((core) => core.some((cpu) => used.has(cpu))).flat();
