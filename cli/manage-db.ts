import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askControl } from '../composition/control-client.ts';
import { RETENTION_ROWS_MAX, type RetentionOrder } from '../composition/retention-job.ts';
import { CommandRefused } from './command-refused.ts';
import { reasonIn } from './operator.ts';

/** What is to be done to the rows of deleted instances. */
export interface DbOrder extends Pick<RetentionOrder, 'what' | 'beforeMs'> {
  /** In all; whole instances. */
  readonly rowsMax: number;
}

/** Does one piece in a store; resolves when it is stored. */
type Piece = (order: RetentionOrder) => Promise<{ readonly rows: number; readonly cursor: string | null }>;

const DONE = { archive: 'archived', purge: 'purged' } as const;

/** Archives or purges in every store of a cloud, whether it runs or not. Exit status 0: nothing is left; 1: there are more rows. */
export async function manageDb(stateDir: string, order: DbOrder): Promise<number> {
  const { storeNames } = await import('../storage/state-files.ts');
  const { StateDirectoryRefused } = await import('../storage/state-directory.ts');
  const names = existsSync(stateDir) ? storeNames(stateDir) : [];
  if (names.length === 0) throw new StateDirectoryRefused(`${stateDir} holds no cloud: there is no store in it.`);
  const isRunning = (await askControl(stateDir, 'GET', '/log-level')) !== null;
  const { rows, isLeft } = isRunning ? await inCloud(stateDir, names, order) : await inFiles(stateDir, names, order);
  process.stdout.write(`${rows} rows ${DONE[order.what]}${isLeft ? '; there are more' : ''}\n`);
  return isLeft ? 1 : 0;
}

interface Outcome {
  readonly rows: number;
  readonly isLeft: boolean;
}

async function inAll(order: DbOrder, pieces: readonly Piece[]): Promise<Outcome> {
  let [rows, isLeft] = [0, false];
  for (const piece of pieces) {
    const part = await inOne({ ...order, rowsMax: order.rowsMax - rows }, piece);
    rows += part.rows;
    isLeft ||= part.isLeft;
  }
  return { rows, isLeft };
}

async function inOne({ what, beforeMs, rowsMax }: DbOrder, piece: Piece): Promise<Outcome> {
  let [rows, cursor] = [0, ''];
  while (rows < rowsMax) {
    const part = await piece({ what, beforeMs, rowsMax: Math.min(RETENTION_ROWS_MAX, rowsMax - rows), cursor });
    rows += part.rows;
    if (part.cursor === null) return { rows, isLeft: false };
    cursor = part.cursor;
  }
  return { rows, isLeft: true };
}

/** Through the control socket, in the shards' own threads. A shard's store has its name. */
function inCloud(stateDir: string, names: readonly string[], order: DbOrder): Promise<Outcome> {
  const pieces = names.map(
    (name): Piece =>
      async ({ what, beforeMs, rowsMax, cursor }) => {
        const before = Number.isFinite(beforeMs) ? { beforeMs: String(beforeMs) } : {};
        const query = new URLSearchParams({ ...before, rowsMax: String(rowsMax), cursor });
        const shard = encodeURIComponent(name.replace(/\.mdb$/, ''));
        const answer = await askControl(stateDir, 'POST', `/shards/${shard}/retention/${what}?${query}`);
        if (answer === null) throw new CommandRefused('The cloud was stopped meanwhile; what was told is done');
        if (answer.status !== 200) throw new CommandRefused(`The cloud does not do it: ${reasonIn(answer)}`);
        const { rows, cursor: next } = Object(JSON.parse(answer.text));
        return { rows: Number(rows), cursor: typeof next === 'string' ? next : null };
      },
  );
  return inAll(order, pieces);
}

/** In the files of a cloud that does not run. */
async function inFiles(stateDir: string, names: readonly string[], order: DbOrder): Promise<Outcome> {
  const { openStateDirectory } = await import('../storage/state-directory.ts');
  const { openEnvironment } = await import('../storage/lmdb-environment.ts');
  const { LmdbStore } = await import('../storage/lmdb-store.ts');
  const { checkSchema } = await import('../storage/schema.ts');
  const { archiveChunk, purgeChunk } = await import('../composition/retention.ts');
  const chunks = { archive: archiveChunk, purge: purgeChunk } as const;
  const directory = await openStateDirectory(stateDir);
  const close: (() => Promise<void>)[] = [() => directory.release()];
  try {
    const pieces: Piece[] = [];
    for (const name of names) {
      const file = join(stateDir, name);
      const environment = openEnvironment(file, 'sync');
      close.unshift(() => environment.close());
      await checkSchema(environment, file);
      const store = new LmdbStore(environment, file);
      pieces.push(async ({ what, beforeMs, rowsMax, cursor }) => {
        store.renew();
        const { writes, ...piece } = chunks[what](store, beforeMs, rowsMax, cursor);
        await new Promise<void>((resolve, reject) => {
          store.commit(writes, (error) => (error ? reject(error) : resolve()));
        });
        return piece;
      });
    }
    return await inAll(order, pieces);
  } finally {
    for (const one of close) await one();
  }
}
