import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A server that was started for a measurement. */
export interface ServerProcess {
  readonly url: string;
  /** From the start of the process to its first answer, in milliseconds. */
  readonly startMs: number;
  /** Resident memory in MiB. */
  memoryMib(): number;
  stop(): Promise<void>;
}

/** The arguments of Node that run a built program as its own first line would: `#!/usr/bin/env -S node FLAGS`. */
export function asInstalled(program: string): string[] {
  const [firstLine = ''] = readFileSync(program, 'utf8').split('\n', 1);
  const [, flags = ''] = firstLine.split(/^#!.*? node/);
  return [...flags.split(' ').filter((flag) => flag !== ''), program];
}

/** Starts `node ARGS`, and waits until `GET path` is answered with 200. */
export async function startServer(args: readonly string[], url: string, path: string): Promise<ServerProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}.`);
    const answered = await fetch(url + path).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) break;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const startMs = performance.now() - startedMs;
  return { url, startMs, memoryMib: () => residentMib(child), stop: () => stop(child) };
}

function residentMib({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** A directory on the disk of this checkout, where syncing costs what it costs in earnest (a tmpfs would cheat). */
export function benchDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(process.cwd(), '.bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
