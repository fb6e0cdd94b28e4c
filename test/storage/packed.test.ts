import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { crc32 } from 'node:zlib';
import { seededRandom } from '../../runtime/random.ts';
import { checksumOf } from '../../storage/checksum.ts';
import { bytesOf, RowEncoder } from '../../storage/codec.ts';
import { openEnvironment } from '../../storage/lmdb-environment.ts';
import { LmdbStore } from '../../storage/lmdb-store.ts';
import { committed } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('the checksum of a text and bytes behind it is their CRC-32, however long they are', () => {
  const random = seededRandom(5);
  const bytes = Buffer.from(Array.from({ length: 700 }, () => Math.floor(random.fraction() * 256)));
  for (const text of ['', 'r/t/1', 'a name in Köln', '\u{1F600}', 'x'.repeat(300)]) {
    for (let length = 0; length <= 600; length += 1 + (length >> 3)) {
      const start = Math.floor(random.fraction() * 200);
      const wanted = crc32(bytes.subarray(start, start + length), crc32(text));
      assert.equal(checksumOf(text, bytes, start, start + length) >>> 0, wanted, `${text}, ${length} bytes`);
    }
  }
});

test('a row that has been encoded is not touched by those that are encoded after it, large ones and small ones', () => {
  const encoder = new RowEncoder([]);
  const rows = Array.from({ length: 3_000 }, (_, n) => {
    const buffer = encoder.encode(`r/t/${n}`, { n, text: 'x'.repeat((n * n) % 3_001) }, n);
    return { buffer, start: buffer.start, end: buffer.end, bytes: bytesOf(buffer) };
  });
  const buffers = new Set(rows.map(({ buffer }) => buffer));
  assert.ok(buffers.size > 10 && buffers.size < rows.length / 10, `${buffers.size} buffers`);
  for (const { buffer, start, end, bytes } of rows) assert.deepEqual(buffer.subarray(start, end), bytes);
});

test('commits that wait for one another store their own rows, however many are packed before the first is written', async () => {
  const folder = temporaryFolder();
  try {
    const file = join(folder.path, 'rows.mdb');
    const store = new LmdbStore(openEnvironment(file, 'relaxed'));
    const rowOf = (n: number): unknown => ({ n, text: 'y'.repeat((n * 7) % 2_003), list: [n + 1, -n - 1, null] });
    const commits = Array.from({ length: 40 }, (_, c) =>
      committed(
        store,
        Array.from({ length: 60 }, (_, n) => [`r/t/${c * 60 + n}`, rowOf(c * 60 + n)] as const),
      ),
    );
    await Promise.all(commits);
    await store.close();
    const reopened = new LmdbStore(openEnvironment(file, 'relaxed'));
    for (let n = 0; n < 2_400; n++) assert.deepEqual(reopened.get(`r/t/${n}`), rowOf(n));
    await reopened.close();
  } finally {
    folder.remove();
  }
});
