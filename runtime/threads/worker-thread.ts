import { MessageChannel, type MessagePort, Worker, type WorkerOptions } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { ShardStats } from '../shard.ts';
import type { LinkEnd, OpenOrder, ThreadControl, ThreadData, ThreadLoad, ThreadMessage } from './control.ts';
import type { HeartbeatData } from './heartbeat.ts';

/** A thread that hosts shards, seen from the main thread. Calls reject when it ends, or has ended, without an answer. */
export interface WorkerThread {
  open(order: OpenOrder): Promise<void>;
  connectClient(shard: string, end: LinkEnd): Promise<void>;
  connectPeer(shard: string, end: LinkEnd): Promise<void>;
  close(shard: string): Promise<void>;
  stats(shard: string): Promise<ShardStats>;
  load(): Promise<ThreadLoad>;
  call(shard: string, request: unknown): Promise<unknown>;
  /** For how long its event loop has had nothing to do, in milliseconds since its start. Known also when it hangs. */
  idleMs(): number;
  /** Stops it cleanly; settles when the thread has ended, and rejects with what could not be closed. A thread is never terminated: see DESIGN, LMDB. */
  stop(): Promise<void>;
  /** Resolves when the thread has ended, with why when nobody asked for it. */
  readonly ended: Promise<{ readonly unexpected: Error | null }>;
}

/** What a thread is started with. */
export interface WorkerThreadOptions {
  readonly heartbeat: HeartbeatData;
  readonly heapMibMax: number | null;
  readonly youngHeapMibMax: number;
  readonly tell: (message: ThreadMessage) => void;
}

function isThreadMessage(value: unknown): value is ThreadMessage {
  return typeof value === 'object' && value !== null && 'shard' in value && 'notice' in value;
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

/** Starts a thread. It takes orders at once, and handles them when it has loaded. */
export function startWorkerThread({ heartbeat, heapMibMax, youngHeapMibMax, tell }: WorkerThreadOptions): WorkerThread {
  const channel = new MessageChannel();
  const data: ThreadData = { control: channel.port2, heartbeat };
  const worker = startWorker({
    workerData: data,
    transferList: [channel.port2],
    resourceLimits: {
      maxYoungGenerationSizeMb: youngHeapMibMax,
      ...(heapMibMax === null ? {} : { maxOldGenerationSizeMb: heapMibMax }),
    },
  });
  let stopping = false;
  let failure: Error | null = null;
  const ended = new Promise<{ unexpected: Error | null }>((resolve) => {
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      channel.port1.close();
      const unexpected = failure ?? (stopping ? null : new Error(`The thread ended with code ${code}.`));
      resolve({ unexpected });
    });
  });
  worker.on('message', (message: unknown) => {
    if (isThreadMessage(message)) tell(message);
  });
  const control = Comlink.wrap<ThreadControl>(nodeEndpoint(channel.port1));
  const answered = orLost(ended);
  const handedOver = (end: LinkEnd): LinkEnd => Comlink.transfer(end, [end.port]);
  return {
    open: (order) => {
      const ports: MessagePort[] = [...order.clients, ...order.peers].map(({ port }) => port);
      return answered(control.open(Comlink.transfer(order, ports)));
    },
    connectClient: (shard, end) => answered(control.connectClient(shard, handedOver(end))),
    connectPeer: (shard, end) => answered(control.connectPeer(shard, handedOver(end))),
    close: (shard) => answered(control.close(shard)),
    stats: (shard) => answered(control.stats(shard)),
    load: () => answered(control.load()),
    call: (shard, request) => answered(control.call(shard, request)),
    idleMs: () => worker.performance.eventLoopUtilization().idle,
    async stop() {
      stopping = true;
      const failed = await Promise.race([
        control.stop().then(
          () => null,
          (error: unknown) => error,
        ),
        ended.then(() => null),
      ]);
      await ended;
      if (failed !== null) throw failed;
    },
    ended,
  };
}

/**
 * Makes calls to a thread reject when it ends without having answered. Node may tell of a thread's end before it hands
 * over the last answers, so also an answer that was sent may never come.
 */
function orLost(ended: WorkerThread['ended']): <Answer>(answer: Promise<Answer>) => Promise<Answer> {
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
