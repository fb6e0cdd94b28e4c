import assert from 'node:assert/strict';
import test from 'node:test';
import { imagePropertiesFilter } from '../../../../actors/scheduler/filters/image-properties.ts';
import { kept, refusal, someHosts, someOptions } from '../some-hosts.ts';

const hosts = someHosts({ intel: {}, arm: { cpuArchitecture: 'aarch64', hypervisorVersion: 6_000_000 } });
const filter = imagePropertiesFilter(someOptions());
const having = (imageProperties: Readonly<Record<string, string>>) => ({ imageProperties });

test('an image goes to hosts of its architecture, hypervisor and mode', () => {
  assert.deepEqual(kept(filter, hosts), ['intel', 'arm']);
  assert.deepEqual(kept(filter, hosts, having({ hw_architecture: 'aarch64' })), ['arm']);
  assert.deepEqual(kept(filter, hosts, having({ img_hv_type: 'kvm', hw_vm_mode: 'hvm' })), ['intel', 'arm']);
  assert.deepEqual(kept(filter, hosts, having({ img_hv_type: 'ironic' })), []);
  assert.deepEqual(kept(filter, hosts, having({ hw_vm_mode: 'exe' })), []);
});

test('old names of properties and other names of their values count, too', () => {
  assert.deepEqual(kept(filter, hosts, having({ architecture: 'amd64' })), ['intel']);
  assert.deepEqual(kept(filter, hosts, having({ hypervisor_type: 'QEMU', vm_mode: 'hv' })), ['intel', 'arm']);
  assert.deepEqual(kept(filter, hosts, having({ vm_mode: 'xen' })), []);
});

test('a version of the hypervisor is looked at beside another property alone', () => {
  assert.deepEqual(kept(filter, hosts, having({ img_hv_requested_version: '>=9' })), ['intel', 'arm']);
  const both = having({ img_hv_type: 'qemu', img_hv_requested_version: '>=8' });
  assert.deepEqual(kept(filter, hosts, both), ['intel']);
  assert.match(refusal(filter, hosts, 'arm', both), /wants version >=8 .* 6000000/);
});

test('the default architecture is that of images that do not say theirs', () => {
  const strict = imagePropertiesFilter(someOptions({ imagePropertiesDefaultArchitecture: 'x86_64' }));
  assert.deepEqual(kept(strict, hosts), ['intel']);
  assert.deepEqual(kept(strict, hosts, having({ hw_architecture: 'aarch64' })), ['arm']);
});

test('no host tells the bits of its physical addresses', () => {
  assert.deepEqual(kept(filter, hosts, having({ hw_maxphysaddr_bits: '42' })), []);
});

test('a refusal tells what is wanted and what there is', () => {
  const text = refusal(filter, hosts, 'arm', having({ hw_architecture: 'x86_64' }));
  assert.equal(text, 'the image wants x86_64, the host runs aarch64 qemu hvm, aarch64 kvm hvm');
  const odd = refusal(filter, hosts, 'arm', having({ hw_architecture: 'Constructor', hw_vm_mode: '__proto__' }));
  assert.equal(odd, 'the image wants constructor __proto__, the host runs aarch64 qemu hvm, aarch64 kvm hvm');
});
