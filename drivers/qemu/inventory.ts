import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { HostInventory } from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { runProgram } from './program.ts';

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

/** Size of the file system that holds a directory, in bytes. */
const diskBytes = async (directory: string): Promise<number> => {
  const { blocks, bsize } = await statfs(directory);
  return blocks * bsize;
};

/** This machine as a host. `directory` lies on the disk that holds the guests. */
export const localInventory = async (
  directory: string,
  hostname: string,
  hypervisorVersion: number,
): Promise<HostInventory> => ({
  vcpus: availableParallelism(),
  memoryMib: hostMemoryMib(),
  diskGib: Math.floor((await diskBytes(directory)) / 1024 ** 3),
  hypervisorType: 'QEMU',
  hypervisorVersion,
  hypervisorHostname: hostname,
  hostIp: '127.0.0.1',
  cpuModel: cpus()[0]?.model ?? 'unknown',
  cpuArchitecture: 'x86_64',
});
