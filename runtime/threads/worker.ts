import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { ToClient, ToShard } from '../transport.ts';
import { portLink } from '../transports/port.ts';
import type { ShardControl } from './control.ts';
import type { OpenShard, ShardThreadData, ThreadMessage } from './shard-module.ts';

/** What the main side hands over at the start. */
interface Start extends ShardThreadData {
  readonly data: MessagePort;
  readonly control: MessagePort;
}

function isStart(value: unknown): value is Start {
  return typeof value === 'object' && value !== null && 'module' in value && 'data' in value && 'control' in value;
}

function hasOpenShard(module: unknown): module is { readonly openShard: OpenShard } {
  return typeof module === 'object' && module !== null && 'openShard' in module;
}

const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

/** Opens the shard of this thread, and serves it until it is stopped. */
async function run(start: Start): Promise<void> {
  const module: unknown = await import(start.module);
  if (!hasOpenShard(module)) throw new Error(`${start.module} does not export openShard.`);
  const opened = await module.openShard(start.options, (notice) => tell({ type: 'notice', notice }));
  opened.shard.connectClient(start.client, portLink<ToClient, ToShard>(start.data));
  const control: ShardControl<unknown> = {
    stats: () => opened.shard.stats(),
    call: (request) => opened.call(request),
    async stop() {
      await opened.shard.stop();
      await opened.close();
      // The answer to this call leaves first; then nothing holds the thread.
      setImmediate(() => {
        start.data.close();
        start.control.close();
      });
    },
  };
  Comlink.expose(control, nodeEndpoint(start.control));
  tell({ type: 'ready' });
}

if (isStart(workerData)) {
  run(workerData).catch((error: unknown) => {
    tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
    setImmediate(() => process.exit(1));
  });
}
