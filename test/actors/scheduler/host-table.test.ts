import assert from 'node:assert/strict';
import test from 'node:test';
import { HostTable, type TableHost } from '../../../actors/scheduler/host-table.ts';
import { someHosts } from './some-hosts.ts';

const of = (total: number) => ({ total, reserved: 0, allocationRatio: 1 });

function host(name: string, changes: Partial<TableHost['facts']> = {}, vcpus = 8): TableHost {
  return {
    name,
    facts: {
      available: true,
      zone: 'nova',
      aggregates: [],
      hypervisorType: 'QEMU',
      hypervisorVersion: 8_000_000,
      cpuArchitecture: 'x86_64',
      cpuModel: 'Skylake',
      traits: [],
      ...changes,
    },
    inventories: { VCPU: of(vcpus), MEMORY_MB: of(vcpus * 1_024), DISK_GB: of(vcpus * 10) },
    hypervisorHostname: `${name}.example.com`,
    hostIp: '192.0.2.1',
  };
}

const ONE = { vcpus: 1, memoryMib: 1_024, diskGib: 10 };

test('columns keep what they hold when they grow, and a host that is set again changes in place', () => {
  const table = new HostTable();
  for (let number = 0; number < 1_000; number++) {
    table.set(host(`h${number}`, { zone: `z${number % 7}` }, number + 1));
    table.use(`h${number}`, ONE, 1);
  }
  assert.equal(table.set(host('h500', { zone: 'moved', available: false }, 7)), 500);
  assert.equal(table.count, 1_000);
  for (const number of [0, 63, 64, 80, 81, 128, 499, 501, 999]) {
    assert.equal(table.row(`h${number}`), number);
    assert.equal(table.order(number), number);
    assert.equal(table.facts(number).zone, `z${number % 7}`);
    assert.deepEqual([table.vcpu.capacity[number], table.vcpu.used[number]], [number + 1, 1]);
    assert.equal(table.memoryMb.room(number), number * 1_024);
    assert.equal(table.counter('instances', number), 1);
  }
  assert.deepEqual([table.facts(500).zone, table.vcpu.capacity[500], table.vcpu.used[500]], ['moved', 7, 1]);
});

test('hosts with the same facts share a profile, which is gone with the last of them', () => {
  const table = new HostTable();
  for (const name of ['a', 'b']) table.set(host(name));
  table.set(host('c', { zone: 'other' }));
  assert.equal(table.profile(0), table.profile(1));
  assert.notEqual(table.profile(0), table.profile(2));
  table.use('a', ONE, 1);
  assert.equal(table.profiles.instances(table.profile(0)), 1);
  table.set(host('a', { zone: 'other' }));
  assert.equal(table.profile(0), table.profile(2));
  assert.equal(table.profiles.instances(table.profile(0)), 1);
  const [left, serial] = [table.profile(1), table.profiles.serial(table.profile(1))];
  table.set(host('b', { zone: 'other' }));
  assert.equal(table.profiles.facts(left), undefined);
  table.set(host('d', { zone: 'third' }));
  assert.equal(table.profile(3), left, 'the number is used again');
  assert.notEqual(table.profiles.serial(left), serial, 'and can be told from before');
});

test('the row of a host that has gone is the next one that comes, and nothing of the old one is left in it', () => {
  const table = new HostTable();
  for (const name of ['a', 'b', 'c']) table.set(host(name));
  table.use('b', { ...ONE, resources: { CUSTOM_LICENSE: 2 } }, 1);
  table.setCounter('ioOps', 'b', 3);
  table.remove('b');
  assert.equal(table.count, 2);
  assert.equal(table.row('b'), undefined);
  assert.equal(table.set(host('d')), 1);
  assert.equal(table.order(1), 3, 'it was registered last');
  assert.deepEqual([table.vcpu.used[1], table.counter('instances', 1), table.counter('ioOps', 1)], [0, 0, 0]);
  assert.equal(table.resource('CUSTOM_LICENSE')?.used[1], 0);
});

test('what instances have of a host counts again when the host comes back, with what has changed meanwhile', () => {
  const table = new HostTable();
  table.set(host('a'));
  for (let count = 0; count < 3; count++) table.use('a', { ...ONE, resources: { CUSTOM_LICENSE: 1 } }, 1);
  table.remove('a');
  table.use('a', { ...ONE, resources: { CUSTOM_LICENSE: 1 } }, -1);
  table.useAmounts('a', { VCPU: 4 }, 1);
  const row = table.set(host('a'));
  assert.deepEqual([table.vcpu.used[row], table.memoryMb.used[row], table.diskGb.used[row]], [6, 2_048, 20]);
  assert.equal(table.resource('CUSTOM_LICENSE')?.used[row], 2);
  assert.equal(table.counter('instances', row), 2);
  assert.deepEqual(table.averageUse(), { vcpus: 3, memoryMib: 1_024, diskGib: 10 });
});

test('what one instance can get of a host is limited by its inventory, not only by what is free', () => {
  const table = someHosts({ a: {} });
  assert.equal(table.vcpu.room(0), 8, 'of 32 that may be given away');
  for (let count = 0; count < 29; count++) table.use('a', { vcpus: 1, memoryMib: 0, diskGib: 0 }, 1);
  assert.equal(table.vcpu.room(0), 3);
});

test('the largest host is known after it has gone, and when another one becomes smaller', () => {
  const table = new HostTable();
  table.set(host('a', {}, 4));
  table.set(host('b', {}, 16));
  assert.equal(table.largest().vcpus, 16);
  table.set(host('c', {}, 32));
  assert.equal(table.largest().memoryMib, 32 * 1_024);
  table.remove('c');
  assert.equal(table.largest().vcpus, 16);
  table.set(host('b', {}, 2));
  assert.equal(table.largest().vcpus, 4);
});

test('columns take no more than 150 bytes a host, of thousands', () => {
  const table = new HostTable();
  for (let number = 0; number < 10_000; number++) table.set(host(`h${number}`));
  assert.ok(table.bytes / table.count <= 150, `${table.bytes / table.count}`);
});
