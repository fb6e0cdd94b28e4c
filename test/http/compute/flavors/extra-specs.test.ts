import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { extraSpecProblem } from '../../../../http/compute/flavors/extra-spec-rules.ts';
import { type Answered, startTestCloud, type TestCloud } from '../cloud.ts';

let cloud: TestCloud;
const admin = (method: string, path: string, body?: unknown, version = '2.86'): Promise<Answered> =>
  cloud.call(method, `/flavors/1/os-extra_specs${path}`, {
    as: 'admin',
    version,
    ...(body === undefined ? {} : { body }),
  });

before(async () => {
  cloud = await startTestCloud({ hosts: 0, withNetwork: false });
});
after(() => cloud.close());

test('extra specs are added to those that are there, and read and removed one by one', async () => {
  const specs = { extra_specs: { 'hw:cpu_policy': 'shared', size: 3 } };
  assert.deepEqual((await admin('POST', '', specs)).body, specs);
  assert.deepEqual((await admin('PUT', '/colour', { colour: 'blue' })).body, { colour: 'blue' });
  const all = { 'hw:cpu_policy': 'shared', size: '3', colour: 'blue' };
  assert.deepEqual((await cloud.call('GET', '/flavors/1/os-extra_specs')).body, { extra_specs: all });
  assert.deepEqual((await cloud.call('GET', '/flavors/1/os-extra_specs/size')).body, { size: '3' });
  assert.equal((await admin('DELETE', '/size')).status, 200);
  for (const method of ['GET', 'DELETE']) {
    const gone = await admin(method, '/size');
    assert.equal(gone.status, 404);
    assert.equal(gone.body.itemNotFound.message, 'Flavor 1 has no extra specs with key size.');
  }
});

test('an inherited property of objects is no extra spec', async () =>
  assert.equal((await admin('GET', '/toString')).status, 404));

test('the key of the path and that of the body must be the same, and there must be one', async () => {
  assert.equal((await admin('PUT', '/a', { b: '1' })).status, 400);
  assert.equal((await admin('PUT', '/a', { a: '1', b: '1' })).status, 400);
  assert.equal((await admin('PUT', '/a', {})).status, 400);
  assert.equal((await admin('PUT', '/a', { a: true })).status, 400);
});

test('extra specs of no flavor are 404', async () => {
  const call = (method: string, path: string, body?: unknown) =>
    cloud.call(method, `/flavors/none/os-extra_specs${path}`, {
      as: 'admin',
      ...(body === undefined ? {} : { body }),
    });
  assert.equal((await call('GET', '')).status, 404);
  assert.equal((await call('POST', '', { extra_specs: {} })).status, 404);
  assert.equal((await call('DELETE', '/a')).status, 404);
});

test('known names are checked from 2.86 on', async () => {
  const wrong = { extra_specs: { 'hw:cpu_policy': 'sharrred' } };
  assert.equal((await admin('POST', '', wrong, '2.85')).status, 200);
  const refused = await admin('POST', '', wrong);
  assert.equal(refused.status, 400);
  assert.match(refused.body.badRequest.message, /'hw:cpu_policy' must be one of dedicated, shared, mixed/);
});

const FINE: readonly (readonly [string, string])[] = [
  ['own', 'anything'],
  ['mine:own', 'anything'],
  ['hw:cpu_realtime', 'True'],
  ['hw:numa_cpus.0', '^0,2-3'],
  ['hw:numa_mem.1', '512'],
  ['hw:mem_page_size', '2MB'],
  ['hw:redirected_usb_ports', '15'],
  ['hw:pmem', '6GB,16GB'],
  ['quota:cpu_quota', '-1'],
  ['quota:vif_inbound_burst', '7'],
  ['quota:memory_shares_level', 'high'],
  ['resources:VCPU', '2'],
  ['resources1:CUSTOM_GOLD', '1'],
  ['resources_NET:NET_BW_EGR_KILOBIT_PER_SEC', '1000'],
  ['trait:HW_CPU_X86_AVX2', 'required'],
  ['trait_A:CUSTOM_SSD', 'forbidden'],
  ['capabilities:hypervisor_type', 's== QEMU'],
  ['capabilities:cpu_info:features', '<in> aes'],
  ['aggregate_instance_extra_specs:ssd', 'true'],
  ['pci_passthrough:alias', 'a1:2, b1:1'],
  ['hide_hypervisor_id', 'yes'],
  ['group_policy', 'none'],
];
for (const [name, value] of FINE)
  test(`${name} = ${value} is a good extra spec`, () => assert.equal(extraSpecProblem(name, value), null));

const WRONG: readonly (readonly [string, string])[] = [
  ['hw:cpu_polici', 'shared'],
  ['hw:cpu_realtime', 'perhaps'],
  ['hw:numa_nodes', '0'],
  ['hw:numa_nodes', 'two'],
  ['hw:numa_nodes', ''],
  ['hw:redirected_usb_ports', '16'],
  ['hw:numa_cpus.x', '0'],
  ['hw:cpu_dedicated_mask', '0,,1'],
  ['hw_rng:rate_bytes', '-1'],
  ['hw_video:ram', '1'],
  ['os:secure_boot', 'optional'],
  ['quota:cpu_shares_level', 'highest'],
  ['resources:GOLD', '1'],
  ['resources:VCPU', '1.5'],
  ['trait:HW_CPU_X86_AVX2', 'wanted'],
  ['trait:lower', 'required'],
  ['trait:HW_NO_SUCH_TRAIT', 'required'],
  ['capabilities:colour', 'blue'],
  ['pci_passthrough:alias', 'a1'],
  ['group_policy', 'some'],
];
for (const [name, value] of WRONG)
  test(`${name} = '${value}' is no good extra spec`, () =>
    assert.match(extraSpecProblem(name, value) ?? '', /extra spec/));

test('a long mask is judged at once', () => {
  const started = performance.now();
  assert.notEqual(extraSpecProblem('hw:cpu_realtime_mask', `${'1-1,'.repeat(60)}x`), null);
  assert.ok(performance.now() - started < 10_000);
});
