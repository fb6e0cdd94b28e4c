import type { CapacityResult, HostShape, Moment } from './capacity-run.ts';

/** What is seen of a run at some moment. */
export interface ReportedMoment {
  readonly hours: number;
  readonly machines: number;
  readonly hostsInUse: number;
  /** Parts of what the hosts in use have. */
  readonly vcpusUsed: number;
  readonly memoryUsed: number;
}

/** What came of one run. */
export interface RunReport extends Omit<CapacityResult, 'refusals'> {
  readonly name: string;
  /** Host hours over the lower bound; null: no host was needed. */
  readonly overBound: number | null;
  readonly movesPerMachineHour: number;
  /** Why machines were refused, the most frequent cause first. */
  readonly refusals: readonly { readonly cause: string; readonly machines: number }[];
  /** From the start to the end, evenly. */
  readonly moments: readonly ReportedMoment[];
}

/** Moments of a report, at most. */
const MOMENTS_MAX = 48;
const MS_PER_HOUR = 3_600_000;

/** Collects what is told of a run, and makes its report. */
export class RunReporter {
  readonly #shape: HostShape;
  readonly #stepMs: number;
  readonly #every: number;
  readonly #last: number;
  readonly #moments: ReportedMoment[] = [];

  constructor(shape: HostShape, { stepMs, steps }: { readonly stepMs: number; readonly steps: number }) {
    this.#shape = shape;
    this.#stepMs = stepMs;
    this.#every = Math.ceil(steps / MOMENTS_MAX);
    this.#last = steps - 1;
  }

  /** To be called after each step. */
  see({ step, machines, hostsInUse, vcpus, memoryMib }: Moment): void {
    if (step % this.#every !== 0 && step !== this.#last) return;
    const partOf = (used: number, each: number): number => (hostsInUse === 0 ? 0 : used / (hostsInUse * each));
    this.#moments.push({
      hours: (step * this.#stepMs) / MS_PER_HOUR,
      machines,
      hostsInUse,
      vcpusUsed: partOf(vcpus, this.#shape.vcpus),
      memoryUsed: partOf(memoryMib, this.#shape.memoryMib),
    });
  }

  report(name: string, { refusals, ...result }: CapacityResult): RunReport {
    const { hostHours, hostHoursBound, moves, machineHours } = result;
    return {
      name,
      ...result,
      overBound: hostHoursBound > 0 ? hostHours / hostHoursBound : null,
      movesPerMachineHour: machineHours > 0 ? moves / machineHours : 0,
      refusals: Object.entries(refusals).map(([cause, machines]) => ({ cause, machines })),
      moments: this.#moments,
    };
  }
}
