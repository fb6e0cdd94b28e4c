import assert from 'node:assert/strict';
import test from 'node:test';
import { aggregateImagePropertiesIsolation } from '../../../../actors/scheduler/filters/aggregate-image-properties-isolation.ts';
import { aggregateInstanceExtraSpecsFilter } from '../../../../actors/scheduler/filters/aggregate-instance-extra-specs.ts';
import { aggregateMultiTenancyIsolation } from '../../../../actors/scheduler/filters/aggregate-multi-tenancy-isolation.ts';
import { aggregateTypeAffinityFilter } from '../../../../actors/scheduler/filters/aggregate-type-affinity.ts';
import { aggregateIoOpsFilter, ioOpsFilter } from '../../../../actors/scheduler/filters/io-ops.ts';
import { aggregateNumInstancesFilter, numInstancesFilter } from '../../../../actors/scheduler/filters/num-instances.ts';
import { kept, refusal, someHosts, someOptions } from '../some-hosts.ts';

test('AggregateImagePropertiesIsolation compares the properties that both name', () => {
  const hosts = someHosts({
    windows: { aggregates: [{ os_type: 'windows, bsd', colour: 'red' }] },
    linux: { aggregates: [{ os_type: 'linux' }] },
    any: {},
  });
  const filter = aggregateImagePropertiesIsolation(someOptions());
  const having = (imageProperties: Readonly<Record<string, string>>) => ({ imageProperties });
  assert.deepEqual(kept(filter, hosts), ['windows', 'linux', 'any']);
  assert.deepEqual(kept(filter, hosts, having({ os_type: 'windows' })), ['windows', 'any']);
  assert.deepEqual(kept(filter, hosts, having({ os_type: 'bsd' })), ['windows', 'any']);
  // Not a property that Nova knows.
  assert.deepEqual(kept(filter, hosts, having({ colour: 'blue' })), ['windows', 'linux', 'any']);
  assert.match(refusal(filter, hosts, 'linux', having({ os_type: 'windows' })), /os_type linux, not windows/);
  const named = aggregateImagePropertiesIsolation(someOptions({ aggregateImagePropertiesIsolationNamespace: 'os' }));
  assert.deepEqual(kept(named, hosts, having({ os_type: 'windows' })), ['windows', 'linux', 'any']);
});

test('AggregateInstanceExtraSpecsFilter wants what the flavor requires from one of the aggregates', () => {
  const hosts = someHosts({
    ssd: { aggregates: [{ ssd: 'true', tier: 'gold,silver' }] },
    slow: { aggregates: [{ ssd: 'false' }, { tier: 'bronze' }] },
    plain: {},
  });
  const filter = aggregateInstanceExtraSpecsFilter();
  const having = (extraSpecs: Readonly<Record<string, string>>) => ({ extraSpecs });
  assert.deepEqual(kept(filter, hosts), ['ssd', 'slow', 'plain']);
  assert.deepEqual(kept(filter, hosts, having({ 'aggregate_instance_extra_specs:ssd': 'true' })), ['ssd']);
  assert.deepEqual(kept(filter, hosts, having({ ssd: 'false' })), ['slow']);
  assert.deepEqual(kept(filter, hosts, having({ tier: '<or> silver <or> bronze' })), ['ssd', 'slow']);
  assert.deepEqual(kept(filter, hosts, having({ 'hw:cpu_policy': 'shared' })), ['ssd', 'slow', 'plain']);
  assert.deepEqual(kept(filter, hosts, having({ unknown: 'x' })), []);
  assert.equal(
    refusal(filter, hosts, 'slow', having({ ssd: 'true', unknown: 'x' })),
    'of its aggregates: ssd must be "true" and is "false", unknown must be "x" and is in none',
  );
});

test('AggregateMultiTenancyIsolation keeps hosts of other projects away', () => {
  const hosts = someHosts({
    own: { aggregates: [{ filter_tenant_id: 'p2', filter_tenant_id_more: 'p3, p1' }] },
    other: { aggregates: [{ filter_tenant_id: 'p2' }] },
    any: { aggregates: [{ ssd: 'true' }] },
  });
  const filter = aggregateMultiTenancyIsolation();
  assert.deepEqual(kept(filter, hosts), ['own', 'any']);
  assert.deepEqual(kept(filter, hosts, { projectId: 'p2' }), ['own', 'other', 'any']);
});

test('AggregateTypeAffinityFilter keeps hosts of other flavors away', () => {
  const hosts = someHosts({
    small: { aggregates: [{ instance_type: 'm1.tiny, m1.small' }] },
    large: { aggregates: [{ instance_type: 'm1.large' }] },
    any: {},
  });
  const filter = aggregateTypeAffinityFilter();
  assert.deepEqual(kept(filter, hosts), ['small', 'any']);
  assert.match(refusal(filter, hosts, 'large'), /flavors m1.large, not m1.small/);
});

test('limits of instances and of busy ones come from options, or the smallest of the aggregates', () => {
  const options = someOptions({ maxInstancesPerHost: 10, maxIoOpsPerHost: 3 });
  const hosts = someHosts({
    few: { instances: 9, ioOps: 2 },
    many: { instances: 10, ioOps: 3 },
    narrow: {
      instances: 5,
      ioOps: 1,
      aggregates: [
        { max_instances_per_host: '5', max_io_ops_per_host: '1' },
        { max_instances_per_host: '99', max_io_ops_per_host: '99' },
      ],
    },
    broken: { instances: 9, ioOps: 2, aggregates: [{ max_instances_per_host: 'few', max_io_ops_per_host: '' }] },
  });
  assert.deepEqual(kept(numInstancesFilter(options), hosts), ['few', 'narrow', 'broken']);
  assert.deepEqual(kept(aggregateNumInstancesFilter(options), hosts), ['few', 'broken']);
  assert.deepEqual(kept(ioOpsFilter(options), hosts), ['few', 'narrow', 'broken']);
  assert.deepEqual(kept(aggregateIoOpsFilter(options), hosts), ['few', 'broken']);
  assert.equal(
    refusal(aggregateNumInstancesFilter(options), hosts, 'narrow'),
    'has 5 instances; at most 5 are allowed',
  );
});
