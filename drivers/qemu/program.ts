import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { limits } from './limits.ts';

/** How a program ended. `output` is what it wrote to standard output, `message` the end of its standard error. */
export type ProgramOutcome =
  | { readonly how: 'ended'; readonly output: string }
  | { readonly how: 'failed'; readonly message: string }
  | { readonly how: 'late' }
  | { readonly how: 'aborted' };

/** Where util-linux has the program that sets limits for another one. */
const prlimit = '/usr/bin/prlimit';

/**
 * Runs a program with an argument vector, a time limit and, where prlimit is found, limits of memory and processor
 * time: it reads images that users made, and a crafted one must cost no more than an error.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly signal: AbortSignal;
    readonly timeoutMs?: number;
    readonly memoryBytesMax?: number;
  },
): Promise<ProgramOutcome> {
  const timeoutMs = options.timeoutMs ?? limits.qemuImgMs;
  const limited = existsSync(prlimit);
  const argv = limited
    ? [
        `--as=${options.memoryBytesMax ?? limits.qemuImgMemoryBytesMax}`,
        `--cpu=${Math.ceil(timeoutMs / 1000)}`,
        '--core=0',
        '--',
        file,
        ...args,
      ]
    : [...args];
  return new Promise((resolve) => {
    if (options.signal.aborted) {
      resolve({ how: 'aborted' });
      return;
    }
    execFile(
      limited ? prlimit : file,
      argv,
      {
        cwd: options.cwd,
        signal: options.signal,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: 1024 * 1024,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ how: 'ended', output: stdout });
        else if (options.signal.aborted) resolve({ how: 'aborted' });
        else if (error.killed === true) resolve({ how: 'late' });
        else resolve({ how: 'failed', message: shorten(stderr.trim() === '' ? error.message : stderr) });
      },
    );
  });
}

/** The end of a program's messages, on one line and without control characters. */
export const shorten = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(-limits.reasonLengthMax);
