import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneDetail, zoneList } from '../../../../http/compute/availability-zones/zones.ts';
import type { Service } from '../../../../http/compute/services/reads.ts';
import { startTestCloud } from '../cloud.ts';

const aService = (changes: Partial<Service>): Service => ({
  id: '00000000-0000-4000-8000-000000000000',
  binary: 'nova-compute',
  host: 'h1',
  zone: 'nova',
  disabled: false,
  disabledReason: null,
  state: 'up',
  forcedDown: false,
  updatedAtMs: 0,
  ...changes,
});

const SERVICES = [
  aService({ binary: 'nova-scheduler', host: 'c1', zone: 'internal' }),
  aService({ host: 'h3', zone: 'west', disabled: true }),
  aService({ host: 'h1', zone: 'nova' }),
  aService({ host: 'h2', zone: 'nova', disabled: true }),
  aService({ host: 'h4', zone: 'east', state: 'down' }),
];

test('a zone is available when one of its services is enabled; the internal one is not listed', () =>
  assert.deepEqual(zoneList(SERVICES), [
    { zoneName: 'east', zoneState: { available: true }, hosts: null },
    { zoneName: 'nova', zoneState: { available: true }, hosts: null },
    { zoneName: 'west', zoneState: { available: false }, hosts: null },
  ]));

test('in detail the hosts of available zones are shown with their services, and the internal zone too', () => {
  const updated_at = '1970-01-01T00:00:00.000000';
  assert.deepEqual(zoneDetail(SERVICES), [
    {
      zoneName: 'east',
      zoneState: { available: true },
      hosts: { h4: { 'nova-compute': { active: true, available: false, updated_at } } },
    },
    {
      zoneName: 'internal',
      zoneState: { available: true },
      hosts: { c1: { 'nova-scheduler': { active: true, available: true, updated_at } } },
    },
    {
      zoneName: 'nova',
      zoneState: { available: true },
      hosts: {
        h1: { 'nova-compute': { active: true, available: true, updated_at } },
        h2: { 'nova-compute': { active: false, available: true, updated_at } },
      },
    },
    { zoneName: 'west', zoneState: { available: false }, hosts: null },
  ]);
});

test('everybody lists zones; their hosts are for administrators', async () => {
  const cloud = await startTestCloud({ withNetwork: false });
  try {
    const { body } = await cloud.call('GET', '/os-availability-zone');
    assert.deepEqual(body.availabilityZoneInfo, [{ zoneName: 'nova', zoneState: { available: true }, hosts: null }]);
    assert.equal((await cloud.call('GET', '/os-availability-zone/detail')).status, 403);
    assert.equal((await cloud.call('GET', '/os-availability-zone/detail', { as: 'admin' })).status, 200);
  } finally {
    await cloud.close();
  }
});
