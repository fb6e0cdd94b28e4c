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
import { addressesOf, consoleOf, progressAtFirst, reportOf, rootBytesOf, volumeIdsOf, whole } from './guest.ts';
import { halt, isHeld, notFound, remove, run, runAnew, setPower, stop, tellInside } from './guests.ts';
import { type Latency, migrationLatency, noLatency, type SimLatency, sampleLatency } from './latency.ts';
import { exported, factsOf, handOver, imported } from './moves.ts';
import { capabilities, type SimHypervisor, type SimHypervisorOptions, withWorld } from './options.ts';
import { abortedError, closedError, type Waits, wait } from './waits.ts';
import { createSimWorld, type SimWorld } from './world.ts';

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
    return guest === undefined ? notFound(instanceId) : driverOk(reportOf(guest));
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
    return this.#carryOut('ensureStopped', order, latency, () => stop(this.#world, instanceId));
  }

  async ensureRebooted(order: Order, spec: GuestSpec): Promise<DriverResult<GuestReport>> {
    const known = this.#world.guests?.get(order.instanceId);
    const done = known?.rebootOrderId === order.orderId && known.power === 'running';
    return this.#carryOut('ensureRebooted', order, done ? 0 : this.#latency.reboot, () =>
      runAnew(this.#world, this.#options, order, spec, 'rebootOrderId'),
    );
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
    return this.#carryOut('ensureRebuilt', order, done ? 0 : this.#latency.spawn, () =>
      runAnew(this.#world, this.#options, order, spec, 'rebuildOrderId'),
    );
  }

  async triggerCrashDump(order: Order): Promise<DriverResult> {
    return this.#carryOut('triggerCrashDump', order, 0, () => tellInside(this.#world, order.instanceId));
  }

  // Nobody can log in, so the password itself is not kept.
  async ensurePassword(order: Order): Promise<DriverResult> {
    return this.#carryOut('ensurePassword', order, 0, () => tellInside(this.#world, order.instanceId));
  }

  async exportGuest(order: Order): Promise<DriverResult<ExportedGuest>> {
    return this.#carryOut('exportGuest', order, 0, () => exported(this.#world, order.instanceId));
  }

  async ensureImported(order: Order, spec: GuestSpec, guest: ExportedGuest): Promise<DriverResult> {
    const facts = factsOf(guest);
    if (facts === null) return driverFailed({ code: 'Unsupported', capability: `guests of ${guest.driver}` });
    const { instanceId } = order;
    const isHere = this.#world.guests?.has(instanceId) ?? false;
    return this.#carryOut('ensureImported', order, isHere ? 0 : this.#latency.spawn, () =>
      imported(this.#world, this.#options, instanceId, spec, facts),
    );
  }

  async captureRoot(order: Order, intake: ImageIntake): Promise<DriverResult<CapturedRoot>> {
    const { instanceId, signal } = order;
    const found = await this.#carryOut('captureRoot', order, this.#latency.spawn, () => {
      const guest = this.#world.guests?.get(instanceId);
      return guest === undefined ? notFound(instanceId) : driverOk(rootBytesOf(guest));
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
      return handOver(this.#world, { world: target.#world, room: target.#options }, instanceId, spec);
    });
  }

  // It has gone over whole.
  async ensureTakenOver(order: Order): Promise<DriverResult> {
    return this.#carryOut('ensureTakenOver', order, 0, () =>
      this.#world.guests?.has(order.instanceId) ? driverOk(null) : notFound(order.instanceId),
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

  async ensureCards(order: Order, spec: GuestSpec): Promise<DriverResult> {
    return this.#carryOut('ensureCards', order, this.#latency.plug ?? 0, () => {
      const guest = this.#world.guests?.get(order.instanceId);
      if (guest !== undefined) guest.addresses = addressesOf(spec);
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
    if (guest === undefined) return notFound(instanceId);
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
      if (isHeld(guest)) setPower(this.#world, guest, 'crashed');
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
    return this.#carryOut(kind, order, known?.power === power ? 0 : latency, () =>
      halt(this.#world, order.instanceId, power),
    );
  }

  /** Whether a guest is in memory here. */
  #isHeld(instanceId: string): boolean {
    return isHeld(this.#world.guests?.get(instanceId));
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
