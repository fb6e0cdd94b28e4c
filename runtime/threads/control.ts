import type { MessagePort } from 'node:worker_threads';
import type { ShardNotice } from '../notice.ts';
import type { ShardStats } from '../shard.ts';
import type { HeartbeatData } from './heartbeat.ts';
import type { ShardPlan } from './shard-module.ts';

/** One end of a link, and the name of who has the other. */
export interface LinkEnd {
  readonly name: string;
  readonly port: MessagePort;
}

/** A shard to open, with the links that it has from its first turn on. */
export interface OpenOrder extends ShardPlan {
  readonly clients: readonly LinkEnd[];
  readonly peers: readonly LinkEnd[];
}

/** Figures of a thread itself. */
export interface ThreadLoad {
  readonly heapUsedBytes: number;
  /** Where the thread would end for want of memory. */
  readonly heapLimitBytes: number;
}

/** What the main thread can ask of a thread that hosts shards, over comlink: rare calls, never the message path. */
export interface ThreadControl {
  open(order: OpenOrder): Promise<void>;
  connectClient(shard: string, end: LinkEnd): void;
  /** A link to the same peer before is closed. */
  connectPeer(shard: string, end: LinkEnd): void;
  /** Finishes what has arrived, commits it and closes the store; the thread goes on with its other shards. */
  close(shard: string): Promise<void>;
  stats(shard: string): ShardStats;
  load(): ThreadLoad;
  /** What the program adds for its own use, such as reading a guest's console. */
  call(shard: string, request: unknown): Promise<unknown>;
  /** Closes all shards. The thread then ends by itself. */
  stop(): Promise<void>;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly control: MessagePort;
  readonly heartbeat: HeartbeatData;
}

/** What a thread tells besides. */
export interface ThreadMessage {
  readonly shard: string;
  readonly notice: ShardNotice;
}
