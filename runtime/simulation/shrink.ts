import type { HistoryOutcome, HistoryScript } from './scenario.ts';

/** Lives through a history. */
type Live = (script: HistoryScript) => Promise<HistoryOutcome>;

/** The shortest history found that breaks the same rule. */
export interface Shrunk {
  readonly script: HistoryScript;
  readonly outcome: HistoryOutcome;
  /** Histories lived through to find it. */
  readonly runs: number;
}

/**
 * Shortens a history that breaks a rule: leaves out operations and faults, first many at once and then one by one, as long
 * as the rule that was broken first is broken still (delta debugging, Zeller and Hildebrandt 2002). At most `runsMax` histories.
 */
export async function shrink(live: Live, script: HistoryScript, runsMax = 600): Promise<Shrunk> {
  let best = { script, outcome: await live(script) };
  let runs = 1;
  const rule = best.outcome.violations[0]?.rule;
  if (rule === undefined) return { ...best, runs };
  /** Whether a shorter history breaks the rule, too; then it is the best one. What it did not need is left out at once. */
  const breaks = async (operations: readonly number[], faults: readonly string[]): Promise<boolean> => {
    if (runs >= runsMax) return false;
    runs++;
    const outcome = await live({ seed: script.seed, operations, faults });
    if (outcome.violations[0]?.rule !== rule) return false;
    best = { script: { seed: script.seed, operations: outcome.operations, faults: outcome.faults }, outcome };
    return true;
  };
  if (!(await breaks(best.outcome.operations, best.outcome.faults))) return { ...best, runs };
  for (let before = -1; before !== size(best.outcome) && runs < runsMax; ) {
    before = size(best.outcome);
    await without(
      () => best.outcome.operations,
      (operations) => breaks(operations, best.outcome.faults),
    );
    await without(
      () => best.outcome.faults,
      (faults) => breaks(best.outcome.operations, faults),
    );
    if (size(best.outcome) <= SMALL) await withEarlierFaults(best.outcome, breaks);
  }
  return { ...best, runs };
}

/** So few operations and faults are tried in pairs. */
const SMALL = 12;
/** How much earlier a fault is tried at its place. */
const EARLIER_MAX = 4;

/**
 * Leaves out an operation together with what it did at the place of a fault: the fault that came at the third message, say, comes
 * at the second then.
 */
async function withEarlierFaults(
  { operations, faults }: HistoryOutcome,
  breaks: (operations: readonly number[], faults: readonly string[]) => Promise<boolean>,
): Promise<void> {
  for (const left of operations) {
    const fewer = operations.filter((operation) => operation !== left);
    for (const fault of faults) {
      for (let by = 1; by <= EARLIER_MAX; by++) {
        const moved = earlier(fault, by);
        if (moved === null) break;
        const others = faults.map((other) => (other === fault ? moved : other));
        // The lists have changed: what is left is tried in the next round.
        if (await breaks(fewer, others)) return;
      }
    }
  }
}

/** A fault that comes `by` times earlier at its place. */
function earlier(fault: string, by: number): string | null {
  const number = /\.(\d+)=/.exec(fault)?.[1];
  if (number === undefined || Number(number) <= by) return null;
  return fault.replace(`.${number}=`, `.${Number(number) - by}=`);
}

const size = ({ operations, faults }: HistoryOutcome): number => operations.length + faults.length;

/** Leaves out parts of a list, halves first, then ever smaller ones, and keeps out what was not needed. */
async function without<Item>(
  items: () => readonly Item[],
  isEnough: (fewer: readonly Item[]) => Promise<boolean>,
): Promise<void> {
  for (let length = items().length; length >= 1; length = length > 1 ? Math.ceil(length / 2) : 0) {
    // From the end: what came last is more often without consequence.
    for (let start = items().length - length; start > -length; start -= length) {
      const all = items();
      const [from, to] = [Math.max(0, start), Math.max(0, start) + Math.min(length, length + start)];
      if (from >= all.length) continue;
      await isEnough([...all.slice(0, from), ...all.slice(to)]);
    }
  }
}
