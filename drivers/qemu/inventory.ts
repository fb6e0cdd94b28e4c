import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { HostInventory } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { runProgram } from './program.ts';
import { type MachineTopology, readTopology } from './topology.ts';

/** `QEMU emulator version 7.2.22 (…)` as Nova's number 7002022; null when the text is something else. */
export function readQemuVersion(text: string): number | null {
  const found = /\bversion (\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(text);
  return found === null ? null : Number(found[1]) * 1_000_000 + Number(found[2]) * 1_000 + Number(found[3] ?? 0);
}

/** Runs `qemu --version`. Errors: Unreachable (not installed, not QEMU, or older than 7.2). */
export async function askQemuVersion(binary: string, directory: string): Promise<DriverResult<number>> {
  const outcome = await runProgram(binary, ['--version'], { cwd: directory, signal: AbortSignal.timeout(20_000) });
  if (outcome.how !== 'ended') {
    const why = outcome.how === 'failed' ? outcome.message : outcome.how;
    return driverFailed({ code: 'Unreachable', reason: `${binary} does not run: ${why}` });
  }
  const version = readQemuVersion(outcome.output);
  if (version === null) return driverFailed({ code: 'Unreachable', reason: `${binary} does not say its version` });
  if (version < 7_002_000) return driverFailed({ code: 'Unreachable', reason: `${binary} is older than QEMU 7.2` });
  return driverOk(version);
}

/** Memory of this machine that a guest can have at all, in MiB: what the control group allows, where it is less. */
export const hostMemoryMib = (): number => {
  const constrained = process.constrainedMemory();
  const bytes = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return Math.floor(bytes / 1024 ** 2);
};

/** What a host has of something that several hosts of one machine have evenly. `share`: 1 of so many, from 0 to 1; at least 1 is left. */
export const shareOf = (whole: number, share: number): number => Math.max(1, Math.floor(whole * share));

/** Size of the file system that holds a directory, in bytes. */
const diskBytes = async (directory: string): Promise<number> => {
  const { blocks, bsize } = await statfs(directory);
  return blocks * bsize;
};

/** What a host of this machine is made with. */
export interface LocalHost {
  /** Lies on the disk that holds the guests. */
  readonly directory: string;
  readonly hostname: string;
  readonly hypervisorVersion: number;
  /** Its part of the machine, from 0 to 1. */
  readonly share: number;
  /** Whether guests get the machine's own processor. */
  readonly isAccelerated: boolean;
}

/** This machine, or a share of it, as a host. */
export const localInventory = async (host: LocalHost): Promise<HostInventory> => ({
  vcpus: shareOf(availableParallelism(), host.share),
  memoryMib: shareOf(hostMemoryMib(), host.share),
  diskGib: shareOf((await diskBytes(host.directory)) / 1024 ** 3, host.share),
  hypervisorType: 'QEMU',
  hypervisorVersion: host.hypervisorVersion,
  hypervisorHostname: host.hostname,
  hostIp: '127.0.0.1',
  cpuModel: cpus()[0]?.model ?? 'unknown',
  cpuArchitecture: 'x86_64',
  ...insideOf(await readTopology(), host),
});

/**
 * What a host tells of the machine's inside. Its cells only where all of it is the host's: neither a part of a machine nor what is left of it
 * in a control group has cells of its own. Emulated processors have nothing of the machine's.
 */
function insideOf(
  { numaCells, cpuFeatures }: MachineTopology,
  { share, isAccelerated }: LocalHost,
): Pick<HostInventory, 'numaCells' | 'cpuFeatures'> {
  const processors = numaCells.reduce((sum, cell) => sum + cell.cpus.length, 0);
  const isWhole =
    share === 1 && processors === availableParallelism() && hostMemoryMib() === Math.floor(totalmem() / 1024 ** 2);
  return {
    ...(isWhole && processors > 0 ? { numaCells } : {}),
    ...(isAccelerated && cpuFeatures.length > 0 ? { cpuFeatures } : {}),
  };
}
