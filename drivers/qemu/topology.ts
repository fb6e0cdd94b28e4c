import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostNumaCell, HostPages } from '../host-topology.ts';

/** What a machine says of its inside. */
export interface MachineTopology {
  /** Empty: it does not say. */
  readonly numaCells: readonly HostNumaCell[];
  /** What its processors can do, by the kernel's names, sorted. */
  readonly cpuFeatures: readonly string[];
}

/** Processors of a machine that are looked at: a larger number is none. */
const CPUS_MAX = 8_192;
const NODES = 'sys/devices/system/node';
const CPUS = 'sys/devices/system/cpu';

/** Reads a list of processors such as `0-3,8`, as the kernel writes it; null: it is none. */
export function readCpuList(text: string): readonly number[] | null {
  const cpus: number[] = [];
  for (const part of text.trim() === '' ? [] : text.trim().split(',')) {
    const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (first === '' || Number(last) < Number(first) || Number(last) >= CPUS_MAX) return null;
    for (let cpu = Number(first); cpu <= Number(last); cpu++) cpus.push(cpu);
  }
  return cpus;
}

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Kernels and containers differ in what they show: what is not there is not told.
    return '';
  }
};

const namesIn = async (directory: string): Promise<readonly string[]> => {
  try {
    return await readdir(directory);
  } catch {
    return [];
  }
};

/** The numbers in names such as `node0`, ascending. */
const numbersOf = (names: readonly string[], pattern: RegExp): readonly number[] =>
  names
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);

/**
 * The NUMA cells of this machine with their processors, threads of cores and pages, and what the processors can do, from `/sys` and
 * `/proc` (Documentation/admin-guide/cputopology.rst, ABI/stable/sysfs-devices-node of Linux). Processors that this process must not use are left out.
 * `root`: where `/` is.
 */
export async function readTopology(root = '/'): Promise<MachineTopology> {
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(await textOf(join(root, 'proc/self/status')))?.[1];
  const usable = new Set(allowed === undefined ? null : readCpuList(allowed));
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(await textOf(join(root, 'proc/cpuinfo')))?.[1] ?? '';
  const numaCells: HostNumaCell[] = [];
  for (const id of numbersOf(await namesIn(join(root, NODES)), /^node(\d{1,4})$/)) {
    const cell = await readCell(root, id, usable);
    if (cell !== null) numaCells.push(cell);
  }
  return { numaCells, cpuFeatures: [...new Set(flags.split(/\s+/).filter((flag) => flag !== ''))].sort() };
}

/** Null: it has no processor that can be used, or does not say what it has. */
async function readCell(root: string, id: number, usable: ReadonlySet<number>): Promise<HostNumaCell | null> {
  const node = join(root, NODES, `node${id}`);
  const cpus = (readCpuList(await textOf(join(node, 'cpulist'))) ?? []).filter((cpu) => usable.has(cpu));
  const totalKib = /MemTotal:\s+(\d{1,15}) kB/.exec(await textOf(join(node, 'meminfo')))?.[1];
  const [first] = cpus;
  if (first === undefined || totalKib === undefined) return null;
  const socket = Number(await textOf(join(root, CPUS, `cpu${first}`, 'topology/physical_package_id')));
  return {
    id,
    // Where nobody knows, -1 stands there.
    socket: Number.isInteger(socket) && socket >= 0 ? socket : 0,
    cpus,
    pcpus: [],
    siblings: await readSiblings(root, cpus),
    memoryMib: Math.floor(Number(totalKib) / 1_024),
    pages: await readPages(node, Number(totalKib)),
  };
}

/** The processors of a cell by cores. */
async function readSiblings(root: string, cpus: readonly number[]): Promise<readonly (readonly number[])[]> {
  const own = new Set(cpus);
  const cores: number[][] = [];
  const seen = new Set<number>();
  for (const cpu of cpus) {
    if (seen.has(cpu)) continue;
    const topology = join(root, CPUS, `cpu${cpu}`, 'topology');
    const list =
      (await textOf(join(topology, 'core_cpus_list'))) || (await textOf(join(topology, 'thread_siblings_list')));
    const core = (readCpuList(list) ?? []).filter((other) => own.has(other) && !seen.has(other));
    const whole = core.includes(cpu) ? core : [cpu];
    for (const other of whole) seen.add(other);
    cores.push(whole);
  }
  return cores;
}

/** The size of ordinary pages on the machines that the driver runs on. */
const SMALL_KIB = 4;

/** Pages of a cell: the huge ones that are set apart, none of which this driver gives to guests, and ordinary ones of what is left. */
async function readPages(node: string, totalKib: number): Promise<readonly HostPages[]> {
  const huge: HostPages[] = [];
  for (const sizeKib of numbersOf(await namesIn(join(node, 'hugepages')), /^hugepages-(\d{1,9})kB$/)) {
    const total = Number(await textOf(join(node, 'hugepages', `hugepages-${sizeKib}kB`, 'nr_hugepages')));
    if (Number.isInteger(total) && total > 0) huge.push({ sizeKib, total, reserved: total });
  }
  const smallKib = huge.reduce((left, { sizeKib, total }) => left - sizeKib * total, totalKib);
  return [{ sizeKib: SMALL_KIB, total: Math.max(0, Math.floor(smallKib / SMALL_KIB)), reserved: 0 }, ...huge];
}
