import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { createImageStore, type ImageStoreOptions, openImageContent } from '../../../drivers/image-store/index.ts';
import type { ImageStore, UploadOrder } from '../../../drivers/images.ts';
import { qcow2Image } from './qcow2-image.ts';

const directories: string[] = [];
const stores: ImageStore[] = [];
after(async () => {
  for (const store of stores) await store.close();
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

async function aStore(options: Partial<ImageStoreOptions> = {}): Promise<{ store: ImageStore; directory: string }> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'novella-images-')));
  directories.push(directory);
  const store = await createImageStore({ directory, ...options });
  stores.push(store);
  return { store, directory };
}

async function* chunks(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const order = (more: Partial<UploadOrder> = {}): UploadOrder => ({
  diskFormat: 'raw',
  expectedBytes: null,
  signal: new AbortController().signal,
  ...more,
});

const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('hex');
const filesOf = async (directory: string): Promise<string[]> => [
  ...(await readdir(join(directory, 'staging'))),
  ...(await readdir(join(directory, 'content'))),
];

for (const [size, where] of [
  [10_000, 'at once'],
  [5 * 1024 * 1024, 'in a thread of the pool'],
] as const) {
  test(`bytes hashed ${where} are kept read-only under their SHA-512, and come back as they were`, async () => {
    const { store } = await aStore();
    const bytes = randomBytes(size);
    const put = await store.put(chunks(bytes), order({ expectedBytes: size }));
    assert.ok(put.ok);
    const checksum = createHash('md5').update(bytes).digest('hex');
    assert.deepEqual(put.value, { contentId: sha512(bytes), checksum, sizeBytes: size, virtualSizeBytes: size });
    const local = await store.ensureLocal(put.value.contentId, new AbortController().signal);
    assert.ok(local.ok);
    assert.deepEqual(await readFile(local.value), bytes);
    assert.equal((await stat(local.value)).mode & 0o777, 0o444);
    const read = await store.read(put.value.contentId, { start: 5, end: 14 });
    assert.ok(read.ok);
    assert.deepEqual(Buffer.from(await new Response(read.value).arrayBuffer()), bytes.subarray(5, 15));
  });
}

test('an image that qemu-img makes is taken with its virtual size', async (t) => {
  const { store, directory } = await aStore();
  const path = join(directory, 'disk.qcow2');
  try {
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', path, '3G']);
  } catch {
    t.skip('qemu-img is not installed');
    return;
  }
  const put = await store.put(chunks(await readFile(path)), order({ diskFormat: 'qcow2' }));
  assert.equal(put.ok && put.value.virtualSizeBytes, 3 * 1024 ** 3);
});

const refusals: readonly [
  name: string,
  code: string,
  options: Partial<ImageStoreOptions>,
  bytes: Buffer,
  order: UploadOrder,
][] = [
  ['is larger than the limit', 'ContentTooLarge', { imageBytesMax: 9_999 }, randomBytes(10_000), order()],
  ['is announced larger', 'ContentTooLarge', { imageBytesMax: 9 }, randomBytes(1), order({ expectedBytes: 10 })],
  ['is shorter than announced', 'UploadInterrupted', {}, randomBytes(10), order({ expectedBytes: 11 })],
  ['is longer than announced', 'UploadInterrupted', {}, randomBytes(12), order({ expectedBytes: 11 })],
  ['finds the disk full', 'StoreFull', { freeBytes: async () => 1_000 }, randomBytes(10), order()],
  ['is a qcow2 declared as raw', 'ContentMislabelled', {}, qcow2Image(), order()],
  ['is empty', 'ContentUnusable', {}, Buffer.alloc(0), order()],
];

for (const [name, code, options, bytes, upload] of refusals) {
  test(`an upload that ${name} ends with ${code} and leaves nothing on disk`, async () => {
    const { store, directory } = await aStore(options);
    const put = await store.put(chunks(bytes), upload);
    assert.equal(!put.ok && put.error.code, code);
    assert.deepEqual(await filesOf(directory), []);
  });
}

test('the disk running full during an upload ends it with StoreFull and leaves nothing on disk', async () => {
  let looks = 0;
  const freeBytes = async (): Promise<number> => (looks++ === 0 ? 1e12 : 0);
  const { store, directory } = await aStore({ freeBytes });
  async function* endless(): AsyncGenerator<Uint8Array> {
    const chunk = Buffer.alloc(1024 * 1024);
    for (let count = 0; count < 70; count++) yield chunk;
  }
  const put = await store.put(endless(), order());
  assert.equal(!put.ok && put.error.code, 'StoreFull');
  assert.deepEqual(await filesOf(directory), []);
});

test('a sender that breaks off leaves nothing on disk', async () => {
  const { store, directory } = await aStore();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield randomBytes(1000);
    throw new Error('aborted');
  }
  const put = await store.put(broken(), order());
  assert.equal(!put.ok && put.error.code, 'UploadInterrupted');
  assert.deepEqual(await filesOf(directory), []);
});

test('the same bytes put twice are one file, which stays the same file', async () => {
  const { store, directory } = await aStore();
  const bytes = randomBytes(5000);
  const first = await store.put(chunks(bytes), order());
  assert.ok(first.ok);
  const path = join(directory, 'content', first.value.contentId);
  const { ino } = await stat(path);
  const second = await store.put(chunks(bytes), order());
  assert.deepEqual(second, first);
  assert.equal((await stat(path)).ino, ino);
  assert.deepEqual(await store.listContent(), [first.value.contentId]);
});

test('a content is not removed while an upload holds it, and is gone from the disk once removed', async () => {
  const { store, directory } = await aStore();
  const put = await store.put(chunks(randomBytes(100)), order());
  assert.ok(put.ok);
  const { contentId } = put.value;
  assert.equal(store.removeContent(contentId), false);
  assert.deepEqual(await store.listContent(), [contentId]);
  store.release(contentId);
  assert.equal(store.removeContent(contentId), true);
  assert.deepEqual(await store.listContent(), []);
  assert.equal(store.removeContent(contentId), false);
  const gone = await store.ensureLocal(contentId, new AbortController().signal);
  assert.equal(!gone.ok && gone.error.code, 'ImageUnusable');
  const reopened = await aStore({ directory });
  assert.deepEqual(await filesOf(directory), []);
  assert.deepEqual(await reopened.store.listContent(), []);
});

test('a start removes what an upload that a crash cut short has left, and keeps contents', async () => {
  const { store, directory } = await aStore();
  const put = await store.put(chunks(randomBytes(100)), order());
  assert.ok(put.ok);
  await writeFile(join(directory, 'staging', 'half-an-upload'), randomBytes(100));
  const { store: reopened } = await aStore({ directory });
  assert.deepEqual(await readdir(join(directory, 'staging')), []);
  assert.deepEqual(await reopened.listContent(), [put.value.contentId]);
});

test('a content that was changed on disk is refused as damaged, and putting the bytes again repairs it', async () => {
  const { store, directory } = await aStore();
  const bytes = randomBytes(3000);
  const put = await store.put(chunks(bytes), order());
  assert.ok(put.ok);
  const path = join(directory, 'content', put.value.contentId);
  await chmod(path, 0o600);
  await writeFile(path, Buffer.alloc(3000));
  const { signal } = new AbortController();
  for (const content of [store, openImageContent(directory)]) {
    const damaged = await content.ensureLocal(put.value.contentId, signal);
    assert.ok(!damaged.ok);
    assert.match(damaged.error.code === 'ImageUnusable' ? damaged.error.reason : '', /damaged/);
  }
  assert.ok((await store.put(chunks(bytes), order())).ok);
  assert.ok((await store.ensureLocal(put.value.contentId, signal)).ok);
});

test('a content without a note of its check, as after a restore, is hashed and then used', async () => {
  const { store, directory } = await aStore();
  const put = await store.put(chunks(randomBytes(2 * 1024 * 1024)), order());
  assert.ok(put.ok);
  await rm(join(directory, 'content', `${put.value.contentId}.stamp`));
  const local = await openImageContent(directory).ensureLocal(put.value.contentId, new AbortController().signal);
  assert.ok(local.ok);
  await stat(join(directory, 'content', `${put.value.contentId}.stamp`));
});

for (const hostile of ['', '../../etc/passwd', 'a'.repeat(127), 'A'.repeat(128), `${'a'.repeat(127)}/`]) {
  test(`"${hostile.slice(0, 20)}" (${hostile.length} characters) is never part of a path`, async () => {
    const { store } = await aStore();
    const local = await store.ensureLocal(hostile, new AbortController().signal);
    assert.equal(!local.ok && local.error.code, 'ImageUnusable');
    const read = await store.read(hostile, null);
    assert.equal(!read.ok && read.error.code, 'ContentNotFound');
    assert.equal(store.removeContent(hostile), false);
  });
}
