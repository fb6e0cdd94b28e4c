import type { HistoryScript } from '../../runtime/simulation/index.ts';

/** The command that lives through a history of the runtime's suite again, and prints it. */
export function replayCommand(scenario: string, { seed, operations, faults }: HistoryScript): string {
  const words = ['npm run simulate-faults --', '--scenario', scenario, '--seed', String(seed)];
  if (operations) words.push('--operations', operations.join(',') || ',');
  if (faults) words.push('--faults', faults.join(',') || ',');
  return words.join(' ');
}
