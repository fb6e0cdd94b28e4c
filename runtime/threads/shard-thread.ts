import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { ShardStats } from '../shard.ts';
import type { ShardNotice } from '../supervisor.ts';
import type { Link, ToClient, ToShard } from '../transport.ts';
import { portLink } from '../transports/port.ts';
import type { ShardControl } from './control.ts';
import type { ShardThreadData, ThreadMessage } from './shard-module.ts';

/** A shard that runs in a thread of its own, seen from the main thread. */
export interface ShardThread {
  readonly link: Link<ToShard, ToClient>;
  /** Rejects when the thread ends, or has ended, without an answer. */
  stats(): Promise<ShardStats>;
  /** As `stats`. */
  call(request: unknown): Promise<unknown>;
  /** Stops it cleanly; resolves when the thread has ended. A thread is never terminated: see DESIGN, LMDB. */
  stop(): Promise<void>;
  /** Resolves when the thread has ended, with why when nobody asked for it. */
  readonly ended: Promise<{ readonly unexpected: Error | null }>;
}

/** What a thread is started with. */
export interface ShardThreadOptions extends ShardThreadData {
  readonly notice: (notice: ShardNotice) => void;
}

function isThreadMessage(value: unknown): value is ThreadMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/**
 * Starts the worker's file beside this one: `.js` when built. When run from source (tests) it is `.ts`, which Node 20 can only
 * load after tsx has been registered in the new thread, too.
 */
function startWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options);
  const file = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const script = `import('tsx/esm/api').then(({ register }) => { register(); return import(${file}); });`;
  return new Worker(script, { ...options, eval: true });
}

/** Starts a thread and opens its shard there. Rejects when the shard cannot be opened, with the reason. */
export async function startShardThread({ notice, ...data }: ShardThreadOptions): Promise<ShardThread> {
  const dataChannel = new MessageChannel();
  const controlChannel = new MessageChannel();
  const worker = startWorker({
    workerData: { ...data, data: dataChannel.port2, control: controlChannel.port2 },
    transferList: [dataChannel.port2, controlChannel.port2],
  });
  let stopping = false;
  let failure: Error | null = null;
  const ended = new Promise<{ unexpected: Error | null }>((resolve) => {
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      dataChannel.port1.close();
      controlChannel.port1.close();
      resolve({ unexpected: stopping ? null : (failure ?? new Error(`The thread ended with code ${code}.`)) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: unknown) => {
      if (!isThreadMessage(message)) return;
      if (message.type === 'ready') resolve();
      else if (message.type === 'failed') reject(new Error(message.reason));
      else notice(message.notice);
    });
    ended.then(({ unexpected }) => reject(unexpected ?? new Error('The thread ended before it was ready.')));
  });
  const control = Comlink.wrap<ShardControl<unknown>>(nodeEndpoint(controlChannel.port1));
  const answered = orLost(ended);
  return {
    link: portLink<ToShard, ToClient>(dataChannel.port1),
    stats: () => answered(control.stats()),
    call: (request) => answered(control.call(request)),
    async stop() {
      stopping = true;
      await Promise.race([control.stop(), ended]);
      await ended;
    },
    ended,
  };
}

/**
 * Makes calls to a thread reject when it ends without having answered. Node may tell of a thread's end before it hands
 * over the last answers, so also an answer that was sent may never come.
 */
function orLost(ended: ShardThread['ended']): <Answer>(answer: Promise<Answer>) => Promise<Answer> {
  const waiting = new Set<(reason: Error) => void>();
  let lost: Error | null = null;
  ended.then(({ unexpected }) => {
    lost = unexpected ?? new Error('The thread has been stopped.');
    for (const reject of waiting) reject(lost);
    waiting.clear();
  });
  return (answer) =>
    new Promise((resolve, reject) => {
      if (lost) {
        reject(lost);
        return;
      }
      waiting.add(reject);
      answer.then(resolve, reject).finally(() => waiting.delete(reject));
    });
}
