import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Caller } from '../../../drivers/identity.ts';
import { createImageStore, type ImageStoreOptions } from '../../../drivers/image-store/index.ts';
import type { ImageStore } from '../../../drivers/images.ts';
import { createImageApp, type ImageApp, type ImageAppOptions } from '../../../http/image/app.ts';
import type { ActorSystem } from '../../../runtime/system.ts';
import type { MemoryStore } from '../../../storage/memory-store.ts';
import { imageShard } from '../../actors/image/image-shard.ts';

const caller = (projectId: string, isAdmin: boolean, roles: readonly string[]): Caller => ({
  userId: `user of ${projectId}`,
  userName: projectId,
  projectId,
  projectName: projectId,
  domainId: null,
  roles,
  isAdmin,
  systemScope: null,
});

/** Tokens: `admin`, and the name of any project for its member; `reader` may only read in project p. */
const authenticate = (token: string): Caller | null => {
  if (token === 'admin') return caller('admin', true, ['admin', 'manager', 'member', 'reader']);
  if (token === 'reader') return caller('p', false, ['reader']);
  return /^[a-z]$/.test(token) ? caller(token, false, ['member', 'reader']) : null;
};

/** An image service with its store in a directory of its own. */
export interface ImageService {
  readonly app: ImageApp;
  readonly store: ImageStore;
  readonly rows: MemoryStore;
  readonly system: ActorSystem;
  readonly notices: string[];
  /** Sends a request as the caller of a token. A body that is an object goes as JSON. */
  send(token: string, method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** Serves it on a port of 127.0.0.1, and answers its address. */
  listen(): Promise<string>;
  /** Names of the files in the store. */
  files(): Promise<string[]>;
  /** How many of its files this process has open. Linux only. */
  openFiles(): Promise<number>;
  close(): Promise<void>;
}

/** An answer: its body as JSON where it is, else as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
  readonly text: string;
}

export async function imageService(
  options: Partial<ImageAppOptions> & {
    readonly content?: Partial<ImageStoreOptions>;
    readonly rows?: MemoryStore;
  } = {},
): Promise<ImageService> {
  const directory = await mkdtemp(join(tmpdir(), 'novella-image-service-'));
  const store = await createImageStore({ directory, ...options.content });
  const { system, rows } = imageShard(options.rows);
  const notices: string[] = [];
  const app = createImageApp({
    system,
    reader: rows,
    store,
    identity: { authenticate },
    notice: (reason) => notices.push(reason),
    crashed: (error) => notices.push(String(error)),
    ...options,
  });
  const closing: (() => Promise<void>)[] = [];
  return {
    app,
    store,
    rows,
    system,
    notices,
    async send(token, method, path, body, type) {
      const isBytes = body instanceof Uint8Array || body instanceof ReadableStream || typeof body === 'string';
      const response = await app.request(`http://127.0.0.1${path}`, {
        method,
        headers: {
          ...(token === '' ? {} : { 'X-Auth-Token': token }),
          ...(body === undefined ? {} : { 'Content-Type': type ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body), duplex: 'half' }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type') === 'application/json';
      return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
    },
    async listen() {
      const server = createAdaptorServer({ fetch: app.fetch });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(
        () =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      );
      const address: AddressInfo | string | null = server.address();
      return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/image`;
    },
    files: async () => [
      ...(await readdir(join(directory, 'staging'))),
      ...(await readdir(join(directory, 'content'))).filter((name) => !name.includes('.')),
    ],
    async openFiles() {
      let count = 0;
      for (const descriptor of await readdir('/proc/self/fd')) {
        const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
        if (target.startsWith(directory)) count++;
      }
      return count;
    },
    async close() {
      for (const close of closing) await close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
