import { lastLines } from '../console-lines.ts';
import type {
  CapturedRoot,
  ExportedGuest,
  GuestEvent,
  GuestPower,
  GuestReport,
  GuestSpec,
  HostInventory,
  Hypervisor,
  HypervisorCapabilities,
  Order,
} from '../hypervisor.ts';
import type { ImageIntake } from '../images.ts';
import { capturedRoot } from '../intake-result.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { SimOrderKind } from './faults.ts';
import {
  consoleOf,
  diskGibOf,
  newSimGuest,
  reportOf,
  rootBytesOf,
  type SimGuest,
  volumeIdsOf,
  whole,
} from './guest.ts';
import { type Latency, noLatency, type SimLatency, sampleLatency } from './latency.ts';
import { capabilities, type SimHypervisor, type SimHypervisorOptions, withWorld } from './options.ts';
import { abortedError, closedError, type Waits, wait } from './waits.ts';
import {
  createSimWorld,
  diskProblem,
  imageProblem,
  placementProblem,
  type SimOvercommit,
  type SimWorld,
} from './world.ts';

const noOvercommit: SimOvercommit = { memory: 1, disk: 1 };

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
  #waits: Waits | null = null;
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

  async ensurePaused(order: Order): Promise<DriverResult> {
    return this.#halt('ensurePaused', order, 'paused', 0);
  }

  async ensureSuspended(order: Order): Promise<DriverResult> {
    return this.#halt('ensureSuspended', order, 'suspended', this.#latency.stop);
  }

  async ensureRebuilt(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>> {
    const known = this.#world.guests?.get(order.instanceId);
    const done = known?.rebuildOrderId === order.orderId && known.power === 'running';
    return this.#carryOut('ensureRebuilt', order, done ? 0 : this.#latency.spawn, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest !== undefined && guest.rebuildOrderId !== order.orderId) {
        const problem = imageProblem(spec);
        if (problem !== null) return driverFailed(problem);
        this.#setPower(guest, 'stopped');
        guest.boots = 0;
      }
      const result = this.#run(order.instanceId, spec);
      const rebuilt = this.#world.guests?.get(order.instanceId);
      if (rebuilt !== undefined) rebuilt.rebuildOrderId = order.orderId;
      return result;
    });
  }

  async triggerCrashDump(order: Order): Promise<DriverResult> {
    return this.#carryOut('triggerCrashDump', order, 0, () => this.#toldInside(order));
  }

  // Nobody can log in, so the password itself is not kept.
  async ensurePassword(order: Order): Promise<DriverResult> {
    return this.#carryOut('ensurePassword', order, 0, () => this.#toldInside(order));
  }

  /** What is told to the inside of a guest: one that runs takes it. */
  #toldInside({ instanceId }: Order): DriverResult {
    const guest = this.#world.guests?.get(instanceId);
    if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
    return guest.power === 'running' || guest.power === 'paused'
      ? driverOk(null)
      : driverFailed({ code: 'HypervisorFailed', reason: `the guest does not run: it is ${guest.power}` });
  }

  async exportGuest(order: Order): Promise<DriverResult<ExportedGuest>> {
    return this.#carryOut('exportGuest', order, 0, () => {
      const { instanceId } = order;
      const guest = this.#world.guests?.get(instanceId);
      if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
      if (guest.power === 'running' || guest.power === 'paused') {
        return driverFailed({ code: 'HypervisorFailed', reason: `the guest runs: it is ${guest.power}` });
      }
      return driverOk({ driver: 'sim', facts: { boots: guest.boots, diskGib: guest.diskGib } });
    });
  }

  async ensureImported(order: Order, spec: GuestSpec, exported: ExportedGuest): Promise<DriverResult> {
    const { boots, diskGib } = exported.facts;
    if (exported.driver !== 'sim' || typeof boots !== 'number' || typeof diskGib !== 'number') {
      return driverFailed({ code: 'Unsupported', capability: `guests of ${exported.driver}` });
    }
    const { instanceId } = order;
    const isHere = this.#world.guests?.has(instanceId) ?? false;
    return this.#carryOut('ensureImported', order, isHere ? 0 : this.#latency.spawn, () => {
      if (this.#world.guests?.has(instanceId)) return driverOk(null);
      const { inventory, overcommit = noOvercommit } = this.#options;
      const guest: SimGuest = { ...newSimGuest(instanceId, spec), boots };
      guest.diskGib = Math.max(diskGib, guest.diskGib);
      const problem = diskProblem(this.#world, inventory, overcommit, guest.diskGib);
      if (problem !== null) return driverFailed(problem);
      this.#world.guests ??= new Map();
      this.#world.guests.set(instanceId, guest);
      this.#world.diskUsedGib += guest.diskGib;
      return driverOk(null);
    });
  }

  async captureRoot(order: Order, intake: ImageIntake): Promise<DriverResult<CapturedRoot>> {
    const { instanceId, signal } = order;
    const found = await this.#carryOut('captureRoot', order, this.#latency.spawn, () => {
      const guest = this.#world.guests?.get(instanceId);
      return guest === undefined ? driverFailed({ code: 'GuestNotFound', instanceId }) : driverOk(rootBytesOf(guest));
    });
    if (!found.ok) return found;
    const bytes = found.value;
    const upload = { diskFormat: 'raw', expectedBytes: bytes.length, signal } as const;
    return capturedRoot(await intake.put(whole(bytes), upload), 'raw');
  }

  async ensureMigrated(order: Order, spec: GuestSpec, target: Hypervisor): Promise<DriverResult> {
    if (!(target instanceof SimulatedHost)) return driverFailed({ code: 'Unsupported', capability: 'liveMigration' });
    const { instanceId } = order;
    const isThere = target.#isHeld(instanceId);
    return this.#carryOut('ensureMigrated', order, isThere ? 0 : (this.#latency.migrate ?? this.#latency.spawn), () => {
      if (!target.#answers) return closedError;
      const guest = this.#world.guests?.get(instanceId);
      if (!target.#isHeld(instanceId)) {
        if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
        if (!this.#isHeld(instanceId)) {
          return driverFailed({ code: 'HypervisorFailed', reason: `the guest does not run: it is ${guest.power}` });
        }
        const taken = target.#take(guest, spec);
        if (!taken.ok) return taken;
      }
      if (guest !== undefined) this.#setPower(guest, 'stopped');
      return driverOk(null);
    });
  }

  async ensureVolumes(order: Order, spec: GuestSpec): Promise<DriverResult> {
    return this.#carryOut('ensureVolumes', order, this.#latency.plug ?? 0, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest !== undefined) guest.volumes = volumeIdsOf(spec);
      return driverOk(null);
    });
  }

  async copyVolume(): Promise<DriverResult<boolean>> {
    return driverOk(false);
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
      // What is on disk stays there.
      if (guest.power === 'running' || guest.power === 'paused') this.#setPower(guest, 'crashed');
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

  /** Takes a running guest out of the processors, or out of memory. */
  #halt(kind: SimOrderKind, order: Order, power: 'paused' | 'suspended', latency: Latency): Promise<DriverResult> {
    const known = this.#world.guests?.get(order.instanceId);
    return this.#carryOut(kind, order, known?.power === power ? 0 : latency, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId: order.instanceId });
      if (guest.power === power) return driverOk(null);
      if (guest.power !== 'running' && guest.power !== 'paused') {
        return driverFailed({ code: 'HypervisorFailed', reason: `the guest does not run: it is ${guest.power}` });
      }
      this.#setPower(guest, power);
      return driverOk(null);
    });
  }

  /** Whether a guest is in memory here. */
  #isHeld(instanceId: string): boolean {
    const power = this.#world.guests?.get(instanceId)?.power;
    return power === 'running' || power === 'paused';
  }

  /** Takes over a guest that runs elsewhere. */
  #take({ instanceId, power, boots }: SimGuest, spec: GuestSpec): DriverResult {
    const { inventory, overcommit = noOvercommit } = this.#options;
    const left = this.#world.guests?.get(instanceId);
    const problem = placementProblem(this.#world, inventory, overcommit, spec, left);
    if (problem !== null) return driverFailed(problem);
    const guest = left ?? newSimGuest(instanceId, spec);
    if (left === undefined) this.#world.diskUsedGib += guest.diskGib;
    this.#world.guests ??= new Map();
    this.#world.guests.set(instanceId, guest);
    guest.boots = boots;
    this.#setPower(guest, power);
    return driverOk(null);
  }

  /** Gives a guest that does not run the size of the spec. Its disks never shrink. */
  #fit(guest: SimGuest, spec: GuestSpec): void {
    guest.memoryMib = spec.memoryMib;
    guest.volumes = volumeIdsOf(spec);
    const growth = Math.max(0, diskGibOf(spec) - guest.diskGib);
    guest.diskGib += growth;
    this.#world.diskUsedGib += growth;
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
      this.#world.diskUsedGib += guest.diskGib;
    } else this.#fit(existing, spec);
    if (guest.power !== 'suspended') guest.boots += 1;
    this.#setPower(guest, 'running');
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

  #wait(ms: number | null, signal: AbortSignal): ReturnType<typeof wait> {
    this.#waits ??= new Set();
    return wait(this.#options.clock, this.#waits, ms, signal);
  }
}

/** Makes a simulated host. */
export const createSimHypervisor = (options: SimHypervisorOptions): SimHypervisor => new SimulatedHost(options);
