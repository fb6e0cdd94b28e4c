import { lastLines } from '../console-lines.ts';
import type {
  GuestEvent,
  GuestPower,
  GuestReport,
  GuestSpec,
  HostInventory,
  Hypervisor,
  HypervisorCapabilities,
  Order,
} from '../hypervisor.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { SimClock } from './clock.ts';
import type { SimFaults, SimOrderKind } from './faults.ts';
import { consoleOf, diskGibOf, newSimGuest, reportOf, type SimGuest } from './guest.ts';
import { type Latency, noLatency, type SimLatency, sampleLatency } from './latency.ts';
import { createSimWorld, placementProblem, type SimOvercommit, type SimWorld } from './world.ts';

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
  /** The host loses power: every running guest has crashed. Reports nothing, as nobody is there to see it. */
  losePower(): void;
}

const noOvercommit: SimOvercommit = { memory: 1, disk: 1 };
const capabilities: HypervisorCapabilities = { consoleOutput: true, softReboot: true, guestsSurviveController: false };
const withWorld: HypervisorCapabilities = { ...capabilities, guestsSurviveController: true };
const closedError = driverFailed({
  code: 'Unreachable',
  reason: 'the driver is not started or was closed, or the host is cut off',
});
const abortedError = driverFailed({ code: 'TimedOut', reason: 'the order was aborted' });

/**
 * A host that exists in memory only, with rules of its own: running guests may not take more memory than there is, nor
 * all guests more disk, and an image must fit its disk. An order looks, waits its latency and is then carried out
 * whole; aborted before that, it changes nothing. Methods stand on the prototype, since there may be thousands of hosts.
 */
class SimulatedHost implements SimHypervisor {
  readonly #options: SimHypervisorOptions;
  readonly #world: SimWorld;
  #listeners: Set<(event: GuestEvent) => void> | null = null;
  /** Ends of the waits under way; called when the driver is closed. */
  #waits: Set<() => void> | null = null;
  #open = false;
  #reachable = true;

  constructor(options: SimHypervisorOptions) {
    this.#options = options;
    this.#world = options.world ?? createSimWorld();
  }

  get capabilities(): HypervisorCapabilities {
    return this.#options.world === undefined ? capabilities : withWorld;
  }

  async start(): Promise<DriverResult> {
    this.#open = true;
    return driverOk(null);
  }

  async inventory(): Promise<DriverResult<HostInventory>> {
    return this.#answers ? driverOk(this.#options.inventory) : closedError;
  }

  async inspectAll(): Promise<DriverResult<readonly GuestReport[]>> {
    return this.#answers ? driverOk([...(this.#world.guests?.values() ?? [])].map(reportOf)) : closedError;
  }

  async inspect(instanceId: string): Promise<DriverResult<GuestReport>> {
    if (!this.#answers) return closedError;
    const guest = this.#world.guests?.get(instanceId);
    return guest === undefined ? driverFailed({ code: 'GuestNotFound', instanceId }) : driverOk(reportOf(guest));
  }

  async ensureRunning(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>> {
    const latency = this.#isRunning(order.instanceId) ? 0 : this.#latency.spawn;
    return this.#carryOut('ensureRunning', order, latency, () => this.#run(order.instanceId, spec));
  }

  async ensureStopped(order: Order, graceMs: number): Promise<DriverResult> {
    const { instanceId } = order;
    // Without a grace nothing is asked, so nothing is waited for.
    const latency = graceMs > 0 && this.#isRunning(instanceId) ? this.#latency.stop : 0;
    return this.#carryOut('ensureStopped', order, latency, () => {
      const guest = this.#world.guests?.get(instanceId);
      if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
      this.#setPower(guest, 'stopped');
      return driverOk(null);
    });
  }

  async ensureRebooted(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>> {
    const known = this.#world.guests?.get(order.instanceId);
    const done = known?.rebootOrderId === order.orderId && known.power === 'running';
    return this.#carryOut('ensureRebooted', order, done ? 0 : this.#latency.reboot, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest !== undefined && guest.rebootOrderId !== order.orderId) {
        this.#setPower(guest, 'stopped');
      }
      const result = this.#run(order.instanceId, spec);
      const rebooted = this.#world.guests?.get(order.instanceId);
      if (rebooted !== undefined) rebooted.rebootOrderId = order.orderId;
      return result;
    });
  }

  async ensureAbsent(order: Order): Promise<DriverResult> {
    const exists = this.#world.guests?.has(order.instanceId) ?? false;
    return this.#carryOut('ensureAbsent', order, exists ? this.#latency.delete : 0, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest === undefined) return driverOk(null);
      this.#setPower(guest, 'stopped');
      this.#world.diskUsedGib -= guest.diskGib;
      this.#world.guests?.delete(order.instanceId);
      return driverOk(null);
    });
  }

  async consoleOutput(instanceId: string, lines: number | null): Promise<DriverResult<string>> {
    if (!this.#answers) return closedError;
    const guest = this.#world.guests?.get(instanceId);
    if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
    return driverOk(lastLines(consoleOf(guest), lines));
  }

  subscribe(listener: (event: GuestEvent) => void): () => void {
    const listeners = this.#listeners ?? new Set();
    this.#listeners = listeners;
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#listeners = null;
    for (const end of this.#waits ?? []) end();
    this.#waits = null;
  }

  changePower(instanceId: string, power: GuestPower, reason: string): boolean {
    const guest = this.#world.guests?.get(instanceId);
    if (guest === undefined) return false;
    this.#setPower(guest, power);
    for (const listener of (this.#reachable ? this.#listeners : null) ?? []) listener({ instanceId, power, reason });
    return true;
  }

  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
  }

  losePower(): void {
    for (const guest of this.#world.guests?.values() ?? []) {
      if (guest.power !== 'stopped') this.#setPower(guest, 'crashed');
    }
  }

  get #answers(): boolean {
    return this.#open && this.#reachable;
  }

  get #latency(): SimLatency {
    return this.#options.latency ?? noLatency;
  }

  #isRunning(instanceId: string): boolean {
    return this.#world.guests?.get(instanceId)?.power === 'running';
  }

  /** The one place where power changes, so that the memory in use stays right. Paused guests keep their memory. */
  #setPower(guest: SimGuest, power: GuestPower): void {
    const holds = (value: GuestPower) => (value === 'running' || value === 'paused' ? guest.memoryMib : 0);
    this.#world.memoryUsedMib += holds(power) - holds(guest.power);
    guest.power = power;
  }

  #run(instanceId: string, spec: GuestSpec): DriverResult<GuestReport> {
    const existing = this.#world.guests?.get(instanceId);
    if (existing?.power === 'paused') this.#setPower(existing, 'running');
    if (existing?.power === 'running') return driverOk(reportOf(existing));
    const { inventory, overcommit = noOvercommit } = this.#options;
    const problem = placementProblem(this.#world, inventory, overcommit, spec, existing);
    if (problem !== null) return driverFailed(problem);
    const guest = existing ?? newSimGuest(instanceId, spec);
    if (existing === undefined) {
      this.#world.guests ??= new Map();
      this.#world.guests.set(instanceId, guest);
      this.#world.diskUsedGib += diskGibOf(spec);
    }
    this.#setPower(guest, 'running');
    guest.boots += 1;
    return driverOk(reportOf(guest));
  }

  /** Waits the latency of an order, carries it out, and lets its fault happen. */
  async #carryOut<T>(
    kind: SimOrderKind,
    order: Order,
    latency: Latency,
    act: () => DriverResult<T>,
  ): Promise<DriverResult<T>> {
    if (!this.#answers) return closedError;
    if (order.signal.aborted) return abortedError;
    const fault = this.#options.faults?.next(kind, order.instanceId) ?? null;
    const waitMs = sampleLatency(latency, this.#options.random) + (fault?.type === 'late' ? fault.ms : 0);
    if (waitMs > 0) {
      const waited = await this.#wait(waitMs, order.signal);
      if (waited !== null) return waited;
    }
    if (fault === null || fault.type === 'late') return act();
    if (fault.applied) act();
    if (fault.type === 'fail') return driverFailed(fault.error);
    return (await this.#wait(null, order.signal)) ?? abortedError;
  }

  /** Waits so long (null: for ever). Null when the time has passed, else the error that ended the wait early. */
  #wait(ms: number | null, signal: AbortSignal): Promise<ReturnType<typeof driverFailed> | null> {
    const waits = this.#waits ?? new Set();
    this.#waits = waits;
    return new Promise((resolve) => {
      const finish = (outcome: ReturnType<typeof driverFailed> | null) => {
        cancel();
        signal.removeEventListener('abort', onAbort);
        waits.delete(onClose);
        resolve(outcome);
      };
      const onAbort = () => finish(abortedError);
      const onClose = () => finish(closedError);
      const cancel = ms === null ? () => {} : this.#options.clock.after(ms, () => finish(null));
      signal.addEventListener('abort', onAbort, { once: true });
      waits.add(onClose);
    });
  }
}

/** Makes a simulated host. */
export const createSimHypervisor = (options: SimHypervisorOptions): SimHypervisor => new SimulatedHost(options);
