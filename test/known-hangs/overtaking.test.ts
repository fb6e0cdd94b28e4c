import assert from 'node:assert/strict';
import test from 'node:test';
import { asking, SmallCloud } from './small-cloud.ts';

// What histories of many instances have found here, told as stories.

async function story(seed: number, live: (cloud: SmallCloud) => Promise<void>): Promise<void> {
  const cloud = new SmallCloud(seed);
  await cloud.start();
  await live(cloud);
  await cloud.ends();
}

test('an evacuation from a target that died before the disks were there goes by where they still are', () =>
  story(844, async (cloud) => {
    const id = await cloud.running();
    const source = cloud.hostOf(id);
    cloud.world.planned.once('ensureImported', { type: 'late', ms: 120_000 });
    await cloud.must(id, asking.migrate);
    await cloud.until(() => cloud.row(id).taskState === 'resize_migrating' && cloud.row(id).host !== source.name);
    await cloud.must(id, asking.evacuate);
    assert.equal(cloud.row(id).move?.source.host, source.name);
    await cloud.rest(id);
    assert.equal(cloud.claims(id).length, 1);
  }));

test('an evacuation that overtakes another one still comes from the host that died', () =>
  story(1042, async (cloud) => {
    const id = await cloud.running();
    const source = cloud.hostOf(id);
    await cloud.dies(source);
    cloud.hangs('ensureRunning');
    await cloud.must(id, asking.evacuate);
    await cloud.reaches(id, 'rebuild_spawning');
    const others = cloud.world.hosts.filter((host) => host !== source);
    for (const host of others) await cloud.dies(host);
    await cloud.done(id, asking.evacuate);
    assert.equal(cloud.row(id).host, source.name);
    for (const host of [source, ...others]) await cloud.comesBack(host);
    assert.ok(source.world.guests?.has(id), 'its disks are not given up');
  }));

test('what overtakes a shelve leaves no image and nothing that says it is shelved', () =>
  story(26, async (cloud) => {
    const id = await cloud.running();
    cloud.hangs('captureRoot');
    await cloud.must(id, { operation: 'shelve', imageId: 'shelved-1', name: 'shelved', offloadAfterMs: 0 });
    await cloud.reaches(id, 'shelving_image_uploading');
    await cloud.must(id, asking.evacuate);
    assert.equal(cloud.row(id).shelved, null);
    await cloud.rest(id);
  }));

test('a shelved instance that is restored from its deletion is shelved, not active without a guest', () =>
  story(320, async (cloud) => {
    const id = await cloud.running();
    await cloud.done(id, { operation: 'shelve', imageId: 'shelved-1', name: 'shelved', offloadAfterMs: 0 });
    await cloud.until(() => cloud.row(id).vmState === 'shelved_offloaded' && cloud.row(id).operation === null);
    await cloud.done(id, { operation: 'softDelete', reclaimAfterMs: 60_000 });
    await cloud.done(id, { operation: 'restore' });
    cloud.is(id, 'shelved_offloaded');
    await cloud.done(id, asking.unshelve);
    cloud.is(id, 'active');
  }));
