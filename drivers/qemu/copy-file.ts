import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import { partSuffix, syncPath } from './guest-files.ts';
import { limits } from './limits.ts';
import { runProgram } from './program.ts';

/**
 * Copies a file into a directory, with its holes, sharing its blocks where the file system can (`cp` of coreutils). It gets
 * its name when it is whole and on the disk. One that is there is replaced. Errors: HypervisorFailed, OutOfResources, TimedOut.
 */
export async function copyFileInto(
  from: string,
  directory: string,
  name: string,
  signal: AbortSignal,
): Promise<DriverResult> {
  const part = `${name}.${randomUUID()}${partSuffix}`;
  const args = ['--reflink=auto', '--sparse=auto', '--', from, part];
  const outcome = await runProgram('cp', args, { cwd: directory, signal, timeoutMs: limits.captureMs });
  if (outcome.how === 'ended') {
    await syncPath(join(directory, part));
    await rename(join(directory, part), join(directory, name));
    await syncPath(directory);
    return driverOk(null);
  }
  await rm(join(directory, part), { force: true });
  if (outcome.how === 'aborted') return driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });
  if (outcome.how === 'late') return driverFailed({ code: 'TimedOut', reason: `copying ${name} took too long` });
  const code = outcome.message.includes('No space left') ? 'OutOfResources' : 'HypervisorFailed';
  return driverFailed({ code, reason: `copying ${name}: ${outcome.message}` });
}
