import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../runtime/random.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const WRITER = fileURLToPath(new URL('writer.child.ts', import.meta.url));
const KILLS = 30;

/** Runs the writer until it has told `acknowledgements` commits, then kills it. Resolves to all that it told. */
async function writeAndDie(file: string, first: number, acknowledgements: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    told.push(Number(line));
    if (told.length === acknowledgements) child.kill('SIGKILL');
  }
  return told;
}

test(`a writer that is killed ${KILLS} times loses no commit that it acknowledged and leaves none half done`, async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'rows.mdb');
  const random = seededRandom(3);
  let next = 0;
  const acknowledged: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const told = await writeAndDie(file, next, 1 + Math.floor(random.fraction() * 60));
      assert.ok(told.length > 0);
      acknowledged.push(...told);
      const store = new LmdbStore(openEnvironment(file, 'sync'));
      const parts = new Map<number, number>();
      for (const { value } of store.range({ prefix: 'r/t/' })) {
        const { n } = Object(value);
        parts.set(n, (parts.get(n) ?? 0) + 1);
      }
      const last = Object(store.get('r/last')).n;
      await store.close();
      for (const n of acknowledged) assert.equal(parts.get(n), 3, `commit ${n} was acknowledged before kill ${kill}`);
      for (const [n, count] of parts) assert.equal(count, 3, `commit ${n} is half there after kill ${kill}`);
      assert.equal(last, Math.max(...parts.keys()), 'no later commit is there without the ones before it');
      assert.equal(parts.size, last + 1);
      next = last + 1;
    }
  } finally {
    folder.remove();
  }
});
