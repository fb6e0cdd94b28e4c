import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a process ended. */
export interface Ending {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A controller as a process of its own. */
export interface Controller {
  readonly pid: number;
  /** Where its API is. Rejects when the process ends before it says so. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ending>;
  /** What it has printed so far. */
  output(): { readonly stdout: string; readonly stderr: string };
  /** Ends it as a power cut would: it can do nothing about it. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<Ending>;
}

const alive = new Set<ChildProcess>();
// Also when the runner ends a test file that takes too long.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Runs `novella ARGS`. Standard output and error are kept, the last 256 KiB of each. */
export function startController(cli: string, args: readonly string[]): Controller {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  const { pid, stdout, stderr } = child;
  if (pid === undefined) throw new Error(`${process.execPath} could not be started.`);
  const printed = { stdout: '', stderr: '' };
  const keep = (name: 'stdout' | 'stderr', text: string): void => {
    printed[name] = (printed[name] + text).slice(-262_144);
  };
  stderr.setEncoding('utf8').on('data', (text: string) => keep('stderr', text));
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (status, signal) => {
      alive.delete(child);
      resolve({ status, signal });
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    stdout.setEncoding('utf8').on('data', (text: string) => {
      keep('stdout', text);
      const url = /^Novella is ready at (\S+)\n/m.exec(printed.stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
    void ended.then(({ status, signal }) => {
      reject(new Error(`The controller ended (${status ?? signal}) before it was ready: ${printed.stderr}`));
    });
  });
  ready.catch(() => {}); // Not everyone who starts a controller waits for it.
  return {
    pid,
    ready,
    ended,
    output: () => ({ ...printed }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Kills what this test file has started and is not yet gone; for `after` hooks. */
export async function endControllers(): Promise<void> {
  for (const child of [...alive]) {
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }
}
