import type { ListedWorkload } from './plan.ts';
import { PlanRefused } from './plan-refused.ts';
import type { Workload } from './workload.ts';

/** Machines of a listed workload, at most. */
const MACHINES_MAX = 5_000_000;

interface Machine {
  readonly flavor: number;
  readonly start: number;
  readonly end: number;
  readonly batch: number;
}

/**
 * A workload from a list of arrivals. Those of one arrival come with one request. Throws PlanRefused for a flavor that is not listed, for more
 * machines than can be played, and when none comes before the end.
 */
export function listedWorkload({ flavors, stepSeconds, forSeconds, arrivals }: ListedWorkload): Workload {
  const byName = new Map(flavors.map(({ name }, number) => [name, number]));
  const steps = Math.ceil(forSeconds / stepSeconds);
  const stepOf = (seconds: number): number => Math.floor(seconds / stepSeconds);
  const requests: { readonly flavor: number; readonly count: number; readonly start: number; readonly end: number }[] =
    [];
  let all = 0;
  for (const [place, { flavor: wanted, count, atSeconds, lastsSeconds, everySeconds, times }] of arrivals.entries()) {
    const flavor = byName.get(wanted);
    if (flavor === undefined) refuse(place, `there is no flavor ${wanted}`);
    if (times > 1 && everySeconds === undefined) refuse(place, 'times needs everySeconds');
    for (let time = 0; time < times; time++) {
      const atSecond = atSeconds + time * (everySeconds ?? 0);
      const start = stepOf(atSecond);
      if (start >= steps) break;
      // Whatever is rounded, a machine is there for a step.
      const lasts = lastsSeconds === undefined ? steps : Math.max(start + 1, stepOf(atSecond + lastsSeconds));
      all += count;
      if (all > MACHINES_MAX) refuse(place, `there are more than ${MACHINES_MAX} machines`);
      requests.push({ flavor: flavor ?? 0, count, start, end: Math.min(steps, lasts) });
    }
  }
  if (all === 0) throw new PlanRefused('The plan is refused. workload.arrivals: no machine comes before the end.');
  // In the order in which they come; those of one moment as they are listed.
  requests.sort((a, b) => a.start - b.start);
  const machines = requests.flatMap(({ count, ...one }, batch): readonly Machine[] =>
    Array.from({ length: count }, () => ({ ...one, batch })),
  );
  return {
    stepMs: stepSeconds * 1_000,
    steps,
    flavors,
    count: machines.length,
    flavor: Uint8Array.from(machines, ({ flavor }) => flavor),
    starts: Int32Array.from(machines, ({ start }) => start),
    ends: Int32Array.from(machines, ({ end }) => end),
    batch: Int32Array.from(machines, ({ batch }) => batch),
  };
}

function refuse(place: number, reason: string): never {
  throw new PlanRefused(`The plan is refused. workload.arrivals.${place}: ${reason}.`);
}
