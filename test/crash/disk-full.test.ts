import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Api, connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { until } from '../process/until.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from './small-disk.ts';

/** The image store leaves 256 MiB free to others, so that a first start takes more. */
const FIRST_MIB = 400;
const DISK_MIB = 64;
/** Clients that write at once. */
const CLIENTS = 4;
const ROUNDS = 2;
const LIMIT_MS = 60_000;

/** Makes flavors, all of them different, until told to stop; knows which were acknowledged and what else was answered. */
class Load {
  readonly acknowledged: string[] = [];
  readonly refusals: number[] = [];
  readonly #api: Api;
  #next = 0;
  #stopped = false;

  constructor(api: Api) {
    this.#api = api;
  }

  async one(): Promise<number> {
    const id = `flavor-${this.#next++}`;
    const flavor = { name: id, ram: 64, vcpus: 1, disk: 1, id, description: 'x'.repeat(2_000) };
    const { status } = await this.#api.request('POST', '/compute/v2.1/flavors', { flavor });
    if (status === 200) this.acknowledged.push(id);
    else this.refusals.push(status);
    return status;
  }

  async run(): Promise<void> {
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (!this.#stopped) await this.one();
      }),
    );
  }

  stop(): void {
    this.#stopped = true;
  }
}

describe('a cloud on a disk that fills up', { skip: noSmallDisk }, () => {
  let installation: Installation;
  let disk: SmallDisk;
  before(() => {
    installation = new Installation();
    disk = smallDisk(FIRST_MIB);
  });
  after(async () => {
    await installation?.remove();
    disk?.remove();
  });

  test('refuses to create, goes on answering reads, and creates again when there is space, with nothing lost', async () => {
    const stateDir = join(disk.path, 'state');
    const controller = installation.serve('--state-dir', stateDir, '--log-level', 'warn');
    const api = await connectApi(await controller.ready, stateDir);
    disk.resize(DISK_MIB);
    const load = new Load(api);
    const running = load.run();
    const exists = async (id: string): Promise<boolean> =>
      (await api.request('GET', `/compute/v2.1/flavors/${id}`)).status === 200;
    for (let round = 0; round < ROUNDS; round++) {
      const before = load.acknowledged.length;
      await until('creates', () => (load.acknowledged.length > before + 50 ? true : null), { limitMs: LIMIT_MS });
      const refused = load.refusals.length;
      disk.fill();
      await until('refusals', () => (load.refusals.length > refused + 20 ? true : null), { limitMs: LIMIT_MS });
      assert.ok(await exists(load.acknowledged[0] ?? ''), 'a read is answered while the disk is full');
      disk.free();
      const full = load.acknowledged.length;
      await until('creates again', () => (load.acknowledged.length > full + 20 ? true : null), { limitMs: LIMIT_MS });
    }
    load.stop();
    await running;
    for (const status of load.refusals) assert.ok(status >= 500, `refused with ${status}`);
    for (const id of load.acknowledged) assert.ok(await exists(id), `${id} was acknowledged`);
    assert.match(controller.output().stderr, /disk is full/);
    assert.deepEqual(await controller.stop(), { status: 0, signal: null });

    const again = installation.serve('--state-dir', stateDir, '--log-level', 'silent');
    const later = await connectApi(await again.ready, stateDir);
    for (const id of load.acknowledged) {
      assert.equal((await later.request('GET', `/compute/v2.1/flavors/${id}`)).status, 200, `${id} was acknowledged`);
    }
    assert.equal((await again.stop()).status, 0);
  });
});
