/** Simulation of faults, for programs that use the runtime. See README.md in this folder. */
export { CALM, type FaultRates, STORMY } from './fault-rates.ts';
export {
  type Beginning,
  type HistoryOutcome,
  type HistoryScript,
  liveThrough,
  type Scenario,
} from './scenario.ts';
export { type Shrunk, shrink } from './shrink.ts';
export { type Exploration, explore, failureReport, type Simulation, simulationOf } from './simulation.ts';
export { messagesUnderWay } from './stored-messages.ts';
export { VirtualClock } from './virtual-clock.ts';
export { type Invariant, type Violation, World, type WorldOptions } from './world.ts';
