import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createQemuVolumes } from '../../../drivers/qemu/index.ts';
import { driverOk } from '../../../drivers/result.ts';
import { codeOf } from '../conformance.ts';
import { imagesIn } from './setup.ts';

const order = { signal: new AbortController().signal };

/** A store below a directory of its own, with a qemu-img that says yes to everything. */
async function aStore(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'novella-volumes-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const directory = join(root, 'state', 'volumes');
  return {
    root,
    directory,
    store: createQemuVolumes({ directory, qemuImgBinary: '/bin/true', images: imagesIn(root) }),
  };
}

test('a directory that could not be made at first is made when it can be', async (t) => {
  const { root, store } = await aStore(t);
  await writeFile(join(root, 'state'), 'in the way');
  assert.equal(codeOf(await store.ensureVolumeAbsent(order, randomUUID())), 'HypervisorFailed');
  await rm(join(root, 'state'));
  assert.equal(codeOf(await store.ensureVolumeAbsent(order, randomUUID())), 'none');
});

test('only the ids of volumes and of snapshots become names of files', async (t) => {
  const { root, directory, store } = await aStore(t);
  const outside = '../outside';
  const write = async (path: string) => {
    await writeFile(path, 'bytes');
    return driverOk(true);
  };
  assert.equal(codeOf(await store.ensureSnapshot(order, outside, randomUUID(), write)), 'HypervisorFailed');
  for (const content of [
    { kind: 'snapshot', snapshotId: outside },
    { kind: 'volume', volumeId: outside },
  ] as const) {
    const made = await store.ensureVolume(order, { volumeId: randomUUID(), sizeGib: 1, content });
    assert.match(JSON.stringify(made), /has a UUID/);
  }
  assert.deepEqual(await readdir(directory), []);
  assert.deepEqual(await readdir(join(root, 'state')), ['volumes']);
});
