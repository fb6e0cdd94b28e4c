import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../../actors/cell/protocol.ts';
import { providerTrees } from '../../../../actors/scheduler/filters/provider-trees.ts';
import type { SchedulerOptions } from '../../../../actors/scheduler/options.ts';
import { requestFilters } from '../../../../actors/scheduler/request-filters/index.ts';
import { kept, refusal, someHosts, someOptions } from '../some-hosts.ts';

type Asked = Partial<ClaimRequest>;

function named(name: string, options: Partial<SchedulerOptions> = {}) {
  const filter = requestFilters(someOptions(options)).find((one) => one.name === name);
  assert.ok(filter, name);
  return filter;
}

test('an ordinary request is put to none of them', () => {
  const hosts = someHosts({ a: {} });
  const asked = requestFilters(someOptions()).filter((one) => one.compile({ ...ORDINARY }, hosts) !== undefined);
  assert.deepEqual(asked, []);
});

const ORDINARY: ClaimRequest = {
  demand: { vcpus: 1, memoryMib: 1, diskGib: 1 },
  zone: null,
  host: null,
  excludedHosts: [],
  group: null,
  projectId: 'p1',
  flavorName: 'm1.small',
  imageId: 'i',
  imageFormat: 'qcow2',
};

const TRAITS: readonly (readonly [filter: string, options: Partial<SchedulerOptions>, asked: Asked, trait: string])[] =
  [
    ['accelerators_filter', {}, { extraSpecs: { 'accel:device_profile': 'fpga' } }, 'COMPUTE_ACCELERATORS'],
    ['packed_virtqueue_filter', {}, { extraSpecs: { 'hw:virtio_packed_ring': 'yes' } }, 'COMPUTE_NET_VIRTIO_PACKED'],
    [
      'packed_virtqueue_filter',
      {},
      { imageProperties: { hw_virtio_packed_ring: 'true' } },
      'COMPUTE_NET_VIRTIO_PACKED',
    ],
    ['virtio_sound_filter', {}, { imageProperties: { hw_sound_model: 'virtio' } }, 'COMPUTE_SOUND_MODEL_VIRTIO'],
    [
      'ephemeral_encryption_filter',
      {},
      { extraSpecs: { 'hw:ephemeral_encryption': 'true' } },
      'COMPUTE_EPHEMERAL_ENCRYPTION',
    ],
    [
      'tpm_secret_security_filter',
      {},
      { extraSpecs: { 'hw:tpm_version': '2.0' } },
      'COMPUTE_SECURITY_TPM_SECRET_SECURITY_USER',
    ],
    ['hyperthreading', {}, { extraSpecs: { 'hw:cpu_thread_policy': 'require' } }, 'HW_CPU_HYPERTHREADING'],
    ['require_image_type_support', { queryPlacementForImageTypeSupport: true }, {}, 'COMPUTE_IMAGE_TYPE_QCOW2'],
    [
      'transform_image_metadata',
      { imageMetadataPrefilter: true },
      { imageProperties: { hw_vif_model: 'e1000' } },
      'COMPUTE_NET_VIF_MODEL_E1000',
    ],
    ['requested_traits', {}, { requiredTraits: ['CUSTOM_A'] }, 'CUSTOM_A'],
  ];

for (const [name, options, asked, trait] of TRAITS)
  test(`${name} asks for ${trait} of ${JSON.stringify(asked)}`, () => {
    const hosts = someHosts({ with: { traits: [trait] }, without: { traits: ['HW_CPU_X86_AVX'] } });
    const filter = named(name, options);
    assert.deepEqual(kept(filter, hosts, asked), ['with']);
    assert.ok(refusal(filter, hosts, 'without', asked).includes(trait));
  });

test('forbidden traits refuse, also beside required ones', () => {
  const hosts = someHosts({ both: { traits: ['CUSTOM_A', 'CUSTOM_B'] }, one: { traits: ['CUSTOM_A'] } });
  const asked = { requiredTraits: ['CUSTOM_A'], forbiddenTraits: ['CUSTOM_B'] };
  assert.deepEqual(kept(named('requested_traits'), hosts, asked), ['one']);
  assert.equal(refusal(named('requested_traits'), hosts, 'both', asked), 'has CUSTOM_B');
});

test('numbered groups are served by a host that stands alone together, and apart by none', () => {
  const hosts = someHosts({ two: { resources: { VGPU: 2 }, traits: ['CUSTOM_A'] }, one: { resources: { VGPU: 1 } } });
  const group = (suffix: string, requiredTraits: readonly string[] = []) => ({
    suffix,
    resources: { VGPU: 1 },
    requiredTraits,
    forbiddenTraits: [],
  });
  const filter = providerTrees();
  const asking = (policy: 'none' | 'isolate', ...groups: ReturnType<typeof group>[]) => ({
    granular: { policy, groups },
  });
  assert.deepEqual(kept(filter, hosts, asking('none', group('1'))), ['two', 'one']);
  assert.deepEqual(kept(filter, hosts, asking('none', group('1'), group('2'))), ['two']);
  assert.deepEqual(kept(filter, hosts, asking('none', group('1', ['CUSTOM_A']))), ['two']);
  assert.deepEqual(kept(filter, hosts, asking('isolate', group('1'), group('2'))), []);
  assert.equal(
    refusal(filter, hosts, 'one', asking('none', group('1'), group('2'))),
    'has providers for each part, but not for all together: group 1: 1 VGPU, group 2: 1 VGPU (one has 1 VGPU left (0 of 1 are used))',
  );
});

test('aggregates with required traits take only who requires them', () => {
  const hosts = someHosts({
    licensed: { aggregates: [{ 'trait:CUSTOM_LICENSED': 'required', 'trait:CUSTOM_OLD': 'no' }] },
    any: {},
  });
  const filter = named('isolate_aggregates', { enableIsolatedAggregateFiltering: true });
  assert.deepEqual(kept(filter, hosts), ['any']);
  assert.deepEqual(kept(filter, hosts, { requiredTraits: ['CUSTOM_LICENSED'] }), ['licensed', 'any']);
});

test('projects keep to their aggregates, and to any host when they have none', () => {
  const hosts = someHosts({ own: { aggregates: [{ filter_tenant_id3: 'p1' }] }, any: {} });
  const lax = named('require_tenant_aggregate', { limitTenantsToPlacementAggregate: true });
  assert.deepEqual(kept(lax, hosts), ['own']);
  assert.deepEqual(kept(lax, hosts, { projectId: 'p2' }), ['own', 'any']);
  const strict = named('require_tenant_aggregate', {
    limitTenantsToPlacementAggregate: true,
    placementAggregateRequiredForTenants: true,
  });
  assert.deepEqual(kept(strict, hosts, { projectId: 'p2' }), []);
});

test('a host that is disabled or down is not given to anybody, whether or not ComputeFilter is asked', () => {
  const hosts = someHosts({ up: {}, down: { available: false } });
  assert.deepEqual(kept(named('compute_status_filter'), hosts, { isHostForced: true }), ['up']);
  assert.deepEqual(kept(named('compute_status_filter', { enabledFilters: [] }), hosts), ['up']);
  // What is there stays there.
  assert.deepEqual(kept(named('compute_status_filter'), hosts, { isRebuild: true }), ['up', 'down']);
});
