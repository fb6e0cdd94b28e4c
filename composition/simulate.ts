import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { seededRandom } from '../runtime/random.ts';
import { listedWorkload } from '../simulation/listed.ts';
import { nameOf, type SimulationPlan } from '../simulation/plan.ts';
import { PlanRefused } from '../simulation/plan-refused.ts';
import type { RunReport } from '../simulation/report.ts';
import { readAzureV1, TraceRefused } from '../simulation/trace/azure-v1.ts';
import type { Workload } from '../simulation/workload.ts';
import { SimulationThreads } from './simulation-threads.ts';

/** Largest file of a trace, in bytes. */
const TRACE_FILE_BYTES_MAX = 268_435_456;

/** Hears how far a run is: its name, and the part of its steps that are done. */
export type SimulationProgress = (name: string, part: number) => void;

/** How a plan is played. */
export interface SimulationOptions {
  readonly progress?: SimulationProgress | undefined;
  /** Runs that are played at once, each in a thread of its own. @default one for each processor */
  readonly threads?: number | undefined;
}

/**
 * Plays a plan: each of its runs in a cloud of its own, in memory and in virtual time, with the same workload and seed. Its reports are told
 * in the plan's order. `directory`: what relative paths of the plan are relative to. Throws PlanRefused.
 */
export async function* simulate(
  plan: SimulationPlan,
  directory: string,
  { progress = () => {}, threads }: SimulationOptions = {},
): AsyncIterable<RunReport> {
  const workload = workloadOf(plan, directory);
  const { fleet, seed, runs } = plan;
  const pool = new SimulationThreads(threads);
  try {
    const reports = runs.map((run) =>
      pool.play({ plan: { fleet, seed }, run, workload }, (part) => progress(nameOf(run), part)),
    );
    // Each is waited for in its turn: that one fails meanwhile is told then.
    for (const report of reports) report.catch(() => {});
    for (const report of reports) yield await report;
  } finally {
    await pool.close();
  }
}

/** The machines of a plan. Throws PlanRefused. */
function workloadOf({ workload, seed }: SimulationPlan, directory: string): Workload {
  if (!('azureV1' in workload)) return listedWorkload(workload);
  const text = (file: string): string => traceText(join(resolve(directory, workload.azureV1), file));
  const texts = {
    arrivals: text('arrivals.txt'),
    lifetimes: text('lifetimes.txt'),
    flavors: text('flavors.txt'),
    lifetimeBins: text('lifetime-bins.txt'),
  };
  try {
    const whole = readAzureV1(texts, seededRandom(seed));
    return workload.steps === undefined ? whole : firstSteps(whole, workload.steps);
  } catch (error) {
    if (error instanceof TraceRefused) throw new PlanRefused(`The trace is refused. ${error.message}`);
    throw error;
  }
}

function traceText(file: string): string {
  try {
    if (statSync(file).size > TRACE_FILE_BYTES_MAX) throw new Error('it is larger than 256 MiB');
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlanRefused(
      `The trace's ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** The beginning of a workload. */
function firstSteps(workload: Workload, steps: number): Workload {
  if (steps >= workload.steps) return workload;
  const next = workload.starts.findIndex((start) => start >= steps);
  const count = next < 0 ? workload.count : next;
  return {
    ...workload,
    steps,
    count,
    flavor: workload.flavor.slice(0, count),
    starts: workload.starts.slice(0, count),
    ends: workload.ends.slice(0, count).map((end) => Math.min(end, steps)),
    batch: workload.batch.slice(0, count),
  };
}
