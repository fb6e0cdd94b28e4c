import { parentPort, workerData } from 'node:worker_threads';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';

/** Reads a row whenever it is told that the row has been committed; answers with what it saw. */
const environment = openEnvironment(String(workerData.file), 'sync');
const reader = new LmdbReader(environment, 10);
parentPort?.on('message', async (message: unknown) => {
  if (message === 'end') {
    await environment.close();
    parentPort?.close();
    return;
  }
  // A read before renewing opens the snapshot that renewing has to get rid of.
  reader.get('r/t/1');
  reader.renew();
  const row = Object(reader.get('r/t/1'));
  parentPort?.postMessage(row.n);
});
parentPort?.postMessage('ready');
