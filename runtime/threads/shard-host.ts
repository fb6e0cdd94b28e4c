import { getHeapStatistics } from 'node:v8';
import type { MessagePort } from 'node:worker_threads';
import type { ShardStats } from '../shard.ts';
import type { ToClient, ToShard } from '../transport.ts';
import { type PortLink, portLink } from '../transports/port.ts';
import type { LinkEnd, OpenOrder, ThreadControl, ThreadLoad, ThreadMessage } from './control.ts';
import type { OpenedShard, OpenShard } from './shard-module.ts';

/** A shard of this thread. */
interface Hosted {
  /** Null while it is being opened. */
  opened: OpenedShard | null;
  readonly clients: Map<string, PortLink<ToClient, ToShard>>;
  readonly peers: Map<string, MessagePort>;
}

function hasOpenShard(module: unknown): module is { readonly openShard: OpenShard } {
  return typeof module === 'object' && module !== null && 'openShard' in module;
}

/** The shards of one thread, inside the thread. Any number of them, each with a store of its own. */
export class ShardHost implements ThreadControl {
  readonly #shards = new Map<string, Hosted>();
  readonly #tell: (message: ThreadMessage) => void;
  readonly #stopped: () => void;

  /** `stopped` is called when the last answer has been given and nothing here holds the thread any more. */
  constructor(tell: (message: ThreadMessage) => void, stopped: () => void) {
    this.#tell = tell;
    this.#stopped = stopped;
  }

  async open({ name, module: url, options, clients, peers }: OpenOrder): Promise<void> {
    if (this.#shards.has(name)) throw new Error(`The shard ${name} is open in this thread already.`);
    const hosted: Hosted = { opened: null, clients: new Map(), peers: new Map() };
    this.#shards.set(name, hosted);
    for (const end of clients) this.connectClient(name, end);
    for (const end of peers) this.connectPeer(name, end);
    try {
      const module: unknown = await import(url);
      if (!hasOpenShard(module)) throw new Error(`${url} does not export openShard.`);
      const opened = await module.openShard(options, (notice) => this.#tell({ shard: name, notice }));
      hosted.opened = opened;
      for (const [client, link] of hosted.clients) opened.shard.connectClient(client, link);
      for (const [peer, port] of hosted.peers) opened.shard.connectPeer(peer, portLink<ToShard, ToShard>(port));
    } catch (error) {
      this.#forget(name, hosted);
      throw error;
    }
  }

  connectClient(shard: string, { name, port }: LinkEnd): void {
    const hosted = this.#shards.get(shard);
    if (!hosted) {
      port.close();
      return;
    }
    const link = portLink<ToClient, ToShard>(port);
    hosted.clients.get(name)?.close();
    hosted.clients.set(name, link);
    hosted.opened?.shard.connectClient(name, link);
  }

  connectPeer(shard: string, { name, port }: LinkEnd): void {
    const hosted = this.#shards.get(shard);
    if (!hosted) {
      port.close();
      return;
    }
    hosted.peers.get(name)?.close();
    hosted.peers.set(name, port);
    hosted.opened?.shard.connectPeer(name, portLink<ToShard, ToShard>(port));
  }

  async close(shard: string): Promise<void> {
    const hosted = this.#opened(shard);
    // What a client posted before it asked for the close has arrived, though it may not have been handed over yet.
    for (const link of hosted.clients.values()) link.drain();
    try {
      await hosted.opened.shard.stop();
    } finally {
      await hosted.opened.close().finally(() => this.#forget(shard, hosted));
    }
  }

  stats(shard: string): ShardStats {
    return this.#opened(shard).opened.shard.stats();
  }

  load(): ThreadLoad {
    const { used_heap_size: heapUsedBytes, heap_size_limit: heapLimitBytes } = getHeapStatistics();
    return { heapUsedBytes, heapLimitBytes };
  }

  call(shard: string, request: unknown): Promise<unknown> {
    return this.#opened(shard).opened.call(request);
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    // One that cannot be closed must not keep the others from it: what they leave open would hold the thread for ever.
    for (const [name, { opened }] of [...this.#shards]) {
      if (opened) await this.close(name).catch((error: unknown) => failures.push(error));
    }
    setImmediate(this.#stopped);
    if (failures.length > 0) throw failures[0];
  }

  #opened(shard: string): Hosted & { readonly opened: OpenedShard } {
    const hosted = this.#shards.get(shard);
    if (!hosted?.opened) throw new Error(`The shard ${shard} is not open in this thread.`);
    return { ...hosted, opened: hosted.opened };
  }

  #forget(shard: string, { clients, peers }: Hosted): void {
    this.#shards.delete(shard);
    for (const link of clients.values()) link.close();
    for (const port of peers.values()) port.close();
  }
}
