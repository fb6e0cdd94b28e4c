import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configDrive } from '../../../drivers/qemu/config-drive.ts';
import { isoImage } from '../../../drivers/qemu/iso9660.ts';

const created = new Date('2026-05-04T03:02:01Z');
const sector = 2048;

interface Entry {
  readonly name: string;
  readonly directory: boolean;
  readonly start: number;
  readonly bytes: number;
}

/** The Rock Ridge name in a system use area, or null. */
function rockRidgeName(area: Buffer): string | null {
  for (let at = 0; at + 4 <= area.length && (area[at + 2] ?? 0) > 0; at += area[at + 2] ?? 4) {
    if (area.toString('latin1', at, at + 2) === 'NM') return area.toString('latin1', at + 5, at + (area[at + 2] ?? 0));
  }
  return null;
}

function entriesOf(image: Buffer, start: number, bytes: number, joliet: boolean): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = start; at < start + bytes; ) {
    const length = image[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / sector) + 1) * sector; // the rest of a sector is empty
      continue;
    }
    assert.equal(Math.floor(at / sector), Math.floor((at + length - 1) / sector), 'a record crosses a sector');
    const idLength = image[at + 32] ?? 0;
    const id = Buffer.from(image.subarray(at + 33, at + 33 + idLength));
    const area = image.subarray(at + 33 + idLength + (idLength % 2 === 0 ? 1 : 0), at + length);
    if (id.length > 1 || (id[0] ?? 0) > 1) {
      assert.equal(image.readUInt32LE(at + 2), image.readUInt32BE(at + 6));
      entries.push({
        name: joliet ? id.swap16().toString('utf16le').replace(/;1$/, '') : (rockRidgeName(area) ?? ''),
        directory: ((image[at + 25] ?? 0) & 2) !== 0,
        start: image.readUInt32LE(at + 2) * sector,
        bytes: image.readUInt32LE(at + 10),
      });
    }
    at += length;
  }
  return entries;
}

/** Reads an image back as a map of paths, by one of its two trees. */
function readBack(image: Buffer, tree: 'rock ridge' | 'joliet'): Map<string, string> {
  const joliet = tree === 'joliet';
  const volume = image.subarray((joliet ? 17 : 16) * sector);
  assert.equal(volume[0], joliet ? 2 : 1);
  assert.equal(volume.toString('latin1', 1, 6), 'CD001');
  const files = new Map<string, string>();
  const walk = (start: number, bytes: number, prefix: string) => {
    for (const entry of entriesOf(image, start, bytes, joliet)) {
      if (entry.directory) walk(entry.start, entry.bytes, `${prefix}${entry.name}/`);
      else files.set(`${prefix}${entry.name}`, image.toString('latin1', entry.start, entry.start + entry.bytes));
    }
  };
  walk(volume.readUInt32LE(158) * sector, volume.readUInt32LE(166), '');
  return files;
}

const files = new Map([
  ['openstack/latest/meta_data.json', '{"uuid":"x"}'],
  ['openstack/latest/network_data.json', '{}'],
  ['openstack/latest/user_data', 'u'.repeat(5_000)],
  ['openstack/latest/empty', ''],
  ...Array.from({ length: 80 }, (_, at) => [`openstack/content/${String(at).padStart(4, '0')}`, `file ${at}`] as const),
]);
const image = isoImage(
  'config-2',
  [...files].map(([path, content]) => ({ path, content: Buffer.from(content, 'latin1') })),
  created,
);

for (const tree of ['rock ridge', 'joliet'] as const) {
  test(`every file can be read back under its true name by the ${tree} tree, also from a directory of many sectors`, () => {
    assert.deepEqual(readBack(image, tree), new Map([...files].sort()));
  });
}

test('the volume has the name, is as long as it says, and ends its descriptors', () => {
  assert.equal(image.toString('latin1', 16 * sector + 40, 16 * sector + 72).trimEnd(), 'config-2');
  assert.equal(image.readUInt32LE(16 * sector + 80) * sector, image.length);
  assert.equal(image[18 * sector], 255);
});

test('the same input gives the same bytes', () => {
  const one = () => isoImage('config-2', [{ path: 'a', content: Buffer.from('x') }], created);
  assert.deepEqual(one(), one());
});

test('names that cannot stand in an image, and a name that comes twice, throw', () => {
  const content = Buffer.alloc(0);
  for (const path of ['', 'a/', 'a b', 'ä', 'x'.repeat(32)]) {
    assert.throws(() => isoImage('v', [{ path, content }], created), path);
  }
  assert.throws(() =>
    isoImage(
      'v',
      [
        { path: 'a', content },
        { path: 'a', content },
      ],
      created,
    ),
  );
});

test('a config drive has user data only when there is some, and refuses metadata beyond its limit', () => {
  const metadata = { metaData: { name: 'vm' }, networkData: {}, userData: null };
  const without = configDrive(metadata, created);
  assert.ok(without.ok);
  assert.deepEqual(
    [...readBack(without.value, 'rock ridge').keys()],
    ['openstack/latest/meta_data.json', 'openstack/latest/network_data.json'],
  );
  const withData = configDrive({ ...metadata, userData: Buffer.from('#!/bin/sh\n') }, created);
  assert.ok(withData.ok);
  assert.equal(readBack(withData.value, 'joliet').get('openstack/latest/user_data'), '#!/bin/sh\n');
  assert.equal(configDrive({ ...metadata, userData: Buffer.alloc(5 * 1024 * 1024) }, created).ok, false);
});

test('a drive of small files is long enough for busybox, which looks for labels up to 68 KiB into it', () => {
  const image = isoImage('config-2', [{ path: 'a', content: Buffer.from('a') }], created);
  assert.ok(image.length > 68 * 1024, `${image.length} bytes`);
  assert.equal(image.readUInt32LE(16 * sector + 80) * sector, image.length);
});
