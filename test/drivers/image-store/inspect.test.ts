import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { bufferSource } from '../../../drivers/image-store/inspect/byte-source.ts';
import { inspectContent } from '../../../drivers/image-store/inspect/inspect.ts';
import { AT, extension, qcow2Image } from './qcow2-image.ts';

const inspect = (bytes: Buffer, declared: 'raw' | 'qcow2') => inspectContent(bufferSource(bytes), declared);

for (const version of [2, 3] as const) {
  test(`a sound qcow2 image of version ${version} is taken, and its virtual size is known`, async () => {
    const outcome = await inspect(qcow2Image(version), 'qcow2');
    assert.deepEqual(outcome, { ok: true, value: 10 * 1024 ** 3 });
  });
}

test('a qcow2 image with a feature name table and a bitmaps extension is taken', async () => {
  const image = qcow2Image();
  extension(image, 0x6803f857, 'x'.repeat(48));
  assert.equal((await inspect(image, 'qcow2')).ok, true);
});

const hostile: readonly [name: string, reason: RegExp, damage: (image: Buffer) => Buffer | undefined][] = [
  ['with a backing file', /backing file/, (i) => void i.writeBigUInt64BE(200n, AT.backingOffset)],
  ['with only the length of a backing file', /backing file/, (i) => void i.writeUInt32BE(11, AT.backingSize)],
  ['that says its data is external', /external data file/, (i) => void i.writeBigUInt64BE(4n, AT.incompatible)],
  ['that names an external data file', /external data/, (i) => void extension(i, 0x44415441, '/etc/shadow')],
  ['that names the format of a backing file', /backing file/, (i) => void extension(i, 0xe2792aca, 'raw')],
  ['that is encrypted', /encrypted/, (i) => void i.writeUInt32BE(2, AT.crypt)],
  ['with an encryption header', /encrypted/, (i) => void extension(i, 0x0537be77, 'x'.repeat(16))],
  ['marked as corrupt', /corrupt/, (i) => void i.writeBigUInt64BE(2n, AT.incompatible)],
  ['with unknown features', /not known/, (i) => void i.writeBigUInt64BE(1n << 40n, AT.incompatible)],
  ['of version 1', /version 1/, (i) => void i.writeUInt32BE(1, AT.version)],
  ['of version 4', /version 4/, (i) => void i.writeUInt32BE(4, AT.version)],
  ['with tiny clusters', /cluster size/, (i) => void i.writeUInt32BE(8, AT.clusterBits)],
  ['with huge clusters', /cluster size/, (i) => void i.writeUInt32BE(63, AT.clusterBits)],
  ['of virtual size 0', /virtual size is 0/, (i) => void i.writeBigUInt64BE(0n, AT.size)],
  ['of virtual size 2^63', /virtual size/, (i) => void i.writeBigUInt64BE(1n << 63n, AT.size)],
  ['with too small an L1 table', /too small/, (i) => void i.writeUInt32BE(1, AT.l1Size)],
  ['with a giant L1 table', /too large/, (i) => void i.writeUInt32BE(0xffff_ffff, AT.l1Size)],
  ['with an L1 table outside', /L1 table lies outside/, (i) => void i.writeBigUInt64BE(1n << 40n, AT.l1Offset)],
  ['with an L1 table over the header', /L1 table lies outside/, (i) => void i.writeBigUInt64BE(0n, AT.l1Offset)],
  ['with an unaligned L1 table', /L1 table lies outside/, (i) => void i.writeBigUInt64BE(65_537n, AT.l1Offset)],
  ['with an L2 table outside', /cut off/, (i) => void i.writeBigUInt64BE(1n << 50n, AT.l1 + 8)],
  ['without a refcount table', /refcount table/, (i) => void i.writeUInt32BE(0, AT.refcountClusters)],
  ['with a giant refcount table', /refcount table/, (i) => void i.writeUInt32BE(0xffff_ffff, AT.refcountClusters)],
  ['with refcounts outside', /refcount table/, (i) => void i.writeBigUInt64BE(1n << 60n, AT.refcountOffset)],
  ['with absurd refcounts', /refcount width/, (i) => void i.writeUInt32BE(7, AT.refcountOrder)],
  ['with a million snapshots', /snapshots/, (i) => void i.writeUInt32BE(1_000_000, AT.snapshots)],
  ['with snapshots outside', /snapshot table/, (i) => void i.writeUInt32BE(1, AT.snapshots)],
  ['with a header shorter than version 3 has', /header/, (i) => void i.writeUInt32BE(72, AT.headerLength)],
  ['with a header longer than a cluster', /header/, (i) => void i.writeUInt32BE(0x7fff_fff8, AT.headerLength)],
  ['with an endless extension', /extension/, (i) => void extension(i, 0x6803f857, '', 0xffff_ffff)],
  ['cut off within its header', /cut off/, (i) => i.subarray(0, 90)],
  ['cut off after its magic', /cut off/, (i) => i.subarray(0, 12)],
  ['cut off before its tables end', /outside/, (i) => i.subarray(0, 65_536)],
  ['cut off before its last L2 table', /cut off/, (i) => i.subarray(0, 3 * 65_536)],
];

for (const [name, reason, damage] of hostile) {
  test(`a qcow2 image ${name} is refused`, async () => {
    const image = qcow2Image();
    const outcome = await inspect(damage(image) ?? image, 'qcow2');
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.code, 'ContentUnusable');
    assert.match('reason' in outcome.error ? outcome.error.reason : '', reason);
  });
}

test('no header with random bytes in it makes the inspection fail otherwise than with a verdict', async () => {
  for (let round = 0; round < 500; round++) {
    const image = qcow2Image();
    randomBytes(round % 100).copy(image, 4 + (round % 90));
    const outcome = await inspect(image, 'qcow2');
    assert.equal(typeof outcome.ok, 'boolean');
  }
});

const at = (offset: number, magic: string, size = 70_000): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.write(magic, offset < 0 ? size + offset : offset, 'latin1');
  return bytes;
};

const disguised: readonly [format: string, bytes: Buffer][] = [
  ['qcow2', qcow2Image()],
  ['qcow2', at(0, 'QFI\u00fb', 4)],
  ['qed', at(0, 'QED\u0000')],
  ['vmdk', at(0, 'KDMV')],
  ['vmdk', at(0, '# Disk DescriptorFile\nversion=1\n')],
  ['vhd', at(0, 'conectix')],
  ['vhd', at(-512, 'conectix')],
  ['vhdx', at(0, 'vhdxfile')],
  ['vdi', at(0x40, '\u007f\u0010\u00da\u00be')],
  ['luks', at(0, 'LUKS\u00ba\u00be')],
  ['iso', at(0x8001, 'CD001')],
];

for (const [format, bytes] of disguised) {
  test(`a ${format} image of ${bytes.length} bytes that is declared as raw is refused as not what it says it is`, async () => {
    const outcome = await inspect(bytes, 'raw');
    assert.ok(!outcome.ok);
    assert.equal(outcome.error.code, 'ContentMislabelled');
    const reason = 'reason' in outcome.error ? outcome.error.reason : '';
    assert.match(reason, new RegExp(`not what it says it is: declared as raw, but its content is ${format}`));
  });
}

test('a disk with an ISO file system and a partition table, a hybrid ISO, is taken as raw', async () => {
  const hybrid = at(0x8001, 'CD001');
  hybrid.writeUInt16LE(0xaa55, 510);
  hybrid.writeUInt8(0x17, 446 + 4);
  assert.deepEqual(await inspect(hybrid, 'raw'), { ok: true, value: 70_000 });
});

test('bytes of no known format are raw, and the disk is as large as they are', async () => {
  assert.deepEqual(await inspect(randomBytes(1000), 'raw'), { ok: true, value: 1000 });
});

test('raw bytes that are declared as qcow2 are refused', async () => {
  const outcome = await inspect(Buffer.alloc(4096), 'qcow2');
  assert.equal(!outcome.ok && outcome.error.code, 'ContentMislabelled');
});

test('an empty image is refused', async () => {
  const outcome = await inspect(Buffer.alloc(0), 'raw');
  assert.equal(!outcome.ok && outcome.error.code, 'ContentUnusable');
});
