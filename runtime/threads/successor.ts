import { spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';

/** How the process that takes over is started: as this one was. Plain data. */
export interface Successor {
  readonly file: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  /** When processes of this line took over, in milliseconds since 1970. */
  readonly takeovers: readonly number[];
}

/** Takeovers of the line of processes so far, in the environment of the one that took over. */
const TAKEOVERS_VARIABLE = 'NOVELLA_TAKEOVERS';

/** So many takeovers within so long mean that starting again does not help. */
const TAKEOVERS_MAX = 10;
const WITHIN_MS = 300_000;

/** The takeovers that lie behind this process; none when a person or a service manager has started it. */
function takeoversBefore(): readonly number[] {
  const given = process.env[TAKEOVERS_VARIABLE] ?? '';
  return given
    .split(',')
    .map(Number)
    .filter((atMs) => Number.isFinite(atMs) && atMs > 0);
}

/** Whether this process has taken over from one that failed, which may still be ending. */
export const hasTakenOver = (): boolean => takeoversBefore().length > 0;

/** What would take over from this process. Null when there have been too many takeovers lately. */
export function successorOfThis(clock: Clock): Successor | null {
  const takeovers = takeoversBefore().filter((atMs) => clock.now() - atMs < WITHIN_MS);
  if (takeovers.length >= TAKEOVERS_MAX) return null;
  const args = [...process.execArgv, ...process.argv.slice(1)];
  return { file: process.execPath, args, workingDirectory: process.cwd(), takeovers };
}

/**
 * Starts the successor and ends this process at once by SIGKILL, from whatever thread: nothing waits for a thread that
 * hangs. With null only the latter. The successor is no child of a shell or service manager: who wants to watch it
 * turns takeovers off.
 */
export function replaceProcess(successor: Successor | null, clock: Clock): void {
  if (successor !== null) {
    const { file, args, workingDirectory, takeovers } = successor;
    const env = { ...process.env, [TAKEOVERS_VARIABLE]: [...takeovers, clock.now()].join(',') };
    const child = spawn(file, args, { cwd: workingDirectory, env, detached: true, stdio: 'inherit' });
    child.unref();
  }
  process.kill(process.pid, 'SIGKILL');
}
