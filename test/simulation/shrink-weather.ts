import { type FaultRates, NO_FAULTS } from './fault-rates.ts';
import { liveThrough, SMALL } from './history.ts';

/** A history of the cloud: what it is made of. */
export interface CloudHistory {
  readonly seed: number;
  readonly instances: number;
  readonly rates: FaultRates;
}

/** Histories lived through to find a shorter one. */
const RUNS_MAX = 60;

/**
 * Makes a history that breaks a rule simpler, as long as some rule is broken: kinds of faults are left out, one by one, then
 * instances. All chance comes from one sequence here, so that single faults cannot be left out as in the runtime's histories.
 */
export async function shrinkWeather(
  history: CloudHistory,
  isBroken = async ({ seed, instances, rates }: CloudHistory): Promise<boolean> =>
    (await liveThrough(seed, { ...SMALL, instances }, rates)).violations.length > 0,
): Promise<CloudHistory> {
  let best = history;
  let runs = 0;
  const takeIfBroken = async (simpler: CloudHistory): Promise<boolean> => {
    if (runs++ >= RUNS_MAX || !(await isBroken(simpler))) return false;
    best = simpler;
    return true;
  };
  for (const fault in NO_FAULTS) {
    const rates = { ...best.rates, [fault]: 0 };
    if (Object.values(rates).join() !== Object.values(best.rates).join()) await takeIfBroken({ ...best, rates });
  }
  for (let fewer = Math.floor(best.instances / 2); fewer >= 1; fewer = Math.floor(fewer / 2)) {
    while (best.instances > fewer && (await takeIfBroken({ ...best, instances: best.instances - fewer }))) {
      // Once more by as many.
    }
  }
  return best;
}

/** The command that lives through a history of the cloud again. */
export function replayWeather({ seed, instances, rates }: CloudHistory): string {
  const happening = Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate > 0));
  return `NOVELLA_SEED=${seed} NOVELLA_INSTANCES=${instances} NOVELLA_FAULTS='${JSON.stringify(happening)}' npm test -- simulation/faults`;
}
