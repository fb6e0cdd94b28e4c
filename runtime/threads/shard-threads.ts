import type { Cancel } from '../clock.ts';
import type { ShardStats } from '../shard.ts';
import { RateLimit } from './back-off.ts';
import type { ThreadMessage } from './control.ts';
import { HangWatch } from './hang-watch.ts';
import { beatEveryMs, repeat } from './heartbeat.ts';
import { DEFAULT_THREAD_LIMITS, type ThreadLimits } from './limits.ts';
import { linkMissing } from './linking.ts';
import { ThreadsFailed } from './notices.ts';
import { openShard } from './open-shard.ts';
import { PlacedShard, type ShardClient } from './placed-shard.ts';
import { bestMove, fewestShards, loadSince, type Move, threadsFor } from './placement.ts';
import type { ShardPlan } from './shard-module.ts';
import type { ShardThreadsOptions, ThreadStats } from './shard-threads-options.ts';
import { ThreadSlot } from './thread-slot.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

/**
 * The shards of a process and the threads that host them. A thread that dies is started again and its shards are opened from
 * their stores, while the other threads go on; a shard whose store fails is closed and opened again. What cannot be mended
 * that way resolves `failed`: a thread that hangs, which must not be terminated, and threads that die too often.
 */
export class ShardThreads {
  /** Resolves when the system cannot go on by itself; never when it was stopped. */
  readonly failed: Promise<ThreadsFailed>;
  readonly #options: ShardThreadsOptions;
  readonly #limits: ThreadLimits;
  readonly #slots: readonly ThreadSlot[];
  readonly #shards = new Map<string, PlacedShard>();
  readonly #clients = new Map<string, ShardClient>();
  readonly #watch: HangWatch;
  readonly #deaths: RateLimit;
  /** Of timers for restarts and for the watch. */
  readonly #cancels = new Set<Cancel>();
  /** Messages that each shard had handled when loads were last compared. */
  readonly #handledBefore = new Map<string, number>();
  #state: 'starting' | 'running' | 'failed' | 'stopping' = 'starting';
  #fail: (error: ThreadsFailed) => void = () => {};

  private constructor(options: ShardThreadsOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_THREAD_LIMITS, ...options.limits };
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    const threads = threadsFor(options.threads, options.shards.length);
    this.#slots = Array.from({ length: threads }, (_, index) => new ThreadSlot(index, this.#limits));
    this.#watch = new HangWatch(this.#slots);
    this.#deaths = new RateLimit(this.#limits.restartsMax, this.#limits.restartsWithinMs);
    for (const [index, plan] of options.shards.entries()) {
      const slot = this.#slots[index % threads];
      if (slot) this.#shards.set(plan.name, new PlacedShard(plan, slot, this.#limits));
    }
  }

  /** Starts threads and opens all shards. Rejects with the reason when one cannot be opened; then nothing is left running. */
  static async start(options: ShardThreadsOptions): Promise<ShardThreads> {
    const threads = new ShardThreads(options);
    try {
      await threads.#startAll();
    } catch (error) {
      await threads.stop();
      throw error;
    }
    return threads;
  }

  /** How many threads there are. */
  get count(): number {
    return this.#slots.length;
  }

  /** Whether it has neither been stopped nor failed. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** Links a client to every shard, now and whenever one has come back. Names tell clients apart. */
  connectClient(client: string, side: ShardClient): void {
    this.#clients.set(client, side);
    for (const shard of this.#shards.values()) {
      shard.links.delete(client);
      linkMissing(shard, this.#clients);
    }
  }

  /** Figures of a shard. Rejects when it is not open, or goes before it has answered. */
  async stats(shard: string): Promise<ShardStats> {
    const placed = this.#placed(shard);
    placed.stats = await placed.host.stats(shard);
    return placed.stats;
  }

  /** Figures of all threads. */
  threadStats(): Promise<ThreadStats[]> {
    return Promise.all(this.#slots.map((slot) => slot.stats(this.#of(slot.index).map(({ name }) => name))));
  }

  /** As `stats`, with a request of the program's own. */
  async call(shard: string, request: unknown): Promise<unknown> {
    return this.#placed(shard).host.call(shard, request);
  }

  /** The number of the thread that a shard belongs to. */
  threadOf(shard: string): number {
    return this.#placed(shard).slot.index;
  }

  /**
   * Moves a shard to another thread while everything runs: it is closed there and opened here, no row is copied. Asks that
   * are under way, or come meanwhile, are answered as if nothing had happened. Rejects when it could not be opened; it
   * is then opened again later, like any shard that cannot be opened.
   */
  async move(shard: string, thread: number): Promise<void> {
    const placed = this.#placed(shard);
    const to = this.#slots[thread];
    if (!to) throw new Error(`There is no thread ${thread}.`);
    const from = placed.slot;
    if (from === to) return;
    const [first, second] = from.index < to.index ? [from, to] : [to, from];
    await first.inTurn(() => second.inTurn(() => this.#moveNow(placed, from, to)));
  }

  /** Whether a shard is open, and takes what it is sent. */
  isOpen(shard: string): boolean {
    return this.#placed(shard).isOpen;
  }

  /**
   * Closes a shard cleanly until `reopen`, while the others go on. Asks that wait for it, or come meanwhile, end with ShardStopped; what
   * other shards tell it they keep.
   */
  async close(name: string): Promise<void> {
    const shard = this.#placed(name);
    shard.isClosed = true;
    await shard.slot.inTurn(async () => {
      const { home } = shard;
      if (!home) return;
      await home.close(name).finally(() => shard.leave(this.#clients));
      shard.home = null;
    });
  }

  /** Opens a shard again that was closed. Rejects when it cannot be opened; it is then tried again later, like any other. */
  async reopen(name: string): Promise<void> {
    const shard = this.#placed(name);
    shard.isClosed = false;
    await shard.slot.inTurn(() => this.#tryToOpen(shard));
    if (!shard.isOpen) throw new Error(`The shard ${name} could not be opened; it is tried again.`);
  }

  /** Adds a shard, to the thread with the fewest, and opens it: see `reopen`. Of a name that there is none of yet. */
  async add(plan: ShardPlan): Promise<void> {
    const slot = this.#slots[fewestShards([...this.#shards.values()], this.#slots.length)];
    if (!slot || this.#shards.has(plan.name)) throw new Error(`There is a shard ${plan.name} already.`);
    this.#shards.set(plan.name, new PlacedShard({ ...plan, isClosed: true }, slot, this.#limits));
    await this.reopen(plan.name);
  }

  /** Makes the one move that helps the busiest thread most, by messages handled since the last call. Null: none would. */
  async rebalance(): Promise<Move | null> {
    const loads = await Promise.all(
      [...this.#shards.values()].map(async ({ name, slot }) => {
        const stats = await this.stats(name).catch(() => null);
        return { shard: name, thread: slot.index, load: loadSince(this.#handledBefore, name, stats?.messages ?? 0) };
      }),
    );
    const move = bestMove(loads, this.#slots.length);
    if (move) await this.move(move.shard, move.to);
    return move;
  }

  /** Stops all shards and threads cleanly. A thread that hangs is left alone: only the end of the process ends it. */
  async stop(): Promise<void> {
    this.#state = 'stopping';
    for (const cancel of this.#cancels) cancel();
    const running = this.#slots.filter(({ isHung }) => !isHung);
    await Promise.all(
      running.map((slot) =>
        slot.inTurn(async () => {
          await slot.thread?.stop().catch((error: unknown) => {
            this.#options.notice({ type: 'closeFailed', thread: slot.index, error: asError(error) });
          });
        }),
      ),
    );
    for (const shard of this.#shards.values()) shard.leave(this.#clients);
  }

  async #startAll(): Promise<void> {
    const { clock } = this.#options;
    this.#watch.beat();
    const starts = this.#slots.map((slot) => slot.inTurn(() => this.#fill(slot)));
    // All of them end before the first failure is told, so that nothing goes on behind the caller's back.
    for (const outcome of await Promise.allSettled(starts)) if (outcome.status === 'rejected') throw outcome.reason;
    const dead = this.#slots.find(({ thread }) => thread === null);
    if (dead) throw new Error(`Thread ${dead.index} died before all had been started: ${dead.lastReason}`);
    this.#state = 'running';
    const look = () => this.#watch.look(clock.monotonic(), (slot, silentMs) => this.#hung(slot, silentMs));
    this.#cancels.add(repeat(clock, beatEveryMs(this.#limits.hangMs), look));
  }

  #placed(shard: string): PlacedShard {
    const placed = this.#shards.get(shard);
    if (!placed) throw new Error(`There is no shard ${shard}.`);
    return placed;
  }

  #of(thread: number): PlacedShard[] {
    return [...this.#shards.values()].filter(({ slot }) => slot.index === thread);
  }

  // --- starting and opening ---------------------------------------------------------------------------------------

  /** Starts the thread of a place and opens the shards that belong there. */
  async #fill(slot: ThreadSlot): Promise<void> {
    const { clock, mainHang } = this.#options;
    const { hangMs, heapMibMax, youngHeapMibMax } = this.#limits;
    const thread = startWorkerThread({
      heartbeat: this.#watch.heartbeatFor(slot.index, hangMs, mainHang),
      heapMibMax,
      youngHeapMibMax,
      tell: (message) => this.#told(thread, message),
    });
    slot.occupy(thread, clock.monotonic());
    thread.ended.then(({ unexpected }) => this.#threadEnded(slot, thread, unexpected));
    for (const shard of this.#of(slot.index)) {
      const isVital = !shard.isClosed && shard.plan.isOptional !== true;
      if (this.#state === 'starting' && isVital) await this.#open(shard);
      else await this.#tryToOpen(shard);
    }
  }

  #open(shard: PlacedShard): Promise<void> {
    return openShard(shard, this.#clients, this.#shards.values());
  }

  /** Opens a shard that is away; when that fails, later again, without a last attempt. */
  async #tryToOpen(shard: PlacedShard): Promise<void> {
    const { thread } = shard.slot;
    if (shard.home || !thread || shard.isClosed || this.#state === 'stopping') return;
    try {
      await this.#open(shard);
    } catch (error) {
      // A thread that has died opens its shards when it is back.
      if (shard.slot.thread === thread) this.#openLater(shard, asError(error));
      return;
    }
    if (this.#state !== 'starting') this.#options.notice({ type: 'shardBack', shard: shard.name });
  }

  #openLater(shard: PlacedShard, error: Error): void {
    const retryAfterMs = shard.backOff.next(this.#options.clock.monotonic());
    this.#options.notice({ type: 'shardAway', shard: shard.name, error, retryAfterMs });
    this.#later(retryAfterMs, () => void shard.slot.inTurn(() => this.#tryToOpen(shard)));
  }

  async #moveNow(shard: PlacedShard, from: ThreadSlot, to: ThreadSlot): Promise<void> {
    const { name, home } = shard;
    if (this.#state === 'stopping') throw new Error('The threads are being stopped.');
    if (shard.slot !== from) throw new Error(`The shard ${name} has been moved meanwhile.`);
    if (shard.isClosed) throw new Error(`The shard ${name} is closed.`);
    if (!to.thread) throw new Error(`Thread ${to.index} is being restarted.`);
    if (home) {
      shard.hold();
      // What a shard that could not be closed cleanly has not answered is lost.
      await home.close(name).catch(() => shard.leave(this.#clients));
      shard.drain();
    }
    shard.slot = to;
    shard.home = null;
    shard.isOpen = false;
    try {
      await this.#open(shard);
    } catch (error) {
      shard.leave(this.#clients);
      if (to.thread) this.#openLater(shard, asError(error));
      throw error;
    }
    this.#options.notice({ type: 'shardMoved', shard: name, from: from.index, to: to.index });
  }

  // --- what goes wrong --------------------------------------------------------------------------------------------

  #told(thread: WorkerThread, { shard: name, notice }: ThreadMessage): void {
    this.#options.notice({ type: 'shard', shard: name, notice });
    const shard = this.#shards.get(name);
    if (notice.type !== 'storeFailed' || shard?.home !== thread || this.#state === 'stopping') return;
    const { error, isProcessUnsafe } = notice;
    shard.leave(this.#clients);
    if (isProcessUnsafe) {
      this.#giveUp(new ThreadsFailed('StoreUnsafe', `The store of the shard ${name} failed: ${error.message}`, error));
      return;
    }
    void shard.slot.inTurn(async () => {
      if (shard.home !== thread) return;
      shard.leave(this.#clients);
      await thread.close(name).catch(() => {});
      if (shard.home !== thread) return;
      shard.home = null;
      this.#openLater(shard, error);
    });
  }

  #threadEnded(slot: ThreadSlot, thread: WorkerThread, unexpected: Error | null): void {
    const lost = [...this.#shards.values()].filter(({ home }) => home === thread);
    slot.thread = null;
    for (const shard of lost) {
      shard.leave(this.#clients);
      shard.home = null;
    }
    this.#startAgain(slot, unexpected ?? new Error('The thread ended by itself.'));
  }

  /** Fills a place again whose thread has died, or could not be started: after a pause, if it has not happened too often. */
  #startAgain(slot: ThreadSlot, error: Error): void {
    slot.lastReason = error.message;
    if (this.#state === 'starting' || this.#state === 'stopping') return;
    const { clock, notice } = this.#options;
    slot.restarts++;
    const isBearable = this.#deaths.allows(clock.monotonic());
    const restartAfterMs = isBearable ? slot.backOff.next(clock.monotonic()) : null;
    const shards = this.#of(slot.index).map(({ name }) => name);
    notice({ type: 'threadDied', thread: slot.index, shards, error, restartAfterMs });
    if (restartAfterMs === null) {
      const { restartsMax, restartsWithinMs } = this.#limits;
      const message = `Threads have died more than ${restartsMax} times in ${restartsWithinMs / 1000} s; the last: ${error.message}`;
      this.#giveUp(new ThreadsFailed('TooManyDeaths', message, error));
      return;
    }
    this.#later(restartAfterMs, () => {
      void slot.inTurn(async () => {
        if (this.#state === 'stopping') return;
        await this.#fill(slot).catch((reason: unknown) => {
          // The system refuses another thread.
          if (slot.thread === null) this.#startAgain(slot, asError(reason));
        });
        if (slot.thread) notice({ type: 'threadRestarted', thread: slot.index, shards });
      });
    });
  }

  #hung(slot: ThreadSlot, silentMs: number): void {
    const shards = this.#of(slot.index);
    this.#options.notice({ type: 'threadHung', thread: slot.index, silentMs });
    try {
      this.#options.writeReport({ thread: slot.index, silentMs, shards: shards.map((shard) => shard.known()) });
    } finally {
      for (const shard of shards) shard.leave(this.#clients);
      const message = `Thread ${slot.index} has not responded for ${Math.round(silentMs)} ms.`;
      this.#giveUp(new ThreadsFailed('ThreadHung', message));
    }
  }

  #giveUp(error: ThreadsFailed): void {
    if (this.#state === 'running') this.#state = 'failed';
    this.#fail(error);
  }

  #later(delayMs: number, run: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
