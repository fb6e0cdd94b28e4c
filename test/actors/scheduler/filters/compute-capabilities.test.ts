import assert from 'node:assert/strict';
import test from 'node:test';
import { STANDARD_TRAITS } from '../../../../actors/placement/standard-traits.ts';
import { computeCapabilitiesFilter } from '../../../../actors/scheduler/filters/compute-capabilities.ts';
import { traitsOf } from '../../../../actors/scheduler/reported-traits.ts';
import { simInside } from '../../../../drivers/sim/index.ts';
import { kept, refusal, someHosts } from '../some-hosts.ts';

const hosts = someHosts({ old: { hypervisorVersion: 5_000_000 }, new: { cpuModel: 'EPYC' } });
const filter = computeCapabilitiesFilter();
const having = (extraSpecs: Readonly<Record<string, string>>) => ({ extraSpecs });

test('extra specs about hosts must be met by their state', () => {
  assert.deepEqual(kept(filter, hosts, having({ 'capabilities:hypervisor_version': '>= 6000000' })), ['new']);
  assert.deepEqual(kept(filter, hosts, having({ 'capabilities:cpu_info:model': '<in> EP' })), ['new']);
  assert.deepEqual(kept(filter, hosts, having({ 'capabilities:free_ram_mb': '>= 4096' })), ['old', 'new']);
  assert.deepEqual(kept(filter, hosts, having({ 'capabilities:free_disk_mb': '>= 102401' })), []);
  assert.deepEqual(kept(filter, hosts, having({ 'capabilities:cpu_allocation_ratio': '== 4' })), ['old', 'new']);
});

test('without a namespace only what hosts have counts; other namespaces are not for it', () => {
  assert.deepEqual(kept(filter, hosts, having({ hypervisor_type: 's== XEN' })), []);
  assert.deepEqual(kept(filter, hosts, having({ colour: 'red', 'hw:cpu_policy': 'shared' })), ['old', 'new']);
});

test('what no host tells is met by none', () => {
  assert.deepEqual(kept(filter, hosts, having({ 'capabilities:metrics:cpu.percent': '<= 50' })), []);
  assert.deepEqual(kept(filter, hosts, having({ 'hw:maxphysaddr_bits': '42' })), []);
});

test('a refusal tells the requirement and the value', () => {
  const asked = having({ 'capabilities:hypervisor_version': '>= 6000000', 'capabilities:nothing': '1' });
  assert.equal(
    refusal(filter, hosts, 'old', asked),
    'capabilities:hypervisor_version must be ">= 6000000" and is "5000000", capabilities:nothing must be "1" and is not known',
  );
});

test('what processors can do, and how many there are, is told as text and numbers', () => {
  const table = someHosts({ plain: {}, able: { cpuFeatures: ['aes', 'avx2', 'vmx'] } });
  assert.deepEqual(kept(filter, table, having({ 'capabilities:cpu_info:features': '<in> avx2' })), ['able']);
  assert.deepEqual(kept(filter, table, having({ 'capabilities:cpu_info:topology:cells': '>= 1' })), []);
  const { numaCells = [] } = simInside({
    vcpus: 16,
    memoryMib: 1_024,
    numaCells: 2,
    threadsPerCore: 2,
    dedicatedCpus: [],
    hugePages: {},
    pciCards: [],
  });
  const known = table.host(table.row('able') ?? -1);
  assert.ok(known);
  table.set({ ...known, numaCells });
  for (const [part, number] of [
    ['cells', 2],
    ['cores', 4],
    ['threads', 2],
  ] as const)
    assert.deepEqual(kept(filter, table, having({ [`capabilities:cpu_info:topology:${part}`]: `== ${number}` })), [
      'able',
    ]);
});

test('traits of a host say what its processors can do', () => {
  const inventory = {
    vcpus: 1,
    memoryMib: 1,
    diskGib: 1,
    hypervisorType: 'QEMU',
    hypervisorVersion: 1,
    hypervisorHostname: 'h',
    hostIp: '127.0.0.1',
    cpuModel: 'c',
    cpuArchitecture: 'x86_64',
    cpuFeatures: ['aes', 'fpu', 'vmx'],
  };
  const own = traitsOf(inventory).filter((name) => name.startsWith('HW_CPU_'));
  assert.deepEqual(own, ['HW_CPU_X86_AESNI', 'HW_CPU_X86_INTEL_VMX', 'HW_CPU_X86_VMX']);
  for (const name of own) assert.ok(STANDARD_TRAITS.has(name), name);
  assert.deepEqual(
    traitsOf({ ...inventory, cpuArchitecture: 'aarch64' }).filter((name) => name.startsWith('HW_CPU_')),
    [],
  );
});
