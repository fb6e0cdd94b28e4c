import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { ControlRefused, openControlPath } from './control-path.ts';

/** A control socket that listens. */
export interface ControlServer {
  readonly file: string;
  close(): Promise<void>;
}

/** A socket that an earlier process left behind. The state directory's lock is ours, so nobody listens on it any more. */
function removeStale(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new ControlRefused(`${file} is no socket: move it away.`);
  rmSync(file);
}

/**
 * Serves the control app on `STATE/control.sock`. Call it only while the state directory's lock is held. Nobody but the
 * owner can connect: the directory has mode 0700, and the socket 0600. Throws ControlRefused.
 */
export async function serveControl(app: Hono, stateDir: string): Promise<ControlServer> {
  const path = openControlPath(stateDir);
  try {
    removeStale(path.file);
    const server = createAdaptorServer({ fetch: app.fetch });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path.address, resolve);
    });
    chmodSync(path.file, 0o600);
    return {
      file: path.file,
      close: () =>
        new Promise((resolve) => {
          server.close(() => {
            path.release();
            resolve();
          });
          if ('closeAllConnections' in server) server.closeAllConnections();
        }),
    };
  } catch (error) {
    path.release();
    if (error instanceof ControlRefused) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ControlRefused(`The control socket ${path.file} cannot be opened: ${reason}.`);
  }
}
