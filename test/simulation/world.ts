import { wakeConsolidator } from '../../actors/consolidator/client.ts';
import type { ConsolidationOptions } from '../../actors/consolidator/options.ts';
import { driverEffects } from '../../actors/driver-effects.ts';
import { oneOrderAtATime } from '../../actors/guest-orders.ts';
import { registerHost } from '../../actors/host/client.ts';
import { host as hostProtocol } from '../../actors/host/protocol.ts';
import { NETWORK_MAIN, type NetworkMessage, network } from '../../actors/network/protocol.ts';
import { withNotifications } from '../../actors/notifier/effects.ts';
import { DEFAULT_QUOTA } from '../../actors/project/row.ts';
import { volumeEffects, withVolumes } from '../../actors/volume-effects.ts';
import { cloudKinds } from '../../composition/kinds.ts';
import type { GuestEvent } from '../../drivers/hypervisor.ts';
import type { NotificationSink } from '../../drivers/notifications.ts';
import { createSimFaults, type SimFault, type SimOrderKind } from '../../drivers/sim/faults.ts';
import { createSimVolumes } from '../../drivers/sim/index.ts';
import type { EffectRecord, EffectRunner } from '../../runtime/effect.ts';
import { DEFAULT_SHARD_LIMITS } from '../../runtime/limits.ts';
import { type Random, seededRandom } from '../../runtime/random.ts';
import { Shard } from '../../runtime/shard.ts';
import { type CommitFate, CrashingStore } from '../../runtime/simulation/crashing-store.ts';
import { ThreadClock } from '../../runtime/simulation/thread-clock.ts';
import { VirtualClock } from '../../runtime/simulation/virtual-clock.ts';
import { ActorSystem } from '../../runtime/system.ts';
import type { ToClient, ToShard } from '../../runtime/transport.ts';
import { localLink } from '../../runtime/transports/local.ts';
import { MemoryStore } from '../../storage/memory-store.ts';
import { MemoryIntake } from '../drivers/memory-intake.ts';
import { type CrashPoint, type FaultRates, NO_FAULTS } from './fault-rates.ts';
import { SimulatedHost } from './hosts.ts';

const START = Date.UTC(2026, 0, 1);
/** Longest time that a host is off or cut off. */
const OUTAGE_MS = 25_000;
const SLOW_COMMIT_MS = 4_000;
/** Longest time that a disk is full. */
const FULL_MS = 5_000;
/** How far the controller's clock is set at once. */
const CLOCK_JUMP_MS = 60_000;

/** A controller in virtual time that dies again and again, beside hosts that do not. */
export class World {
  readonly clock = new VirtualClock(START);
  readonly random: Random;
  readonly rows: MemoryStore;
  readonly hosts: readonly SimulatedHost[];
  readonly system: ActorSystem;
  rates: FaultRates;
  crashes = 0;
  commits = 0;
  effects = 0;
  /** Faults of orders that a test wants, before those that come by chance. */
  readonly planned = createSimFaults(() => 0);
  /** What went wrong in the program itself. */
  readonly problems: string[] = [];
  /** Guests that have ended by themselves at some time. */
  readonly endedByThemselves = new Set<string>();
  /** How often hosts are looked at: often where there is something to see. */
  readonly lookEveryMs: number;
  readonly #crashPoint: CrashPoint | null;
  /** Orders that the drivers are carrying out, by host and guest. */
  readonly #orders = new Map<string, { readonly name: string; readonly signal: AbortSignal }>();
  /** Lives of the controller so far. */
  #life = 0;
  #shard: Shard | null = null;
  #store: CrashingStore | null = null;
  #controllerClock: ThreadClock | null = null;
  #clockOffsetMs = 0;
  #fullUntilMs = 0;

  /** Where notifications go; null: there are none. */
  readonly #sink: NotificationSink | null;
  /** How hosts are emptied by moves; undefined: they are not. */
  readonly #consolidation: ConsolidationOptions | undefined;

  constructor(
    seed: number,
    hostCount: number,
    rates: FaultRates,
    crashPoint: CrashPoint | null,
    sink: NotificationSink | null = null,
    consolidation?: ConsolidationOptions,
  ) {
    this.#sink = sink;
    this.#consolidation = consolidation;
    this.#crashPoint = crashPoint;
    this.random = seededRandom(seed);
    this.rates = rates;
    this.rows = new MemoryStore(this.clock);
    const { clock } = this;
    const parts = { clock, random: () => this.random.fraction(), faults: { next: this.#driverFault.bind(this) } };
    this.hosts = Array.from({ length: hostCount }, (_, index) => new SimulatedHost(`sim-${index}`, parts));
    this.lookEveryMs = rates.powerCutMs + rates.cutOffMs + rates.guestEndsMs > 0 ? 10_000 : 300_000;
    this.system = new ActorSystem({
      client: 'front',
      clock: this.clock,
      random: seededRandom(seed),
      shardOf: () => 'cell1',
      asksInFlightMax: 10_000,
    });
    this.#start();
    this.#disturb('powerCutMs', (host) => {
      host.losePower();
      this.clock.after(this.upTo(OUTAGE_MS), () => host.powerOn());
    });
    this.#disturb('cutOffMs', (host) => {
      host.setCutOff(true);
      this.clock.after(this.upTo(OUTAGE_MS), () => host.setCutOff(false));
    });
    this.#disturb('clockJumpMs', () => {
      const ms = this.upTo(2 * CLOCK_JUMP_MS) - CLOCK_JUMP_MS;
      this.#clockOffsetMs += ms;
      this.#controllerClock?.jump(ms);
    });
    this.#disturb('guestEndsMs', (host) => {
      const running = [...(host.world.guests?.values() ?? [])].filter(({ power }) => power === 'running');
      const guest = running[this.upTo(running.length)];
      if (!guest) return;
      this.endedByThemselves.add(guest.instanceId);
      host.endGuest(guest.instanceId, this.happens(0.5) ? 'stopped' : 'crashed');
    });
  }

  /** The controller dies now, and starts again a moment later. */
  kill(): void {
    this.#die();
  }

  /** Nothing goes wrong any more from now on. */
  calm(): void {
    this.rates = NO_FAULTS;
  }

  /** Whether something of this probability happens now. */
  happens(probability: number): boolean {
    return probability > 0 && this.random.fraction() < probability;
  }

  /** Milliseconds up to `max`. */
  upTo(max: number): number {
    return Math.floor(this.random.fraction() * max);
  }

  /** Waits in virtual time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(ms, resolve);
    });
  }

  /** Runs virtual time until `done`, or for at most `limitMs`. False: the limit came first. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.clock.now() + limitMs;
    while (!done()) {
      const next = this.clock.nextMs;
      if (next === undefined || next > end) return false;
      this.clock.advanceTo(next);
      // A turn of the event loop lets every promise that can settle do so before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }

  #start(): void {
    this.#life++;
    const { random } = this;
    const life = this.#life;
    const clock = new ThreadClock(this.clock, () => 0);
    clock.jump(this.#clockOffsetMs);
    this.#controllerClock = clock;
    const store = new CrashingStore({
      rows: this.rows,
      clock,
      commitMs: () => 1 + this.upTo(this.happens(this.rates.commitSlow) ? SLOW_COMMIT_MS : 5),
      fate: () => this.#commitFate(),
      crash: () => this.#die(),
    });
    this.#store = store;
    const attached = new Map(
      this.hosts.map((host) => {
        const tell = (event: GuestEvent): void =>
          this.system.tell(hostProtocol.at(host.name), { type: 'guestChanged', ...event });
        return [host.name, host.attach(tell)];
      }),
    );
    const drivers = driverEffects(store, (name) => attached.get(name), new MemoryIntake());
    const volumes = volumeEffects({
      rows: store,
      store: createSimVolumes(),
      intake: null,
      copyOpen: () => null,
      growOpen: () => null,
    });
    const orders = withVolumes(
      volumes,
      oneOrderAtATime((request, signal) => this.#watched(life, drivers, request, signal)),
    );
    const sink = this.#sink;
    const run = sink === null ? orders : withNotifications(store, { file: sink }, orders);
    const told = sink === null ? null : ({ sinks: ['file'], stateChanges: false } as const);
    const shard = new Shard({
      name: 'cell1',
      kinds: cloudKinds(
        { ...DEFAULT_QUOTA, instances: -1, cores: -1, ramMib: -1 },
        undefined,
        told,
        this.#consolidation,
      ),
      store,
      clock,
      random,
      limits: { ...DEFAULT_SHARD_LIMITS, batchMessagesMax: 1 + this.upTo(20), activeActorsMax: 10 },
      runEffect: (request, signal) => this.#runEffect(run, request, signal),
      shardOf: () => 'cell1',
      notice: (notice) => {
        if (notice.type === 'handlerFailed') this.problems.push(`${notice.address} failed: ${notice.error.stack}`);
        // After a failed commit the process ends, and opens the store anew.
        if (notice.type === 'storeFailed') this.clock.soon(() => life === this.#life && this.#die());
        if (notice.type === 'deadLetter') this.problems.push(`dead letter of ${notice.address}: ${notice.reason}`);
      },
    });
    this.#shard = shard;
    const { near, far } = localLink<ToShard, ToClient>(clock);
    const send = (replies: ToClient): void => {
      if (!this.happens(this.rates.replyLost)) far.send(replies);
    };
    shard.connectClient('front', { ...far, send });
    this.system.connect('cell1', near);
    for (const { name } of this.hosts) {
      void registerHost(this.system, { name, cell: 'cell1', zone: 'nova', lookEveryMs: this.lookEveryMs });
    }
    if (this.#consolidation !== undefined) wakeConsolidator(this.system, 'cell1');
    const ensure: NetworkMessage = { type: 'ensureDefaults', projectId: 'p0', routed: true };
    this.system.tell(network.at(NETWORK_MAIN), ensure);
  }

  /** Lets something happen to a host now and then, as long as the weather is so. */
  #disturb(kind: 'powerCutMs' | 'cutOffMs' | 'clockJumpMs' | 'guestEndsMs', act: (host: SimulatedHost) => void): void {
    const meanMs = this.rates[kind];
    if (meanMs === 0) return;
    this.clock.after(this.upTo(2 * meanMs), () => {
      const host = this.hosts[this.upTo(this.hosts.length)];
      if (this.rates[kind] > 0 && host?.isOn) act(host);
      this.#disturb(kind, act);
    });
  }

  #driverFault(kind: SimOrderKind, instanceId: string): SimFault | null {
    const planned = this.planned.next(kind, instanceId);
    if (planned !== null) return planned;
    if (this.happens(this.rates.driverFails)) {
      const error = { code: 'HypervisorFailed', reason: 'simulated failure' } as const;
      return { type: 'fail', error, applied: this.happens(0.5) };
    }
    const isSilent = kind === 'ensureRunning' && this.happens(this.rates.driverSilent);
    return isSilent ? { type: 'silent', applied: this.happens(0.5) } : null;
  }

  #commitFate(): CommitFate {
    this.commits++;
    if (this.#isPoint('commit', this.commits)) {
      return this.#crashPoint?.when === 'before' ? 'crashBefore' : 'crashAfter';
    }
    if (this.happens(this.rates.diskFull)) this.#fullUntilMs = this.clock.now() + this.upTo(FULL_MS);
    if (this.clock.now() < this.#fullUntilMs) return 'full';
    if (!this.happens(this.rates.crashAtCommit)) return 'kept';
    // More often after: with every commit a crash, nothing would ever be done otherwise.
    return this.random.fraction() < 0.3 ? 'crashBefore' : 'crashAfter';
  }

  async #runEffect(run: EffectRunner, ...[request, signal]: Parameters<EffectRunner>): ReturnType<EffectRunner> {
    this.effects++;
    const life = this.#life;
    const isPoint = this.#isPoint('effect', this.effects);
    const crashes = isPoint || this.happens(this.rates.crashAtEffect);
    const before = isPoint ? this.#crashPoint?.when === 'before' : crashes && this.random.fraction() < 0.5;
    if (before) return this.#dieOf(life);
    const outcome = await run(request, signal);
    return crashes ? this.#dieOf(life) : outcome;
  }

  async #watched(
    life: number,
    run: EffectRunner,
    ...[request, signal]: Parameters<EffectRunner>
  ): ReturnType<EffectRunner> {
    this.#watchOrders(request, signal);
    const outcome = await run(request, signal);
    if (life === this.#life && this.#orders.get(guestOf(request))?.signal === signal)
      this.#orders.delete(guestOf(request));
    return outcome;
  }

  /** A guest may have one order at a time, except that the one before may have been aborted; a migration is forced while it runs. */
  #watchOrders(request: EffectRecord, signal: AbortSignal): void {
    if (request.name === 'driver.forceMigration') return;
    const guest = guestOf(request);
    const other = this.#orders.get(guest);
    if (other && !other.signal.aborted) {
      this.problems.push(`${request.name} of ${guest} meets ${other.name}`);
    }
    this.#orders.set(guest, { name: request.name, signal });
  }

  #isPoint(at: CrashPoint['at'], number: number): boolean {
    return this.#crashPoint?.at === at && this.#crashPoint.number === number;
  }

  /** Dies, unless this life has ended already; never returns to the dead. */
  #dieOf(life: number): Promise<never> {
    this.clock.soon(() => {
      if (life === this.#life) this.#die();
    });
    return new Promise(() => {});
  }

  #die(): void {
    if (this.#shard === null) return;
    this.crashes++;
    this.#store?.die();
    this.#controllerClock?.die();
    this.#shard.crash();
    this.#orders.clear();
    this.#shard = null;
    this.system.disconnect('cell1');
    for (const host of this.hosts) host.detach();
    this.clock.after(this.upTo(200), () => this.#start());
  }
}

/** The guest that an order is about, with its host; a look is about none in particular. */
function guestOf({ args, effectId }: EffectRecord): string {
  if (typeof args !== 'object' || args === null || !('host' in args)) return effectId;
  return `${args.host}/${'instanceId' in args ? args.instanceId : effectId}`;
}
