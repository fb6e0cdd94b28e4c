import assert from 'node:assert/strict';
import fs, { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { DamagedFile, readMeta } from '../../storage/file-check.ts';
import { openToRead } from '../../storage/lmdb-environment.ts';
import { LmdbReader } from '../../storage/lmdb-reader.ts';
import { openStore } from '../../storage/open-store.ts';
import { checkFile } from '../../storage/page-check.ts';
import { committed } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where a meta page says which is the last page, and how far the second one is from the first. */
const LAST_PAGE_AT = 0x90;
const PAGE_BYTES = 4_096;

/** Flips a bit of the number of the last page, in both meta pages. */
function flip(file: string, bit: number): void {
  const opened = openSync(file, 'r+');
  try {
    for (const page of [0, 1]) {
      const at = page * PAGE_BYTES + LAST_PAGE_AT + (bit >> 3);
      const byte = Buffer.alloc(1);
      readSync(opened, byte, 0, 1, at);
      writeSync(opened, Buffer.of(byte.readUInt8(0) ^ (1 << (bit & 7))), 0, 1, at);
    }
  } finally {
    closeSync(opened);
  }
}

async function aStore(path: string): Promise<string> {
  const file = join(path, 'cell1.mdb');
  const store = await openStore(file, 'relaxed');
  await committed(
    store,
    Array.from({ length: 500 }, (_, n) => [`r/t/${n}`, { n, text: 'x'.repeat(n) }] as const),
  );
  await store.close();
  return file;
}

test('a file that says it has far more pages than it has is refused for writing and does not fill the disk', async () => {
  const folder = temporaryFolder();
  try {
    const file = await aStore(folder.path);
    const { size } = statSync(file);
    // 512 MiB more than there are.
    flip(file, 17);
    await assert.rejects(
      openStore(file, 'relaxed'),
      (error) => error instanceof DamagedFile && /pages, and has/.test(error.message),
    );
    assert.equal(statSync(file).size, size);
    const environment = openToRead(file);
    assert.deepEqual(new LmdbReader(environment, 0).get('r/t/499'), { n: 499, text: 'x'.repeat(499) });
    await environment.close();
    // 8 MiB: as much as a commit may take and give back.
    flip(file, 17);
    flip(file, 11);
    const store = await openStore(file, 'relaxed');
    assert.equal([...store.keys({ prefix: 'r/t/' })].length, 500);
    await store.close();
  } finally {
    folder.remove();
  }
});

test('a last page that no file can have is told as damage, whichever bit of its number was flipped', async () => {
  const folder = temporaryFolder();
  try {
    const file = await aStore(folder.path);
    for (let bit = 35; bit < 64; bit++) {
      flip(file, bit);
      assert.throws(() => checkFile(file), DamagedFile, `bit ${bit}`);
      flip(file, bit);
    }
    assert.notEqual(checkFile(file), null);
  } finally {
    folder.remove();
  }
});

test('a file whose writer commits while its meta pages are read is not taken for damaged', async (t) => {
  const folder = temporaryFolder();
  try {
    const file = await aStore(folder.path);
    const before = readFileSync(file);
    const store = await openStore(file, 'relaxed');
    for (let n = 0; n < 5; n++) await committed(store, [['r/t/0', { n, text: '' }]]);
    await store.close();
    const after = readFileSync(file);
    const transaction = readMeta(file)?.transaction;
    writeFileSync(file, before);
    const { readSync: read } = fs;
    const reading = t.mock.method(fs, 'readSync', (...args: Parameters<typeof read>) => {
      // Between the first meta page and the second one.
      if (reading.mock.callCount() === 1) writeFileSync(file, after);
      return read(...args);
    });
    syncBuiltinESMExports();
    try {
      assert.equal(readMeta(file)?.transaction, transaction);
    } finally {
      reading.mock.restore();
      syncBuiltinESMExports();
    }
  } finally {
    folder.remove();
  }
});
