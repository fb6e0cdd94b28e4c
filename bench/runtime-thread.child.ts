import { type MessagePort, workerData } from 'node:worker_threads';
import type { ToClient, ToShard } from '../runtime/index.ts';
import { memoryShard } from './runtime-bench-actors.ts';
import { links } from './runtime-built.ts';
import { shardOf } from './runtime-cross-thread.ts';

/** The other thread of the figures `cross-thread` and `cross-shard`: a shard that counts what it is sent. */
interface Start {
  readonly client: MessagePort;
  readonly peer: MessagePort;
}

function isStart(value: unknown): value is Start {
  return typeof value === 'object' && value !== null && 'client' in value && 'peer' in value;
}

const start: unknown = workerData;
if (!isStart(start)) throw new Error('This runs in a thread of bench/runtime-cross-thread.ts.');
const shard = memoryShard('s0', shardOf);
shard.connectClient('bench', links.portLink<ToClient, ToShard>(start.client));
shard.connectPeer('s1', links.portLink<ToShard, ToShard>(start.peer));
