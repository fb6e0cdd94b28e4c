import { type Simulation, simulationOf } from '../../../runtime/simulation/index.ts';
import { bank } from './bank.ts';
import { channels } from './channels.ts';
import { ordering } from './orders.ts';
import { tallying } from './tally.ts';

/** What the runtime's own suite lives through. */
export const SIMULATIONS: readonly Simulation[] = [
  simulationOf(bank),
  simulationOf(channels),
  simulationOf(tallying),
  simulationOf(ordering),
];
