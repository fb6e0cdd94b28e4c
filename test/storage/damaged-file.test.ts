import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { DamagedFile } from '../../storage/file-check.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';
import { committed } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CHILD = fileURLToPath(new URL('reads-all.child.ts', import.meta.url));
const SEEDS = 200;
const ROWS = 1_500;

/** A store of rows that were written in many commits, some of them twice, and of larger ones. */
async function wholeStore(file: string): Promise<void> {
  const store = new LmdbStore(openEnvironment(file, 'relaxed'));
  for (let round = 0; round < 2; round++) {
    for (let first = 0; first < ROWS; first += 100) {
      const rows = Array.from({ length: 100 }, (_, index) => {
        const n = first + index;
        const row = { n, round, text: `row ${n} ${'x'.repeat((n * 37) % 900)}` };
        return [`r/t/${String(n).padStart(6, '0')}`, row] as const;
      });
      await committed(store, [...rows, [`r/large/${first}`, { text: 'y'.repeat(10_000) }]]);
    }
  }
  await store.close();
}

/** Runs the child over seeds, again after each that ended it. Returns a line a seed. */
async function outcomes(file: string): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < SEEDS) {
    const args = ['--import', 'tsx', CHILD, file, String(ROWS), String(lines.length), String(SEEDS)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [text, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors += chunk;
    });
    const [code, signal] = await new Promise<readonly unknown[]>((resolve) => {
      child.once('close', (...ending) => resolve(ending));
    });
    lines.push(...text.split('\n').filter((line) => line !== ''));
    if (lines.length < SEEDS) lines.push(`${lines.length} DIED of ${signal ?? code}: ${errors.slice(-300)}`);
  }
  return lines;
}

test(`of ${SEEDS} damaged files none serves a wrong row, hides one untold, or ends the process`, async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'whole.mdb');
    await wholeStore(file);
    const lines = await outcomes(file);
    assert.deepEqual(
      lines.filter((line) => /WRONG|DIED/.test(line)),
      [],
    );
    for (const outcome of ['refused', 'told', 'unaffected']) {
      assert.ok(
        lines.some((line) => line.endsWith(outcome)),
        `no damage was ${outcome}`,
      );
    }
  } finally {
    folder.remove();
  }
});

test('a file that is no store is refused with its path and a reason', () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'cell1.mdb');
    for (const content of [Buffer.from('hello'), Buffer.alloc(8_192), Buffer.alloc(100_000, 0xff)]) {
      writeFileSync(file, content);
      assert.throws(
        () => openEnvironment(file, 'sync'),
        (error: unknown) => error instanceof DamagedFile && error.message.startsWith(file),
      );
    }
  } finally {
    folder.remove();
  }
});
