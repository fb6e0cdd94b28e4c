import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { limits } from './limits.ts';

/** How a program ended. `output` is what it wrote to standard output, `message` the end of its standard error. */
export type ProgramOutcome =
  | { readonly how: 'ended'; readonly output: string }
  | { readonly how: 'failed'; readonly message: string }
  | { readonly how: 'late' }
  | { readonly how: 'aborted' };

/** Where util-linux has the programs that set limits for another one, and that have it end with its parent. */
const prlimit = '/usr/bin/prlimit';
const setpriv = '/usr/bin/setpriv';
const ENDING_WITH_PARENT: readonly string[] = ['--pdeathsig', 'KILL', '--'];
/** Null: not tried yet. Some programs of that name cannot do it. */
let canEndWithParent: boolean | null = null;

/**
 * What stands before a program in an argument vector. A copy that outlived the controller would hold the locks of its disks for
 * hours, and the guest could not be started. See prctl(2), PR_SET_PDEATHSIG.
 */
function wrapped(argv: readonly string[], timeoutMs: number, memoryBytes: number): readonly string[] {
  canEndWithParent ??= spawnSync(setpriv, [...ENDING_WITH_PARENT, 'true'], { timeout: 5_000 }).status === 0;
  const ending = canEndWithParent ? [setpriv, ...ENDING_WITH_PARENT, ...argv] : argv;
  if (!existsSync(prlimit)) return ending;
  return [prlimit, `--as=${memoryBytes}`, `--cpu=${Math.ceil(timeoutMs / 1000)}`, '--core=0', '--', ...ending];
}

/**
 * Runs a program with an argument vector, a time limit and, where prlimit is found, limits of memory and processor
 * time: it reads images that users made, and a crafted one must cost no more than an error. It does not outlive the controller,
 * where setpriv is found.
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
  const memoryBytes = options.memoryBytesMax ?? limits.qemuImgMemoryBytesMax;
  const [program = file, ...argv] = wrapped([file, ...args], timeoutMs, memoryBytes);
  return new Promise((resolve) => {
    if (options.signal.aborted) {
      resolve({ how: 'aborted' });
      return;
    }
    execFile(
      program,
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
