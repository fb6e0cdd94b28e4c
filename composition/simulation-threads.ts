import { availableParallelism } from 'node:os';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { RunReport } from '../simulation/report.ts';
import type { SimulatedRun } from './simulated-run.ts';
import type { SimulationTask } from './simulation-task.ts';

/**
 * Young generation of a thread that simulates, in MiB; V8 makes half-spaces of a third. In virtual time an instance lives for milliseconds of the
 * machine's: with V8's own 16 MiB a half-space most are still there when it is full, and are carried on to grow old.
 */
const YOUNG_HEAP_MIB_MAX = 192;

/**
 * Run from source the task is a .ts file beside this one, which Node 20 can only load whole after tsx has been registered in the thread, too; from the
 * package it is a .js file.
 */
const TASK = import.meta.url.endsWith('.ts')
  ? { filename: new URL('./simulation-task.ts', import.meta.url).href, execArgv: ['--import', registeringTsx()] }
  : // What the program was started with, such as a loader that compiles whatever it loads, is not for these threads.
    { filename: new URL('./simulation-task.js', import.meta.url).href, execArgv: [] };

function registeringTsx(): string {
  const api = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  return `data:text/javascript,${encodeURIComponent(`import { register } from ${api}; register();`)}`;
}

/** Plays runs of plans, each in one thread; as many at once as there are threads. */
export class SimulationThreads {
  readonly #pool: Piscina<SimulationTask, RunReport>;

  /** @param threadsMax at most so many; @default one for each processor */
  constructor(threadsMax = availableParallelism()) {
    this.#pool = new Piscina({
      ...TASK,
      minThreads: 0,
      maxThreads: threadsMax,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_HEAP_MIB_MAX },
    });
  }

  /** Plays a run. `progress` hears the part that is done, in steps of a hundredth. Rejects with what the run throws, or when the threads are closed. */
  async play(run: SimulatedRun, progress: (part: number) => void): Promise<RunReport> {
    const { port1, port2 } = new MessageChannel();
    const heard = (percent: unknown): void => {
      if (typeof percent === 'number') progress(percent / 100);
    };
    port1.on('message', heard);
    try {
      const report = await this.#pool.run({ ...run, progress: port2 }, { transferList: [port2] });
      // The report comes another way, and may overtake what was told before it.
      for (let told = receiveMessageOnPort(port1); told; told = receiveMessageOnPort(port1)) heard(told.message);
      return report;
    } finally {
      port1.close();
    }
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
