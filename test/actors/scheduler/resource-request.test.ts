import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryEncryption } from '../../../actors/scheduler/memory-encryption.ts';
import { resourceRequest } from '../../../actors/scheduler/resource-request.ts';

const SIZE = { vcpus: 2, memoryMib: 1_024, diskGib: 10 };
const asked = (extraSpecs: Readonly<Record<string, string>>, properties?: Readonly<Record<string, string>>) =>
  resourceRequest({ ...SIZE, extraSpecs }, properties);

test('a size without extra specs asks for what it says, and nothing else', () => {
  assert.deepEqual(asked({}), { demand: SIZE });
  assert.deepEqual(asked({ 'hw:cpu_policy': 'shared' }, { os_type: 'linux' }), { demand: SIZE });
});

test('resources of extra specs replace those of the size, and add others', () => {
  const { demand, resources } = asked({
    'resources:VCPU': '1',
    'resources:DISK_GB': '0',
    'resources:VGPU': '2',
    'resources:CUSTOM_NONE': '0',
    'resources:MEMORY_MB': 'many',
  });
  assert.deepEqual(demand, { vcpus: 1, memoryMib: 1_024, diskGib: 0 });
  assert.deepEqual(resources, { VGPU: 2 });
});

test('traits are required and forbidden by the flavor, and required by the image', () => {
  const { requiredTraits, forbiddenTraits } = asked(
    { 'trait:HW_A': 'required', 'trait:HW_B': 'forbidden', 'trait:HW_C': 'perhaps' },
    { 'trait:CUSTOM_D': 'required', 'trait:HW_E': 'forbidden', 'trait:HW_A': 'required' },
  );
  assert.deepEqual(requiredTraits, ['HW_A', 'CUSTOM_D']);
  assert.deepEqual(forbiddenTraits, ['HW_B']);
});

test('what has a suffix is asked of one provider together', () => {
  const { granular, resources } = asked({
    'resources1:VGPU': '1',
    'trait1:CUSTOM_FAST': 'required',
    'resources_net:CUSTOM_BW': '5',
    group_policy: 'isolate',
  });
  assert.equal(resources, undefined);
  assert.deepEqual(granular, {
    policy: 'isolate',
    groups: [
      { suffix: '1', resources: { VGPU: 1 }, requiredTraits: ['CUSTOM_FAST'], forbiddenTraits: [] },
      { suffix: '_net', resources: { CUSTOM_BW: 5 }, requiredTraits: [], forbiddenTraits: [] },
    ],
  });
});

test('encrypted memory and persistent memory are resources', () => {
  const uefi = { hw_firmware_type: 'uefi' };
  const { resources } = asked({ 'hw:mem_encryption': 'True', 'hw:pmem': '4GB,4GB,big' }, uefi);
  assert.deepEqual(resources, {
    MEM_ENCRYPTION_CONTEXT: 1,
    CUSTOM_PMEM_NAMESPACE_4GB: 2,
    CUSTOM_PMEM_NAMESPACE_BIG: 1,
  });
});

test('an image alone can ask for encrypted memory, for processors of its own, and for NUMA cells', () => {
  const encrypted = { hw_mem_encryption: 'yes', hw_firmware_type: 'uefi' };
  assert.deepEqual(asked({}, encrypted).resources, { MEM_ENCRYPTION_CONTEXT: 1 });
  assert.deepEqual(asked({}, { ...encrypted, hw_mem_encryption_model: 'amd-sev-es' }).requiredTraits, [
    'HW_CPU_X86_AMD_SEV_ES',
  ]);
  const pinned = asked({}, { hw_cpu_policy: 'dedicated' });
  assert.deepEqual([pinned.demand.vcpus, pinned.resources], [0, { PCPU: 2 }]);
  assert.equal(asked({}, { hw_numa_nodes: '2' }).numa?.cells.length, 2);
});

test('memory is encrypted only where flavor and image agree, and the image is made for it', () => {
  const said = (extraSpecs: Readonly<Record<string, string>>, properties: Readonly<Record<string, string>>) => {
    const outcome = memoryEncryption({ extraSpecs, properties });
    return outcome.ok ? outcome.value : outcome.error;
  };
  const uefi = { hw_firmware_type: 'uefi', hw_machine_type: 'pc-q35-7.2' };
  assert.equal(said({}, uefi), null);
  assert.equal(said({ 'hw:mem_encryption': 'false' }, {}), null);
  assert.deepEqual(said({ 'hw:mem_encryption': 'true' }, uefi), { trait: null });
  assert.deepEqual(said({ 'hw:mem_encryption': '1', 'hw:mem_encryption_model': 'amd-sev' }, uefi), {
    trait: 'HW_CPU_X86_AMD_SEV',
  });
  for (const [extraSpecs, properties, why] of [
    [{ 'hw:mem_encryption': 'true' }, { ...uefi, hw_mem_encryption: 'false' }, /contradict/],
    [{ 'hw:mem_encryption': 'true' }, {}, /uefi/],
    [{ 'hw:mem_encryption': 'true' }, { ...uefi, hw_machine_type: 'pc' }, /q35/],
    [
      { 'hw:mem_encryption': 'true', 'hw:mem_encryption_model': 'amd-sev' },
      { ...uefi, hw_mem_encryption_model: 'amd-sev-es' },
      /contradict/,
    ],
    [{ 'hw:mem_encryption': 'true' }, { ...uefi, hw_mem_encryption_model: 'rot13' }, /no memory encryption/],
  ] as const)
    assert.match(String(said(extraSpecs, properties)), why);
});
