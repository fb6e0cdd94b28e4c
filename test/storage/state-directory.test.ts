import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStateDirectory, StateDirectoryRefused } from '../../storage/state-directory.ts';
import { temporaryFolder } from './temporary-folder.ts';

const refused = (reason: RegExp) => (error: unknown) =>
  error instanceof StateDirectoryRefused && reason.test(error.message);

async function inFolder(use: (path: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  try {
    await use(folder.path);
  } finally {
    folder.remove();
  }
}

/** Listens where a process in another container would: that one's abstract sockets are not seen here. */
async function listener(address: string): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(address, resolve));
  return () => new Promise((resolve) => server.close(() => resolve()));
}

test('a state directory is held by one, and free again when that one lets go', () =>
  inFolder(async (path) => {
    const first = await openStateDirectory(join(path, 'state'));
    await assert.rejects(openStateDirectory(join(path, 'state')), refused(/in use by another/));
    await first.release();
    assert.equal(existsSync(join(path, 'state', 'lock')), false);
    await (await openStateDirectory(join(path, 'state'))).release();
  }));

test('a state directory that is shared with another container is held by the one alone', () =>
  inFolder(async (path) => {
    const end = await listener(join(path, 'lock'));
    await assert.rejects(openStateDirectory(path), refused(/in use by another/));
    await end();
    await (await openStateDirectory(path)).release();
  }));

test('what a process that was killed has left behind holds nobody up', () =>
  inFolder(async (path) => {
    const end = await listener(join(path, 'left'));
    renameSync(join(path, 'left'), join(path, 'lock'));
    await end();
    assert.ok(statSync(join(path, 'lock')).isSocket());
    const directory = await openStateDirectory(path);
    await assert.rejects(openStateDirectory(path), refused(/in use by another/));
    await directory.release();
  }));

test('a path too long for a socket is held all the same', () =>
  inFolder(async (path) => {
    const deep = join(path, 'd'.repeat(120));
    const directory = await openStateDirectory(deep);
    assert.ok(statSync(join(deep, 'lock')).isSocket());
    await directory.release();
    assert.equal(existsSync(join(deep, 'lock')), false);
    const left = await listener(join(path, 'left'));
    renameSync(join(path, 'left'), join(deep, 'lock'));
    await assert.rejects(openStateDirectory(deep), refused(/in use by another/));
    await left();
    await (await openStateDirectory(deep)).release();
  }));

test('a file of somebody else in the place of the lock is left alone', () =>
  inFolder(async (path) => {
    mkdirSync(join(path, 'state'));
    writeFileSync(join(path, 'state', 'lock'), 'mine');
    await assert.rejects(openStateDirectory(join(path, 'state')), refused(/lock is no socket: move it away/));
    assert.equal(readFileSync(join(path, 'state', 'lock'), 'utf8'), 'mine');
  }));

test('whoever looks at the lock and goes away at once does no harm to its holder', () =>
  inFolder(async (path) => {
    const directory = await openStateDirectory(path);
    const { dev, ino } = statSync(path);
    const addresses = [join(path, 'lock'), ...(process.platform === 'linux' ? [`\0novella-state-${dev}-${ino}`] : [])];
    // Anybody on the machine may connect to an abstract socket.
    for (const address of addresses) {
      for (let n = 0; n < 20; n++) {
        await new Promise<void>((resolve) => {
          const socket = connect(address, () => socket.destroy());
          socket.on('error', () => {});
          socket.once('close', () => resolve());
        });
      }
    }
    await assert.rejects(openStateDirectory(path), refused(/in use by another/));
    await directory.release();
  }));
