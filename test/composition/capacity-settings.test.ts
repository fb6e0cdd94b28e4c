import assert from 'node:assert/strict';
import { test } from 'node:test';
import { termsOf } from '../../composition/capacity-settings.ts';
import { checkSettings, type GivenSettings, SettingsRefused } from '../../composition/settings.ts';

const terms = (capacity: GivenSettings['capacity'], host = 'h', machineShare: number | null = null) =>
  termsOf(checkSettings({ capacity }, 'The test').capacity, host, machineShare);

test('without a word simulated hosts give all that they have, and a machine keeps 512 MiB for itself, as in Nova', () => {
  assert.equal(terms({}), undefined);
  assert.deepEqual(terms({}, 'h', 1), { reserved: { vcpus: 0, memoryMib: 512, diskGib: 0 } });
  assert.deepEqual(terms({}, 'h', 1 / 4), { reserved: { vcpus: 0, memoryMib: 128, diskGib: 0 } });
  assert.equal(terms({ reservedHostMemoryMib: 0 }, 'h', 1), undefined);
});

test('what is said of one host counts more than what is said of all, one by one', () => {
  const capacity = {
    initialCpuAllocationRatio: 16,
    reservedHostDiskMib: 1_025,
    ramAllocationRatio: 1.5,
    hosts: { special: { initialCpuAllocationRatio: 2, reservedHostCpus: 3 } },
  };
  const all = { initialRatios: { vcpus: 16, memoryMib: 1, diskGib: 1 }, ratios: { memoryMib: 1.5 } };
  assert.deepEqual(terms(capacity), { ...all, reserved: { vcpus: 0, memoryMib: 0, diskGib: 2 } });
  assert.deepEqual(terms(capacity, 'special'), {
    initialRatios: { vcpus: 2, memoryMib: 1, diskGib: 1 },
    ratios: { memoryMib: 1.5 },
    reserved: { vcpus: 3, memoryMib: 0, diskGib: 2 },
  });
  assert.deepEqual(terms(capacity, 'constructor'), terms(capacity), 'a name is no property of objects');
});

test('ratios of nothing and amounts below nothing are refused, with the name of the setting', () => {
  for (const [capacity, name] of [
    [{ cpuAllocationRatio: 0 }, 'capacity.cpuAllocationRatio'],
    [{ reservedHostCpus: -1 }, 'capacity.reservedHostCpus'],
    [{ hosts: { h: { reservedHostMemoryMib: 1.5 } } }, 'capacity.hosts.h.reservedHostMemoryMib'],
    [{ hosts: { h: { reserved: 1 } } }, 'capacity.hosts.h.reserved'],
  ] as const)
    assert.throws(
      () => checkSettings({ capacity }, 'The test'),
      (error) => error instanceof SettingsRefused && error.message.includes(name),
    );
});
