import { parentPort, workerData } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { realClock } from '../clock.ts';
import type { ThreadData } from './control.ts';
import { beatInThread } from './heartbeat.ts';
import { watchMain } from './main-watch.ts';
import { ShardHost } from './shard-host.ts';

function isThreadData(value: unknown): value is ThreadData {
  return typeof value === 'object' && value !== null && 'control' in value && 'heartbeat' in value;
}

/** Hosts shards until it is told to stop. */
function run({ control, heartbeat }: ThreadData): void {
  const cancels = [beatInThread(heartbeat, realClock), watchMain(heartbeat, realClock)];
  const host = new ShardHost(
    (message) => parentPort?.postMessage(message),
    () => {
      for (const cancel of cancels) cancel();
      control.close();
    },
  );
  Comlink.expose(host, nodeEndpoint(control));
}

if (isThreadData(workerData)) run(workerData);
