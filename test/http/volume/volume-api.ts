import assert from 'node:assert/strict';
import { imageKind } from '../../../actors/image/index.ts';
import { volumeKind } from '../../../actors/volume/index.ts';
import { volumeEffects } from '../../../actors/volume-effects.ts';
import type { Image } from '../../../drivers/images.ts';
import { createSimVolumes } from '../../../drivers/sim/index.ts';
import type { VolumeStore } from '../../../drivers/volumes.ts';
import { createVolumeApp } from '../../../http/volume/app.ts';
import { realClock } from '../../../runtime/clock.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { oneShard } from '../../actors/one-shard.ts';
import { MemoryIntake } from '../../drivers/memory-intake.ts';
import { HOLDERS, tokensOf } from '../callers.ts';

/** What an answer says. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reaches into bodies of many shapes
  readonly body: any;
}

/** The volume API over a service in memory. Tokens: `admin`, `p1`, `p2`, and `reader` of p1. */
export interface VolumeApi {
  readonly store: MemoryStore;
  readonly crashes: unknown[];
  /** `path` is behind `/volume/v3`; `version` such as `3.59`. */
  call(token: string, method: string, path: string, body?: unknown, version?: string): Promise<Answer>;
  /** Polls until a volume (or what else is there) has this status, or `gone`. */
  until(path: string, status: string): Promise<void>;
  close(): Promise<void>;
}

/** An image of 2 GiB that everybody may use. */
export const DISK: Image = {
  id: '70a599e0-31e7-49b7-b260-868f441e862b',
  name: 'cirros',
  owner: null,
  status: 'active',
  visibility: 'public',
  sizeBytes: 1_000_000,
  virtualSizeBytes: 2 * 1024 ** 3,
  contentId: 'c1',
  checksum: 'abc',
  diskFormat: 'qcow2',
  containerFormat: 'bare',
  minDiskGib: 1,
  minRamMib: 0,
  properties: { hw_disk_bus: 'virtio' },
  tags: [],
  createdAtMs: 0,
  updatedAtMs: 0,
};

const POLL_MS = 5;
const POLLS_MAX = 2000;

export function volumeApi(volumes: VolumeStore = createSimVolumes()): VolumeApi {
  const store = new MemoryStore(realClock);
  const { system, shard } = oneShard([volumeKind, imageKind], store, {
    runEffect: volumeEffects({
      rows: store,
      store: volumes,
      intake: new MemoryIntake(),
      copyOpen: () => null,
      growOpen: () => null,
    }),
  });
  const crashes: unknown[] = [];
  const app = createVolumeApp({
    system,
    reader: store,
    images: { find: (id) => (id === DISK.id ? DISK : null) },
    random: seededRandom(2),
    clock: realClock,
    identity: tokensOf(HOLDERS),
    crashed: (error) => crashes.push(error),
  });
  const call: VolumeApi['call'] = async (token, method, path, body, version) => {
    const headers: Record<string, string> = { 'x-auth-token': token, 'content-type': 'application/json' };
    if (version !== undefined) headers['OpenStack-API-Version'] = `volume ${version}`;
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.request(`http://127.0.0.1/volume/v3${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
  return {
    store,
    crashes,
    call,
    async until(path, status) {
      let seen = '';
      for (let polls = 0; polls < POLLS_MAX; polls++) {
        const answer = await call('admin', 'GET', path);
        const [thing] = Object.values<{ readonly status?: string }>(answer.body ?? {});
        seen = answer.status === 404 ? 'gone' : (thing?.status ?? '');
        if (seen === status) return;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      assert.fail(`${path} is ${seen}, not ${status}`);
    },
    async close() {
      system.close();
      await shard.stop();
    },
  };
}
