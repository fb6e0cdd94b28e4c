import assert from 'node:assert/strict';
import test from 'node:test';
import { computeCapabilitiesFilter } from '../../../../actors/scheduler/filters/compute-capabilities.ts';
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
