import assert from 'node:assert/strict';
import test from 'node:test';
import { isolatedHostsFilter } from '../../../../actors/scheduler/filters/isolated-hosts.ts';
import { metricsFilter } from '../../../../actors/scheduler/filters/metrics.ts';
import { kept, someHosts, someOptions } from '../some-hosts.ts';

const hosts = someHosts({ kept: {}, other: {} });
const imageId = 'isolated-image';

test('isolated images and isolated hosts keep to each other', () => {
  const filter = isolatedHostsFilter(someOptions({ isolatedHosts: ['kept'], isolatedImages: [imageId] }));
  assert.deepEqual(kept(filter, hosts, { imageId }), ['kept']);
  assert.deepEqual(kept(filter, hosts), ['other']);
});

test('isolated hosts may take other images when that is said', () => {
  const options = { isolatedHosts: ['kept'], isolatedImages: [imageId] };
  const filter = isolatedHostsFilter(someOptions({ ...options, restrictIsolatedHostsToIsolatedImages: false }));
  assert.deepEqual(kept(filter, hosts, { imageId }), ['kept']);
  assert.deepEqual(kept(filter, hosts), ['kept', 'other']);
});

test('isolated hosts without isolated images take nothing', () => {
  const filter = isolatedHostsFilter(someOptions({ isolatedHosts: ['kept'] }));
  assert.deepEqual(kept(filter, hosts), ['other']);
});

test('hosts tell no metrics: when any is set, none passes', () => {
  assert.deepEqual(kept(metricsFilter(someOptions()), hosts), ['kept', 'other']);
  const metrics = { weightSetting: { 'cpu.percent': -1 }, required: true, weightOfUnavailable: -1 };
  assert.deepEqual(kept(metricsFilter(someOptions({ metrics })), hosts), []);
});
