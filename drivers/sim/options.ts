import type { GuestPower, HostInventory, Hypervisor, HypervisorCapabilities } from '../hypervisor.ts';
import type { SimClock } from './clock.ts';
import type { SimFaults } from './faults.ts';
import type { SimLatency } from './latency.ts';
import type { SimOvercommit, SimWorld } from './world.ts';

/** How a simulated host is set up. Clock, random, latency and faults may be shared by all hosts. */
export interface SimHypervisorOptions {
  readonly inventory: HostInventory;
  readonly clock: SimClock;
  /** Numbers evenly in [0, 1). Drawn only for latencies that vary. */
  readonly random: () => number;
  /** Default: none, and then no timer is used. */
  readonly latency?: SimLatency;
  /** Default: nothing goes wrong. */
  readonly faults?: SimFaults;
  /** Default: none of either. */
  readonly overcommit?: SimOvercommit;
  /** The host that this driver finds. Default: an empty one that ends with the driver. */
  readonly world?: SimWorld;
}

/** What a test or a simulation can do to a simulated host besides giving orders. */
export interface SimHypervisor extends Hypervisor {
  /** Changes a guest's power without an order and reports it. False when there is no such guest. */
  changePower(instanceId: string, power: GuestPower, reason: string): boolean;
  /** Cuts the host off, or connects it again. Cut off, it answers every call with Unreachable, and its events are lost. */
  setReachable(reachable: boolean): void;
  /** The host loses power: every guest in memory has crashed. Reports nothing, as nobody is there to see it. */
  losePower(): void;
}

/** What simulated hosts can do. */
export const capabilities: HypervisorCapabilities = {
  consoleOutput: true,
  softReboot: true,
  pause: true,
  suspend: true,
  rescue: true,
  rebuild: true,
  coldMigration: true,
  liveMigration: true,
  setPassword: true,
  volumes: true,
  guestsSurviveController: false,
};
/** The same for one whose world outlives its driver. */
export const withWorld: HypervisorCapabilities = { ...capabilities, guestsSurviveController: true };
