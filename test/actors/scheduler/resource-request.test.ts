import assert from 'node:assert/strict';
import test from 'node:test';
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
  const { resources } = asked({ 'hw:mem_encryption': 'True', 'hw:pmem': '4GB,4GB,big' });
  assert.deepEqual(resources, {
    MEM_ENCRYPTION_CONTEXT: 1,
    CUSTOM_PMEM_NAMESPACE_4GB: 2,
    CUSTOM_PMEM_NAMESPACE_BIG: 1,
  });
});
