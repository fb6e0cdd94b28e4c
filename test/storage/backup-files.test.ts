import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backUp } from '../../storage/backup.ts';
import { BackupRefused } from '../../storage/manifest.ts';
import { openStore } from '../../storage/open-store.ts';
import { restore } from '../../storage/restore.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A state directory with a store in it, a place to back it up to, and one to restore it to. */
async function inState(
  use: (paths: {
    readonly folder: string;
    readonly stateDir: string;
    readonly take: () => Promise<unknown>;
  }) => unknown,
): Promise<void> {
  const folder = temporaryFolder();
  try {
    const stateDir = join(folder.path, 'state');
    mkdirSync(stateDir);
    await (await openStore(join(stateDir, 'cell1.mdb'), 'relaxed')).close();
    const take = () => backUp({ stateDir, to: join(folder.path, 'backup'), program: '1.2.3', nowMs: 1_000 });
    await use({ folder: folder.path, stateDir, take });
  } finally {
    folder.remove();
  }
}

test('a backup of files with names of any kind can be restored', () =>
  inState(async ({ folder, stateDir, take }) => {
    const names = [
      'notes (copy).txt',
      'clouds.yaml~',
      '#draft#',
      'Zertifikat für ü.pem',
      'a@b+c=d,e',
      'two..dots',
      '-x',
    ];
    const deep = join(stateDir, ...Array.from({ length: 4 }, () => 'd'.repeat(200)));
    mkdirSync(deep, { recursive: true });
    for (const name of names) writeFileSync(join(stateDir, name), name);
    writeFileSync(join(deep, 'deep'), 'deep');
    await take();
    const restored = join(folder, 'restored');
    await restore(join(folder, 'backup'), restored);
    for (const name of names) assert.equal(readFileSync(join(restored, name), 'utf8'), name);
    assert.equal(readFileSync(join(deep.replace(stateDir, restored), 'deep'), 'utf8'), 'deep');
  }));

test('what a compaction that was cut off has left is no part of a backup', () =>
  inState(async ({ folder, stateDir, take }) => {
    for (const name of ['cell1.mdb.partial', 'cell1.mdb.partial-lock']) writeFileSync(join(stateDir, name), 'half');
    await take();
    assert.deepEqual(readdirSync(join(folder, 'backup')).sort(), ['cell1.mdb', 'manifest.json']);
  }));

test('what lies elsewhere and is linked into the state directory is in the backup', () =>
  inState(async ({ folder, stateDir, take }) => {
    mkdirSync(join(folder, 'large-disk', 'content'), { recursive: true });
    writeFileSync(join(folder, 'large-disk', 'content', 'abc'), 'image');
    writeFileSync(join(folder, 'token'), 'secret', { mode: 0o600 });
    symlinkSync(join(folder, 'large-disk'), join(stateDir, 'images'));
    symlinkSync('../token', join(stateDir, 'token.key'));
    // Round and round: as deep as the file system follows it, the same files.
    symlinkSync('..', join(folder, 'large-disk', 'content', 'loop'));
    await take();
    const restored = join(folder, 'restored');
    await restore(join(folder, 'backup'), restored);
    assert.equal(readFileSync(join(restored, 'images', 'content', 'abc'), 'utf8'), 'image');
    assert.equal(readFileSync(join(restored, 'token.key'), 'utf8'), 'secret');
    assert.equal(statSync(join(restored, 'token.key')).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(restored, 'images', 'content')), ['abc']);
  }));

test('a backup is refused while a link in the state directory leads nowhere: a disk may be missing', () =>
  inState(async ({ folder, stateDir, take }) => {
    symlinkSync(join(folder, 'not-mounted'), join(stateDir, 'images'));
    await assert.rejects(take(), (error) => error instanceof BackupRefused && /images is a link/.test(error.message));
    assert.equal(existsSync(join(folder, 'backup')), false);
  }));

test('a backup does not go into the state directory by way of a link', () =>
  inState(async ({ folder, stateDir }) => {
    symlinkSync(stateDir, join(folder, 'backups'));
    const to = join(folder, 'backups', 'new', 'today');
    await assert.rejects(
      backUp({ stateDir, to, program: '', nowMs: 0 }),
      (error) => error instanceof BackupRefused && /lies in/.test(error.message),
    );
    assert.deepEqual(
      readdirSync(stateDir).filter((name) => !name.startsWith('cell1')),
      [],
    );
  }));

test('a file with holes takes no more room in a backup, nor when it is restored', () =>
  inState(async ({ folder, stateDir, take }) => {
    const bytes = 64 * 1_048_576;
    const volume = join(stateDir, 'volumes', 'shared.raw');
    mkdirSync(join(stateDir, 'volumes'));
    writeFileSync(volume, 'begin');
    truncateSync(volume, bytes);
    await take();
    const restored = join(folder, 'restored');
    await restore(join(folder, 'backup'), restored);
    for (const copy of [join(folder, 'backup'), restored]) {
      const { size, blocks } = statSync(join(copy, 'volumes', 'shared.raw'));
      assert.equal(size, bytes);
      assert.ok(blocks * 512 < bytes / 4, `${blocks * 512} bytes on the disk`);
    }
    assert.ok(readFileSync(volume).equals(readFileSync(join(restored, 'volumes', 'shared.raw'))));
  }));

test('what is changed before a restored directory gets its name is in it, or there is none', () =>
  inState(async ({ folder, take }) => {
    await take();
    const [from, target] = [join(folder, 'backup'), join(folder, 'restored')];
    const cutOff = restore(from, target, async (directory) => {
      writeFileSync(join(directory, 'half'), '');
      assert.equal(existsSync(target), false);
      throw new Error('the disk is full');
    });
    await assert.rejects(cutOff, /the disk is full/);
    assert.deepEqual(readdirSync(folder).sort(), ['backup', 'state']);
    await restore(from, target, async (directory) => writeFileSync(join(directory, 'mended'), ''));
    assert.ok(existsSync(join(target, 'mended')));
  }));

test('a mount point is refused before anything is copied: nothing could take its name', (t) =>
  inState(async ({ folder, take }) => {
    const mounted = '/dev/shm';
    if (!existsSync(mounted) || readdirSync(mounted).length > 0) return t.skip('no empty mount point is known');
    await take();
    await assert.rejects(
      restore(join(folder, 'backup'), mounted),
      (error) => error instanceof BackupRefused && /is a mount point/.test(error.message),
    );
  }));
