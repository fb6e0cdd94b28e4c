import { closeSync, constants, lstatSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** The name of the socket that holds a directory, in it. */
const LOCK_NAME = 'lock';

/** Longest address of a UNIX socket in bytes (sun_path, less its end). */
const ADDRESS_BYTES_MAX = 107;

/** Sockets that were left behind and are removed before a lock is given up: somebody else makes them. */
const ATTEMPTS_MAX = 3;

/** Another process holds the directory. */
export class DirectoryHeld extends Error {
  override readonly name = 'DirectoryHeld';
}

/**
 * Holds a directory for this process, by sockets that only one process can listen on: a lock file would outlive its process, and Node
 * has no flock. They end with the process, also by kill -9. `identity` tells the directory from all others of the machine.
 *
 * On Linux there are two. One is in the abstract namespace, where two that start at once cannot both have it; but containers, each
 * with a network of its own, do not see one another's. The other is in the directory itself, where whoever shares the directory
 * finds it; but a process that was killed leaves it behind, and nobody answers there. Throws DirectoryHeld.
 */
export async function holdDirectory(path: string, identity: string): Promise<() => Promise<void>> {
  const isLinux = process.platform === 'linux';
  const inMachine = isLinux ? await listening(`\0novella-state-${identity}`) : null;
  if (inMachine === 'taken') throw new DirectoryHeld(`Another process holds ${path}.`);
  try {
    const release = await holdSocket(path);
    return async () => {
      await release();
      await closed(inMachine);
    };
  } catch (error) {
    await closed(inMachine);
    throw error;
  }
}

async function holdSocket(path: string): Promise<() => Promise<void>> {
  const file = join(path, LOCK_NAME);
  // A longer address is reached through the directory, which stays open: the socket is removed by its address.
  const isLong = process.platform === 'linux' && Buffer.byteLength(file) > ADDRESS_BYTES_MAX;
  const directory = isLong ? openSync(path, constants.O_RDONLY | constants.O_DIRECTORY) : null;
  const address = directory === null ? file : `/proc/self/fd/${directory}/${LOCK_NAME}`;
  const letGo = (): void => {
    if (directory !== null) closeSync(directory);
  };
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const server = await listening(address);
      if (server !== 'taken') return () => closed(server).then(letGo);
      if (lstatSync(file, { throwIfNoEntry: false })?.isSocket() === false) {
        throw new Error(`${file} is no socket: move it away`);
      }
      if (await isAnswered(address)) break;
      rmSync(file, { force: true });
    }
    throw new DirectoryHeld(`Another process holds ${path}.`);
  } catch (error) {
    letGo();
    throw error;
  }
}

/** Listens, without keeping the process alive. Tells whoever connects the id of this process. */
function listening(address: string): Promise<Server | 'taken'> {
  const server = createServer((socket) => {
    // Who has gone already must not end this process by EPIPE, nor who stays keep a descriptor of it.
    socket.on('error', () => {}).end(`${process.pid}\n`);
    socket.destroySoon();
  });
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('taken');
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Whether somebody listens, also one who is too busy to answer. */
function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      end(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

const closed = (server: Server | null): Promise<void> =>
  new Promise((resolve) => {
    if (server === null) resolve();
    else server.close(() => resolve());
  });
