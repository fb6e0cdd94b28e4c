import assert from 'node:assert/strict';
import test from 'node:test';
import { parseCpuSet } from '../../../../actors/scheduler/numa/cpu-set.ts';
import { guestTopology } from '../../../../actors/scheduler/numa/guest-request.ts';
import type { GuestTopology } from '../../../../actors/scheduler/numa/guest-topology.ts';

type Specs = Readonly<Record<string, string>>;

const asked = (extraSpecs: Specs, properties: Specs = {}, vcpus = 4) =>
  guestTopology({ vcpus, memoryMib: 4_096, extraSpecs, properties });

const topologyOf = (extraSpecs: Specs, properties: Specs = {}, vcpus = 4): GuestTopology | undefined => {
  const outcome = asked(extraSpecs, properties, vcpus);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.error);
  return outcome.value;
};

const refusalOf = (extraSpecs: Specs, properties: Specs = {}): string => {
  const outcome = asked(extraSpecs, properties);
  return outcome.ok ? `taken: ${JSON.stringify(outcome.value)}` : outcome.error;
};

test('a text names processors one by one and in ranges, and leaves some out', () => {
  assert.deepEqual(parseCpuSet('0-3,^2,8'), [0, 1, 3, 8]);
  assert.deepEqual(parseCpuSet('^1, 3-1'), undefined);
  assert.deepEqual(parseCpuSet('1,1,0'), [0, 1]);
  assert.deepEqual(parseCpuSet('0-3,^0-1'), [2, 3]);
  assert.deepEqual(parseCpuSet('^1-2'), []);
  assert.deepEqual(parseCpuSet(' '), []);
  for (const text of ['a', '1-', '-1', '^2-1', '^', '0-99999', '9999'])
    assert.equal(parseCpuSet(text), undefined, text);
});

test('flavors and images that say nothing of it ask for no topology', () => {
  for (const specs of [
    {},
    { 'hw:cpu_policy': 'shared' },
    { 'hw:emulator_threads_policy': 'share' },
    { 'hw:cpu_cores': '2' },
  ])
    assert.equal(topologyOf(specs), undefined);
  assert.equal(topologyOf({}, { hw_disk_bus: 'virtio' }), undefined);
  assert.equal(topologyOf({ 'resources:VCPU': '4' }), undefined);
});

test('cells get equal parts of vCPUs and memory, or what the flavor or the image says', () => {
  const halves = topologyOf({ 'hw:numa_nodes': '2' });
  assert.deepEqual(halves?.cells, [
    { cpus: [0, 1], pcpus: [], memoryMib: 2_048 },
    { cpus: [2, 3], pcpus: [], memoryMib: 2_048 },
  ]);
  assert.deepEqual(topologyOf({}, { hw_numa_nodes: '2' }), halves);
  const given = topologyOf({
    'hw:numa_nodes': '2',
    'hw:numa_cpus.0': '0-2',
    'hw:numa_cpus.1': '3',
    'hw:numa_mem.0': '3072',
    'hw:numa_mem.1': '1024',
  });
  assert.deepEqual(given?.cells, [
    { cpus: [0, 1, 2], pcpus: [], memoryMib: 3_072 },
    { cpus: [3], pcpus: [], memoryMib: 1_024 },
  ]);
  const image = {
    hw_numa_nodes: '2',
    'hw_numa_cpus.0': '0-2',
    'hw_numa_cpus.1': '3',
    'hw_numa_mem.0': '3072',
    'hw_numa_mem.1': '1024',
  };
  assert.deepEqual(topologyOf({}, image), given);
});

test('vCPUs are dedicated all, or those of a mask, or those in real time', () => {
  assert.deepEqual(topologyOf({ 'hw:cpu_policy': 'dedicated' })?.cells, [
    { cpus: [], pcpus: [0, 1, 2, 3], memoryMib: 4_096 },
  ]);
  assert.deepEqual(topologyOf({}, { hw_cpu_policy: 'dedicated' })?.cpuPolicy, 'dedicated');
  assert.deepEqual(topologyOf({ 'resources:PCPU': '4' })?.cpuPolicy, 'dedicated');
  const mixed = [{ cpus: [0], pcpus: [1, 2, 3], memoryMib: 4_096 }];
  assert.deepEqual(topologyOf({ 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '^0' })?.cells, mixed);
  const realtime = { 'hw:cpu_policy': 'mixed', 'hw:cpu_realtime': 'yes', 'hw:cpu_realtime_mask': '1-3' };
  assert.deepEqual(topologyOf(realtime)?.cells, mixed);
  assert.equal(
    topologyOf({ 'hw:cpu_policy': 'dedicated', 'trait:HW_CPU_HYPERTHREADING': 'forbidden' })?.threadPolicy,
    'isolate',
  );
  assert.equal(
    topologyOf({ 'hw:cpu_policy': 'dedicated', 'hw:emulator_threads_policy': 'isolate' })?.emulatorThreads,
    'isolate',
  );
});

test('pages are asked for by word or by size, and the image chooses where the flavor leaves it open', () => {
  const sizes = {
    small: 'small',
    any: 'any',
    '2048': 2_048,
    '2MB': 2_048,
    '1GB': 1_048_576,
    '2048KiB': 2_048,
  } as const;
  for (const [text, size] of Object.entries(sizes))
    assert.equal(topologyOf({ 'hw:mem_page_size': text })?.pageSize, size, text);
  assert.equal(topologyOf({ 'hw:mem_page_size': 'large' }, { hw_mem_page_size: '1GB' })?.pageSize, 1_048_576);
});

const OVERRIDE = 'is not permitted to override';

test('what contradicts itself is refused in the words of Nova', () => {
  const dedicated = { 'hw:cpu_policy': 'dedicated' };
  const cases: readonly (readonly [Specs, Specs, string])[] = [
    [{ 'hw:numa_nodes': '0' }, {}, "The property 'numa_nodes' cannot be '0'. It must be a number greater than 0"],
    [{ 'hw:numa_nodes': '2' }, { hw_numa_nodes: '1' }, `Image property 'hw_numa_nodes' ${OVERRIDE} NUMA configuration`],
    [{ 'hw:numa_nodes': '3' }, {}, 'Instance CPUs and/or memory cannot be evenly distributed'],
    [{ 'hw:numa_nodes': '999999999' }, {}, 'Instance CPUs and/or memory cannot be evenly distributed'],
    [{ 'hw:numa_nodes': '2', 'hw:numa_cpus.0': '0-3' }, {}, 'CPU and memory allocation must be provided for all'],
    [
      { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-7', 'hw:numa_mem.0': '4096' },
      {},
      'CPU number 4 is larger than max 3',
    ],
    [
      { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-2', 'hw:numa_mem.0': '4096' },
      {},
      'CPU number 3 is not assigned to any node',
    ],
    [
      { 'hw:numa_nodes': '1', 'hw:numa_cpus.0': '0-3', 'hw:numa_mem.0': '1' },
      {},
      '1 MB of memory assigned, but expected 4096 MB',
    ],
    [{ 'hw:mem_page_size': '-1' }, {}, "Invalid memory page size '-1'"],
    [{}, { hw_mem_page_size: 'large' }, "Page size large forbidden against '<empty>'"],
    [{ 'hw:mem_page_size': 'small' }, { hw_mem_page_size: '4' }, "Page size 4 forbidden against 'small'"],
    [{ 'hw:cpu_policy': 'shared' }, { hw_cpu_policy: 'dedicated' }, `Image property 'hw_cpu_policy' ${OVERRIDE}`],
    [{ 'hw:cpu_policy': 'odd' }, {}, "CPU policy requested from flavor extra specs, 'odd', is invalid"],
    [{ 'hw:cpu_thread_policy': 'isolate' }, {}, 'Cannot set cpu thread pinning policy in a non dedicated'],
    [
      { ...dedicated, 'hw:cpu_thread_policy': 'isolate' },
      { hw_cpu_thread_policy: 'require' },
      `Image property 'hw_cpu_thread_policy' ${OVERRIDE}`,
    ],
    [{ 'hw:emulator_threads_policy': 'isolate' }, {}, 'An isolated CPU emulator threads option requires a dedicated'],
    [
      { 'hw:cpu_realtime': 'true', 'hw:cpu_realtime_mask': '^0' },
      {},
      'Cannot set realtime policy in a non dedicated cpu pinning policy',
    ],
    [{ ...dedicated, 'hw:cpu_realtime': 'true' }, {}, 'Use of realtime CPUs requires either one or more'],
    [{ ...dedicated, 'hw:cpu_dedicated_mask': '0' }, {}, "Dedicated CPU set can't be specified without the 'mixed'"],
    [{ 'hw:cpu_policy': 'mixed' }, {}, "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or"],
    [
      { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '0-3' },
      {},
      'Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU',
    ],
    [{ ...dedicated, 'resources:PCPU': '4' }, {}, "It is not possible to use the 'resources:VCPU' or"],
    [{ 'resources:PCPU': '4', 'resources:VCPU': '4' }, {}, "It is not possible to specify both 'resources:VCPU'"],
    [{ 'resources:PCPU': '3' }, {}, 'There is a mismatch between the number of PCPUs'],
  ];
  for (const [specs, properties, words] of cases) {
    const said = refusalOf(specs, properties);
    assert.ok(said.startsWith(words) || said.includes(words), `${JSON.stringify([specs, properties])}: ${said}`);
  }
});
