import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { test } from 'node:test';
import { failUpload } from '../../../actors/image/client.ts';
import { images } from '../../../actors/image/row.ts';
import { Flights } from '../../../http/middleware/flight.ts';
import { realClock } from '../../../runtime/clock.ts';
import type { Reader } from '../../../runtime/store.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { AT, qcow2Image } from '../../drivers/image-store/qcow2-image.ts';
import { type ImageService, imageService } from './image-service.ts';

const BYTES = 'application/octet-stream';

async function anImage(service: ImageService, diskFormat = 'raw'): Promise<string> {
  const body = { name: 'i', disk_format: diskFormat, container_format: 'bare', visibility: 'private' };
  const { json } = await service.send('p', 'POST', '/image/v2/images', body);
  return `/image/v2/images/${json['id']}`;
}

const statusOf = async (service: ImageService, path: string): Promise<unknown> =>
  (await service.send('p', 'GET', path)).json['status'];

/** Looks again and again until it is so, for at most five seconds. */
async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5_000; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`not within five seconds: ${what}`);
}

/** A body of ten bytes that does not end before it is let. */
function slowBody(): { readonly slow: ReadableStream<Uint8Array>; readonly proceed: () => void } {
  let proceed = (): void => undefined;
  const slow = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
      proceed = () => controller.close();
    },
  });
  return { slow, proceed };
}

test('bytes that are uploaded make the image active and come back with their MD5, whole or in part', async () => {
  const service = await imageService();
  const path = await anImage(service);
  const bytes = randomBytes(200_000);
  assert.equal((await service.send('p', 'GET', `${path}/file`)).status, 204);
  assert.equal((await service.send('p', 'PUT', `${path}/file`, bytes, BYTES)).status, 204);
  const { json } = await service.send('p', 'GET', path);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const sha512 = createHash('sha512').update(bytes).digest('hex');
  const { status, size, virtual_size, checksum, os_hash_algo, os_hash_value } = json;
  assert.deepEqual(
    [status, size, virtual_size, checksum, os_hash_algo, os_hash_value],
    ['active', 200_000, 200_000, md5, 'sha512', sha512],
  );
  const url = await service.listen();
  const get = (range?: string): Promise<Response> =>
    fetch(url.replace('/image', `${path}/file`), { headers: { 'X-Auth-Token': 'p', ...(range ? { range } : {}) } });
  const whole = await get();
  assert.deepEqual(
    [whole.status, whole.headers.get('content-md5'), whole.headers.get('content-length')],
    [200, md5, '200000'],
  );
  assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes);
  for (const [range, status, from, to] of [
    ['bytes=10-19', 206, 10, 20],
    ['bytes=199990-', 206, 199_990, 200_000],
    ['bytes=-5', 206, 199_995, 200_000],
    ['bytes=5-999999999', 206, 5, 200_000],
    ['lines=1-2', 200, 0, 200_000],
  ] as const) {
    const part = await get(range);
    assert.equal(part.status, status, range);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(from, to), range);
  }
  assert.equal((await get('bytes=200000-')).status, 416);
  assert.equal((await service.send('p', 'PUT', `${path}/file`, bytes, BYTES)).status, 409);
  await service.close();
});

test('a deactivated image is not given out, except to administrators, until it is reactivated', async () => {
  const service = await imageService();
  const path = await anImage(service);
  await service.send('p', 'PUT', `${path}/file`, Buffer.alloc(10, 1), BYTES);
  assert.equal((await service.send('p', 'POST', `${path}/actions/deactivate`)).status, 403);
  assert.equal((await service.send('admin', 'POST', `${path}/actions/deactivate`)).status, 204);
  assert.equal(await statusOf(service, path), 'deactivated');
  assert.equal((await service.send('p', 'GET', `${path}/file`)).status, 403);
  assert.equal((await service.send('admin', 'GET', `${path}/file`)).status, 200);
  assert.equal((await service.send('admin', 'POST', `${path}/actions/reactivate`)).status, 204);
  assert.equal((await service.send('p', 'GET', `${path}/file`)).status, 200);
  assert.equal((await service.send('p', 'POST', `${path}/actions/explode`)).status, 404);
  await service.close();
});

const withBackingFile = qcow2Image();
withBackingFile.writeBigUInt64BE(200n, AT.backingOffset);

const hostile: readonly [name: string, format: string, bytes: Buffer, status: number, message: RegExp][] = [
  ['a qcow2 image with a backing file', 'qcow2', withBackingFile, 400, /backing file/],
  ['a qcow2 image declared as raw', 'raw', qcow2Image(), 415, /not what it says it is.*qcow2/],
  ['text declared as qcow2', 'qcow2', Buffer.from('hello'), 415, /declared as qcow2, but its content is raw/],
  ['nothing', 'raw', Buffer.alloc(0), 400, /empty/],
  ['more than the limit', 'raw', Buffer.alloc(300_001, 1), 413, /300000 bytes/],
];

for (const [name, format, bytes, status, message] of hostile) {
  test(`uploading ${name} is ${status}, says why, leaves nothing on disk, and the image can be uploaded again`, async () => {
    const service = await imageService({ content: { imageBytesMax: 300_000 } });
    const path = await anImage(service, format);
    const answer = await service.send('p', 'PUT', `${path}/file`, bytes, BYTES);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, message);
    assert.deepEqual(await service.files(), []);
    assert.equal(await statusOf(service, path), 'queued');
    const sound = format === 'raw' ? Buffer.alloc(100, 1) : qcow2Image();
    assert.equal((await service.send('p', 'PUT', `${path}/file`, sound, BYTES)).status, 204);
    await service.close();
  });
}

test('an upload is refused without the right content type, role, project or image', async () => {
  const service = await imageService();
  const path = await anImage(service);
  const put = async (token: string, to: string, type = BYTES): Promise<number> =>
    (await service.send(token, 'PUT', `${to}/file`, Buffer.alloc(10), type)).status;
  assert.equal(await put('p', path, 'application/json'), 415);
  assert.equal(await put('reader', path), 403);
  assert.equal(await put('q', path), 404);
  assert.equal(await put('p', '/image/v2/images/none'), 404);
  assert.equal(await statusOf(service, path), 'queued');
  assert.deepEqual(await service.files(), []);
  await service.close();
});

test('an upload to an image without a format is refused and says which one is missing', async () => {
  const service = await imageService();
  const { json } = await service.send('p', 'POST', '/image/v2/images', { container_format: 'bare' });
  const answer = await service.send('p', 'PUT', `/image/v2/images/${json['id']}/file`, Buffer.alloc(10), BYTES);
  assert.equal(answer.status, 400);
  assert.match(answer.text, /disk_format/);
  await service.close();
});

test('a full disk is told as 413, and the image can be uploaded later', async () => {
  let free = 0;
  const service = await imageService({ content: { freeBytes: async () => free } });
  const path = await anImage(service);
  const full = await service.send('p', 'PUT', `${path}/file`, Buffer.alloc(10), BYTES);
  assert.equal(full.status, 413);
  assert.match(full.text, /not enough disk space/);
  free = 1e12;
  assert.equal((await service.send('p', 'PUT', `${path}/file`, Buffer.alloc(10), BYTES)).status, 204);
  await service.close();
});

test('an image that is deleted during its upload: the upload is 410, and its content can be removed', async () => {
  let freed = 0;
  const service = await imageService({ contentFreed: () => freed++ });
  const path = await anImage(service);
  let proceed = (): void => undefined;
  const deleted = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const slow = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new Uint8Array(1000));
      await deleted;
      controller.close();
    },
  });
  const upload = service.send('p', 'PUT', `${path}/file`, slow, BYTES);
  await eventually('saving', async () => (await statusOf(service, path)) === 'saving');
  assert.equal((await service.send('p', 'DELETE', path)).status, 204);
  proceed();
  assert.equal((await upload).status, 410);
  assert.equal(freed, 1);
  for (const contentId of await service.store.listContent()) assert.equal(service.store.removeContent(contentId), true);
  await service.close();
});

for (const [how, status, end] of [
  ['is deleted', 410, (service, path) => service.send('p', 'DELETE', path)],
  [
    'waits for another upload, as this one takes too long,',
    409,
    async ({ rows, system }, path) => {
      const id = path.slice(path.lastIndexOf('/') + 1);
      const uploadId = images.read(rows, id)?.uploadId ?? '';
      assert.ok((await failUpload(system, id, uploadId)).ok, 'as the timer of the upload has it');
    },
  ],
] as const satisfies readonly (readonly [
  string,
  number,
  (service: ImageService, path: string) => Promise<unknown>,
])[]) {
  test(`an upload whose image ${how} ends at the next byte and gives its place back`, async () => {
    const service = await imageService({ uploadsMax: 1 });
    const [path, other] = [await anImage(service), await anImage(service)];
    let trickle = (): void => undefined;
    const endless = new ReadableStream<Uint8Array>({
      start(controller) {
        trickle = () => controller.enqueue(new Uint8Array(1));
        trickle();
      },
    });
    const upload = service.send('p', 'PUT', `${path}/file`, endless, BYTES);
    await eventually('saving', async () => (await statusOf(service, path)) === 'saving');
    await end(service, path);
    trickle();
    assert.equal((await upload).status, status);
    assert.deepEqual(await service.files(), []);
    assert.equal((await service.send('p', 'PUT', `${other}/file`, Buffer.alloc(10), BYTES)).status, 204);
    await service.close();
  });
}

test('an upload goes on where what is read is older than its beginning until it is renewed', async () => {
  let isOld = false;
  const rows = new MemoryStore(realClock);
  const old = new MemoryStore(realClock);
  const reader: Reader = {
    get: (key) => (isOld ? old : rows).get(key),
    range: (range) => (isOld ? old : rows).range(range),
    keys: (range) => (isOld ? old : rows).keys(range),
    renew: () => {
      isOld = false;
    },
  };
  const service = await imageService({ reader, rows });
  const path = await anImage(service);
  const bytes = new ReadableStream<Uint8Array>({
    pull(controller) {
      isOld = true;
      controller.enqueue(new Uint8Array(10));
      controller.close();
    },
  });
  assert.equal((await service.send('p', 'PUT', `${path}/file`, bytes, BYTES)).status, 204);
  await service.close();
});

test('a project that has its share of the uploads under way waits, and another one does not', async () => {
  const service = await imageService({ uploadsOfProjectMax: 1 });
  const [first, second] = [await anImage(service), await anImage(service)];
  const body = { name: 'i', disk_format: 'raw', container_format: 'bare' };
  const of = await service.send('q', 'POST', '/image/v2/images', body);
  const { slow, proceed } = slowBody();
  const upload = service.send('p', 'PUT', `${first}/file`, slow, BYTES);
  await eventually('saving', async () => (await statusOf(service, first)) === 'saving');
  assert.equal((await service.send('p', 'PUT', `${second}/file`, Buffer.alloc(10), BYTES)).status, 503);
  const others = await service.send('q', 'PUT', `/image/v2/images/${of.json['id']}/file`, Buffer.alloc(10), BYTES);
  assert.equal(others.status, 204);
  proceed();
  assert.equal((await upload).status, 204);
  assert.equal((await service.send('p', 'PUT', `${second}/file`, Buffer.alloc(10), BYTES)).status, 204);
  await service.close();
});

test('a client that goes away during an upload leaves nothing on disk and the image queued', async () => {
  const service = await imageService();
  const path = await anImage(service);
  const { hostname, port } = new URL(await service.listen());
  const socket = connect(Number(port), hostname);
  const head = `PUT ${path}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: p\r\nContent-Type: ${BYTES}\r\n`;
  socket.write(`${head}Content-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`);
  await eventually('bytes in staging', async () => (await service.files()).length === 1);
  socket.destroy();
  await eventually('queued', async () => (await statusOf(service, path)) === 'queued');
  assert.deepEqual(await service.files(), []);
  await service.close();
});

test('a client that falls silent during an upload is cut off, and the image is queued again', async () => {
  const service = await imageService({ uploadIdleMsMax: 100 });
  const path = await anImage(service);
  const { hostname, port } = new URL(await service.listen());
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  const head = `PUT ${path}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: p\r\nContent-Type: ${BYTES}\r\n`;
  socket.write(`${head}Content-Length: 1000000\r\n\r\nxxx`);
  socket.resume();
  await closed;
  await eventually('queued', async () => (await statusOf(service, path)) === 'queued');
  assert.deepEqual(await service.files(), []);
  await service.close();
});

test('the front end hears that an upload watches its own body, once its caller is known', async () => {
  const service = await imageService();
  const url = `http://127.0.0.1${await anImage(service)}/file`;
  const flights = new Flights(realClock);
  const watched = async (token: string): Promise<boolean> => {
    const flight = flights.begin('PUT', undefined);
    const headers = { 'X-Auth-Token': token, 'Content-Type': BYTES };
    await service.app.request(url, { method: 'PUT', headers, body: 'bytes' }, { flight });
    flights.end(flight);
    return flight.watchesBody;
  };
  assert.deepEqual([await watched(''), await watched('p')], [false, true]);
  await service.close();
});

test('an announced length beyond the limit is refused before a byte of the body is read', async () => {
  const service = await imageService({ content: { imageBytesMax: 1000 } });
  const path = await anImage(service);
  const { hostname, port } = new URL(await service.listen());
  const socket = connect(Number(port), hostname);
  const head = `PUT ${path}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: p\r\nContent-Type: ${BYTES}\r\n`;
  socket.write(`${head}Content-Length: 1001\r\n\r\n`);
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  assert.match(answer, /^HTTP\/1\.1 413 /);
  socket.destroy();
  assert.equal(await statusOf(service, path), 'queued');
  await service.close();
});

test('uploads beyond the limit of those under way are told to come again', async () => {
  const service = await imageService({ uploadsMax: 1 });
  const [first, second] = [await anImage(service), await anImage(service)];
  const { slow, proceed } = slowBody();
  const upload = service.send('p', 'PUT', `${first}/file`, slow, BYTES);
  await eventually('saving', async () => (await statusOf(service, first)) === 'saving');
  const refused = await service.send('p', 'PUT', `${second}/file`, Buffer.alloc(10), BYTES);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5']);
  proceed();
  assert.equal((await upload).status, 204);
  assert.equal((await service.send('p', 'PUT', `${second}/file`, Buffer.alloc(10), BYTES)).status, 204);
  await service.close();
});

test('a client that goes away during a download, or asks for the head only, leaves no file open', {
  skip: process.platform !== 'linux',
}, async () => {
  const service = await imageService();
  const path = await anImage(service);
  const put = await service.send('p', 'PUT', `${path}/file`, Buffer.alloc(50_000_000, 1), BYTES);
  assert.equal(put.status, 204);
  const url = (await service.listen()).replace('/image', `${path}/file`);
  const headers = { 'X-Auth-Token': 'p' };
  assert.equal((await fetch(url, { method: 'HEAD', headers })).headers.get('content-length'), '50000000');
  const aborter = new AbortController();
  const download = await fetch(url, { headers, signal: aborter.signal });
  await download.body?.getReader().read();
  assert.equal(await service.openFiles(), 1);
  aborter.abort();
  await eventually('no file open', async () => (await service.openFiles()) === 0);
  await service.close();
});

test('a large upload and download through the server keep the process small', async () => {
  const service = await imageService();
  const path = await anImage(service);
  const url = (await service.listen()).replace('/image', `${path}/file`);
  const megabyte = randomBytes(1024 * 1024);
  const size = 200;
  let left = size;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- > 0) controller.enqueue(megabyte);
      else controller.close();
    },
  });
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }, 5);
  const headers = { 'X-Auth-Token': 'p', 'Content-Type': BYTES };
  assert.equal((await fetch(url, { method: 'PUT', headers, body, duplex: 'half' })).status, 204);
  const hash = createHash('md5');
  const download = await fetch(url, { headers });
  assert.ok(download.body);
  for await (const chunk of download.body) hash.update(chunk);
  clearInterval(watch);
  assert.equal(hash.digest('hex'), download.headers.get('content-md5'));
  assert.ok(peak - before < 100 * 1024 * 1024, `${peak - before} bytes of buffers for ${size} MiB`);
  await service.close();
});
