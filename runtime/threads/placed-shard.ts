import type { ShardStats } from '../shard.ts';
import type { Link, ToClient, ToShard } from '../transport.ts';
import { BackOff } from './back-off.ts';
import type { ClientLink } from './client-link.ts';
import type { HungShard } from './hang-report.ts';
import type { ThreadLimits } from './limits.ts';
import type { ShardPlan } from './shard-module.ts';
import type { ThreadSlot } from './thread-slot.ts';
import type { WorkerThread } from './worker-thread.ts';

/** A client of shards on the main thread; an ActorSystem is one. */
export interface ShardClient {
  /** The shard runs, and is reached over this link. */
  connect(shard: string, link: Link<ToShard, ToClient>): void;
  /** The shard has gone. */
  disconnect(shard: string): void;
}

/** A shard and the thread that it belongs to, as the main thread sees it. */
export class PlacedShard {
  readonly plan: ShardPlan;
  readonly links = new Map<string, ClientLink>();
  readonly backOff: BackOff;
  /** The place where it belongs. */
  slot: ThreadSlot;
  /** The thread in which it is open, being opened or closed; null: in none. */
  home: WorkerThread | null = null;
  isOpen = false;
  /** Somebody has closed it, until it is to be opened again. */
  isClosed: boolean;
  /** As last asked for. */
  stats: ShardStats | null = null;

  constructor(plan: ShardPlan, slot: ThreadSlot, limits: ThreadLimits) {
    this.plan = plan;
    this.slot = slot;
    this.isClosed = plan.isClosed === true;
    this.backOff = new BackOff({
      firstMs: limits.restartFirstMs,
      longestMs: limits.reopenLongestMs,
      calmMs: limits.calmMs,
    });
  }

  get name(): string {
    return this.plan.name;
  }

  /** The thread that can be asked about it. Throws when it is in none. */
  get host(): WorkerThread {
    if (!this.home) throw new Error(`The shard ${this.name} is not open.`);
    return this.home;
  }

  /** What is known of it when its thread does not answer any more. */
  known(): HungShard {
    const lastSent = [...this.links.values()].flatMap((link) => link.lastSent);
    return { name: this.name, stats: this.stats, lastSent };
  }

  /** Tells clients that the shard has gone, after the replies that it had posted before. */
  leave(clients: ReadonlyMap<string, ShardClient>): void {
    for (const [client, link] of this.links) {
      link.drain();
      clients.get(client)?.disconnect(this.name);
      link.close();
    }
    this.links.clear();
    this.isOpen = false;
  }

  /** Holds back what clients send. */
  hold(): void {
    for (const link of this.links.values()) link.hold();
  }

  drain(): void {
    for (const link of this.links.values()) link.drain();
  }
}
