import type { MessagePort } from 'node:worker_threads';
import type { RunReport } from '../simulation/report.ts';
import { playRun, type SimulatedRun } from './simulated-run.ts';

/** What a thread of simulations is given. */
export interface SimulationTask extends SimulatedRun {
  /** Hears how far the run is, in whole percents. */
  readonly progress: MessagePort;
}

/** What a thread of simulations does with a run. */
export default function simulationTask({ progress, ...run }: SimulationTask): Promise<RunReport> {
  let told = -1;
  return playRun(run, (part) => {
    const percent = Math.floor(part * 100);
    if (percent !== told) progress.postMessage(percent);
    told = percent;
  });
}
