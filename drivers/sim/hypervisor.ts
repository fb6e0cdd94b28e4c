import { lastLines } from '../console-lines.ts';
import type {
  CapturedRoot,
  ExportedGuest,
  GuestEvent,
  GuestOutline,
  GuestPower,
  GuestReport,
  GuestSpec,
  HostInventory,
  HostUptime,
  Hypervisor,
  HypervisorCapabilities,
  MigrationTerms,
  Order,
  PromptOrder,
} from '../hypervisor.ts';
import type { ImageIntake } from '../images.ts';
import { capturedRoot } from '../intake-result.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';
import type { SimOrderKind } from './faults.ts';
import {
  consoleOf,
  newSimGuest,
  progressAtFirst,
  reportOf,
  rootBytesOf,
  type SimGuest,
  volumeIdsOf,
  whole,
} from './guest.ts';
import { noOvercommit, remove, run, setPower, takeOver } from './guests.ts';
import { type Latency, migrationLatency, noLatency, type SimLatency, sampleLatency } from './latency.ts';
import { capabilities, type SimHypervisor, type SimHypervisorOptions, withWorld } from './options.ts';
import { abortedError, closedError, type Waits, wait } from './waits.ts';
import { createSimWorld, diskProblem, imageProblem, type SimWorld } from './world.ts';

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
    this.#world.upSinceMs ??= this.#options.clock.now();
    return driverOk(null);
  }

  async inventory(): Promise<DriverResult<HostInventory>> {
    return this.#answers ? driverOk(this.#options.inventory) : closedError;
  }

  async uptime(): Promise<DriverResult<HostUptime>> {
    const nowMs = this.#options.clock.now();
    const upMs = nowMs - (this.#world.upSinceMs ?? nowMs);
    return this.#answers ? driverOk({ upMs, users: 0, loadAverages: [0, 0, 0] }) : closedError;
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
    return this.#carryOut('ensureRunning', order, latency, () =>
      run(this.#world, this.#options, order.instanceId, spec),
    );
  }

  runAtOnce({ instanceId }: PromptOrder, outline: GuestOutline): DriverResult<GuestReport> | null {
    return this.#isPrompt(this.#latency.spawn) ? run(this.#world, this.#options, instanceId, outline) : null;
  }

  async ensureStopped(order: Order, graceMs: number): Promise<DriverResult> {
    const { instanceId } = order;
    // Without a grace nothing is asked, so nothing is waited for.
    const latency = graceMs > 0 && this.#isRunning(instanceId) ? this.#latency.stop : 0;
    return this.#carryOut('ensureStopped', order, latency, () => {
      const guest = this.#world.guests?.get(instanceId);
      if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
      setPower(this.#world, guest, 'stopped');
      return driverOk(null);
    });
  }

  async ensureRebooted(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>> {
    const known = this.#world.guests?.get(order.instanceId);
    const done = known?.rebootOrderId === order.orderId && known.power === 'running';
    return this.#carryOut('ensureRebooted', order, done ? 0 : this.#latency.reboot, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest !== undefined && guest.rebootOrderId !== order.orderId) {
        setPower(this.#world, guest, 'stopped');
      }
      const result = run(this.#world, this.#options, order.instanceId, spec);
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
        setPower(this.#world, guest, 'stopped');
        guest.boots = 0;
      }
      const result = run(this.#world, this.#options, order.instanceId, spec);
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

  async ensureMigrated(
    order: Order,
    spec: GuestSpec,
    target: Hypervisor,
    terms: MigrationTerms = {},
  ): Promise<DriverResult> {
    if (!(target instanceof SimulatedHost)) return driverFailed({ code: 'Unsupported', capability: 'liveMigration' });
    const { instanceId } = order;
    const isThere = target.#isHeld(instanceId);
    const latency = isThere ? 0 : migrationLatency(this.#latency, spec.memoryMib, this.#options.random);
    if (!isThere && this.#isHeld(instanceId)) terms.progress?.(progressAtFirst(spec));
    return this.#carryOut('ensureMigrated', order, latency, () => {
      if (!target.#answers) return closedError;
      const guest = this.#world.guests?.get(instanceId);
      if (!target.#isHeld(instanceId)) {
        if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
        if (!this.#isHeld(instanceId)) {
          return driverFailed({ code: 'HypervisorFailed', reason: `the guest does not run: it is ${guest.power}` });
        }
        const taken = takeOver(target.#world, target.#options, guest, spec);
        if (!taken.ok) return taken;
      }
      if (guest !== undefined) setPower(this.#world, guest, 'stopped');
      return driverOk(null);
    });
  }

  // It has gone over whole.
  async ensureTakenOver(order: Order): Promise<DriverResult> {
    return this.#carryOut('ensureTakenOver', order, 0, () =>
      this.#world.guests?.has(order.instanceId)
        ? driverOk(null)
        : driverFailed({ code: 'GuestNotFound', instanceId: order.instanceId }),
    );
  }

  // It takes the time it takes.
  async forceMigration(): Promise<DriverResult> {
    return this.#answers ? driverOk(null) : closedError;
  }

  async ensureVolumes(order: Order, spec: GuestSpec): Promise<DriverResult> {
    return this.#carryOut('ensureVolumes', order, this.#latency.plug ?? 0, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest !== undefined) guest.volumes = volumeIdsOf(spec);
      return driverOk(null);
    });
  }

  async ensureMirrored(order: Order, _spec: GuestSpec, volumeId: string): Promise<DriverResult> {
    return this.#carryOut('ensureMirrored', order, this.#latency.plug ?? 0, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (!this.#isHeld(order.instanceId) || guest?.volumes.includes(volumeId) === true) return driverOk(null);
      return driverFailed({ code: 'HypervisorFailed', reason: 'the guest does not have the volume' });
    });
  }

  async ensureVolumeSize(order: Order, volumeId: string): Promise<DriverResult<boolean>> {
    return this.#carryOut('ensureVolumeSize', order, 0, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      return driverOk(this.#isHeld(order.instanceId) && guest?.volumes.includes(volumeId) === true);
    });
  }

  async copyVolume(): Promise<DriverResult<boolean>> {
    return driverOk(false);
  }

  async ensureAbsent(order: Order): Promise<DriverResult> {
    const exists = this.#world.guests?.has(order.instanceId) ?? false;
    return this.#carryOut('ensureAbsent', order, exists ? this.#latency.delete : 0, () =>
      remove(this.#world, order.instanceId),
    );
  }

  removeAtOnce({ instanceId }: PromptOrder): DriverResult | null {
    return this.#isPrompt(this.#latency.delete) ? remove(this.#world, instanceId) : null;
  }

  async consoleOutput(instanceId: string, lines: number | null): Promise<DriverResult<string>> {
    if (!this.#answers) return closedError;
    const guest = this.#world.guests?.get(instanceId);
    if (guest === undefined) return driverFailed({ code: 'GuestNotFound', instanceId });
    return driverOk(lastLines(consoleOf(guest), lines));
  }

  subscribe(listener: (event: GuestEvent) => void): () => void {
    const listeners = this.#listeners ?? new Set();
    this.#listeners = listeners.add(listener);
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
    setPower(this.#world, guest, power);
    for (const listener of (this.#reachable ? this.#listeners : null) ?? []) listener({ instanceId, power, reason });
    return true;
  }

  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
  }

  losePower(): void {
    this.#world.upSinceMs = this.#options.clock.now();
    for (const guest of this.#world.guests?.values() ?? []) {
      // What is on disk stays there.
      if (guest.power === 'running' || guest.power === 'paused') setPower(this.#world, guest, 'crashed');
    }
  }

  get #answers(): boolean {
    return this.#open && this.#reachable;
  }

  /** Whether an order of this latency is carried out at once: nothing is to go wrong, and the guests end with the driver. */
  #isPrompt(latency: Latency): boolean {
    const { faults, world } = this.#options;
    return latency === 0 && faults === undefined && world === undefined && this.#answers;
  }

  get #latency(): SimLatency {
    return this.#options.latency ?? noLatency;
  }

  #isRunning(instanceId: string): boolean {
    return this.#world.guests?.get(instanceId)?.power === 'running';
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
      setPower(this.#world, guest, power);
      return driverOk(null);
    });
  }

  /** Whether a guest is in memory here. */
  #isHeld(instanceId: string): boolean {
    const power = this.#world.guests?.get(instanceId)?.power;
    return power === 'running' || power === 'paused';
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
