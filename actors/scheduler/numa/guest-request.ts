import { failed, ok, type Result } from '../../../runtime/result.ts';
import { cpuPolicyOf, dedicatedMask, emulatorThreadsOf, realtimeCpus, threadPolicyOf } from './cpu-policies.ts';
import { cpusUpTo, parseCpuSet } from './cpu-set.ts';
import type { CpuPolicy, GuestCell, GuestTopology, ThreadPolicy } from './guest-topology.ts';
import { pageSizeOf } from './page-size-request.ts';
import { type Asked, Refused, refused } from './refused.ts';

/** Cells that a guest may have. Nova: `NUMA_NODES_MAX`. */
const CELLS_MAX = 128;
/** More than any host has: a guest with more that asks for cells or processors fits nowhere. */
const VCPUS_MAX = 8_192;

const TRAIT = /^trait([a-zA-Z0-9_-]{1,64})?:HW_CPU_HYPERTHREADING$/;
const CPU_RESOURCE = /^resources(?:[1-9]\d*)?:(VCPU|PCPU)$/;

/**
 * What a flavor and an image ask of NUMA cells, processors and pages; undefined: nothing, so that the guest may float.
 * Refused is what contradicts itself, in the words of Nova, for a fault. Nova: `numa_get_constraints`.
 */
export function guestTopology(asked: Asked): Result<GuestTopology | undefined, string> {
  if (asksNothing(asked)) return ok(undefined);
  if (asked.vcpus > VCPUS_MAX) return ok(UNFITTABLE);
  try {
    return ok(read(asked));
  } catch (error) {
    if (error instanceof Refused) return failed(error.message);
    throw error;
  }
}

/** A guest that fits nowhere, for one whose flavor and image contradict each other. */
export const UNFITTABLE: GuestTopology = {
  cells: [],
  pageSize: null,
  cpuPolicy: 'shared',
  threadPolicy: null,
  emulatorThreads: null,
};

/** What this is about; the names of most flavors and images have nothing of it. */
const NAMES =
  /^(hw[:_](numa_|cpu_(policy|thread_policy|dedicated_mask|realtime)|mem_page_size|emulator_threads|pmem)|resources.*:[VP]CPU$|trait.*:HW_CPU_HYPERTHREADING$)/;

const asksNothing = ({ extraSpecs, properties }: Asked): boolean => isPlain(extraSpecs) && isPlain(properties);

function isPlain(values: Readonly<Record<string, string>>): boolean {
  for (const name in values) if (NAMES.test(name)) return false;
  return true;
}

function read(asked: Asked): GuestTopology | undefined {
  const { vcpus } = asked;
  const { policy, threadPolicy, hasPcpus } = policies(asked);
  const realtime = realtimeCpus(asked);
  const mask = dedicatedMask(asked);
  const emulatorThreads = emulatorThreadsOf(asked);
  if (policy === null || policy === 'shared') {
    if (threadPolicy !== null) refused('Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy');
    if (emulatorThreads === 'isolate')
      refused('An isolated CPU emulator threads option requires a dedicated CPU policy option.');
    if (realtime !== null) refused('Cannot set realtime policy in a non dedicated cpu pinning policy');
  }
  if (mask !== null && policy !== 'mixed')
    refused("Dedicated CPU set can't be specified without the 'mixed' CPU policy.");
  if (policy === 'mixed' && (realtime === null) === (mask === null))
    refused(
      "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or 'hw:cpu_realtime_mask' when using 'mixed' CPU policy. 'hw:cpu_dedicated_mask' and 'hw:cpu_realtime_mask' can not be specified at the same time, or be specified with none of them.",
    );
  const nodes = nodesOf(asked);
  const pageSize = pageSizeOf(asked);
  const isPinned = policy === 'dedicated' || policy === 'mixed';
  if (nodes === null && pageSize === null && !isPinned && !hasPcpus && !asksForPmem(asked)) return undefined;
  const dedicated = new Set(policy === 'dedicated' ? cpusUpTo(vcpus) : policy === 'mixed' ? (mask ?? realtime) : []);
  const split = (cpus: readonly number[], memoryMib: number): GuestCell => ({
    cpus: cpus.filter((cpu) => !dedicated.has(cpu)),
    pcpus: cpus.filter((cpu) => dedicated.has(cpu)),
    memoryMib,
  });
  return {
    cells: cellsOf(asked, nodes ?? 1).map(({ cpus, memoryMib }) => split(cpus, memoryMib)),
    pageSize,
    cpuPolicy: policy ?? 'shared',
    threadPolicy,
    emulatorThreads,
  };
}

const asksForPmem = ({ extraSpecs }: Asked): boolean =>
  (extraSpecs['hw:pmem'] ?? '').split(',').some((label) => label.trim() !== '');

/** The policies, also when they are asked for as resources of placement and as a trait. */
function policies(asked: Asked): {
  readonly policy: CpuPolicy | null;
  readonly threadPolicy: ThreadPolicy | null;
  readonly hasPcpus: boolean;
} {
  const { vcpus, extraSpecs, properties } = asked;
  let policy = cpuPolicyOf(asked);
  let threadPolicy = threadPolicyOf(asked);
  const sums = { VCPU: 0, PCPU: 0 };
  let trait = properties['trait:HW_CPU_HYPERTHREADING'] === 'required' ? 'required' : undefined;
  for (const [key, value] of Object.entries(extraSpecs)) {
    const [, name] = CPU_RESOURCE.exec(key) ?? [];
    if ((name === 'VCPU' || name === 'PCPU') && /^\d{1,9}$/.test(value)) sums[name] += Number(value);
    if (TRAIT.test(key)) trait = value;
  }
  if (policy !== null && sums.VCPU + sums.PCPU > 0)
    refused(
      "It is not possible to use the 'resources:VCPU' or 'resources:PCPU' extra specs in combination with the 'hw:cpu_policy' extra spec or 'hw_cpu_policy' image metadata property; use one or the other",
    );
  if (sums.VCPU > 0 && sums.PCPU > 0)
    refused(
      "It is not possible to specify both 'resources:VCPU' and 'resources:PCPU' extra specs; use one or the other",
    );
  if (sums.PCPU > 0) {
    const isolates = extraSpecs['hw:emulator_threads_policy'] === 'isolate';
    if (isolates && sums.PCPU !== vcpus + 1)
      refused(
        "You have requested 'hw:emulator_threads_policy=isolate' but have not requested sufficient PCPUs to handle this policy; you must allocate exactly flavor.vcpus + 1 PCPUs.",
      );
    if (!isolates && sums.PCPU !== vcpus)
      refused(
        "There is a mismatch between the number of PCPUs requested via 'resourcesNN:PCPU' and the flavor); you must allocate exactly flavor.vcpus PCPUs",
      );
    policy = 'dedicated';
  }
  if (sums.VCPU > 0) policy = 'shared';
  if (threadPolicy !== null && trait !== undefined)
    refused(
      "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING' extra spec in combination with the 'hw:cpu_thread_policy' extra spec or 'hw_cpu_thread_policy' image metadata property; use one or the other",
    );
  if (trait === 'forbidden') threadPolicy = 'isolate';
  if (trait === 'required') threadPolicy = 'require';
  return { policy, threadPolicy, hasPcpus: sums.PCPU > 0 };
}

/** How many cells are asked for; null: it does not matter. */
function nodesOf({ extraSpecs, properties }: Asked): number | null {
  const [ofFlavor, ofImage] = [extraSpecs['hw:numa_nodes'], properties['hw_numa_nodes']];
  if (ofFlavor && ofImage) refused(overridden('hw_numa_nodes'));
  const nodes = ofFlavor || ofImage;
  if (!nodes) return null;
  const count = /^\s*\d{1,9}\s*$/.test(nodes) ? Number(nodes) : 0;
  if (count < 1) return refused(`The property 'numa_nodes' cannot be '${nodes}'. It must be a number greater than 0`);
  return count;
}

const overridden = (name: string): string =>
  `Image property '${name}' is not permitted to override NUMA configuration set against the flavor`;

/** vCPUs and memory of each cell: as they are given, or else in equal parts. */
function cellsOf(
  asked: Asked,
  nodes: number,
): readonly { readonly cpus: readonly number[]; readonly memoryMib: number }[] {
  const cpus = listed(asked, 'numa_cpus', (text) => parseCpuSet(text) ?? []);
  const memory = listed(asked, 'numa_mem', (text) => (/^\s*\d{1,12}\s*$/.test(text) ? Number(text) : 0));
  const { vcpus, memoryMib } = asked;
  if (cpus === null && memory === null) {
    if (nodes > vcpus || vcpus % nodes > 0 || memoryMib % nodes > 0)
      refused(
        'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes. Explicit assignment of CPUs and memory to nodes is required',
      );
    const share = vcpus / nodes;
    return cpusUpTo(nodes).map((node) => ({
      cpus: cpusUpTo(share).map((cpu) => node * share + cpu),
      memoryMib: memoryMib / nodes,
    }));
  }
  if (cpus?.length !== nodes || memory?.length !== nodes)
    return refused('CPU and memory allocation must be provided for all NUMA nodes');
  checkCells(asked, cpus, memory);
  return cpus.map((own, node) => ({ cpus: own, memoryMib: memory[node] ?? 0 }));
}

/** Refuses vCPUs that are nowhere or in two places, and memory that is not that of the flavor. */
function checkCells(
  { vcpus, memoryMib }: Asked,
  cpus: readonly (readonly number[])[],
  memory: readonly number[],
): void {
  const left = new Set(cpusUpTo(vcpus));
  for (const cpu of cpus.flat()) {
    if (cpu >= vcpus) refused(`CPU number ${cpu} is larger than max ${vcpus - 1}`);
    if (!left.delete(cpu)) refused(`CPU number ${cpu} is assigned to two nodes`);
  }
  if (left.size > 0) refused(`CPU number ${[...left].join(', ')} is not assigned to any node`);
  const sum = memory.reduce((all, mib) => all + mib, 0);
  if (sum !== memoryMib) refused(`${sum} MB of memory assigned, but expected ${memoryMib} MB`);
}

/** The values of `hw:NAME.0`, `hw:NAME.1` and so on, or those of the image; null: there are none. */
function listed<Value>(
  { extraSpecs, properties }: Asked,
  name: string,
  read: (text: string) => Value,
): readonly Value[] | null {
  const valuesIn = (values: Readonly<Record<string, string>>, prefix: string): readonly Value[] | null => {
    const found: Value[] = [];
    for (let node = 0; node < CELLS_MAX; node++) {
      const text = values[`${prefix}${name}.${node}`];
      if (text === undefined) break;
      found.push(read(text));
    }
    return found.length === 0 ? null : found;
  };
  const [ofFlavor, ofImage] = [valuesIn(extraSpecs, 'hw:'), valuesIn(properties, 'hw_')];
  if (ofFlavor !== null && ofImage !== null) refused(overridden(`hw_${name}`));
  return ofFlavor ?? ofImage;
}
