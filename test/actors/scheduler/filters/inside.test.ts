import assert from 'node:assert/strict';
import test from 'node:test';
import { explain } from '../../../../actors/scheduler/explain.ts';
import { numaTopologyFilter } from '../../../../actors/scheduler/filters/numa-topology.ts';
import { pciPassthroughFilter } from '../../../../actors/scheduler/filters/pci-passthrough.ts';
import type { HostTable } from '../../../../actors/scheduler/host-table.ts';
import { resourceRequest } from '../../../../actors/scheduler/resource-request.ts';
import { rulesOf } from '../../../../actors/scheduler/rules.ts';
import { Scheduler } from '../../../../actors/scheduler/scheduler.ts';
import { pciWeigher } from '../../../../actors/scheduler/weighers/pci.ts';
import { simInside } from '../../../../drivers/sim/index.ts';
import { aRequest, kept, refusal, someHosts, someOptions } from '../some-hosts.ts';

const OPTIONS = someOptions({ pciAliases: [{ name: 'gpu', vendorId: '10de' }] });

/** Hosts by name with so many NUMA cells and GPUs in each; together 8 processors, of which the last 4 are dedicated. */
function inside(named: Readonly<Record<string, { readonly cells: number; readonly gpus?: number }>>): HostTable {
  const table = someHosts(Object.fromEntries(Object.keys(named).map((name) => [name, { resources: { PCPU: 4 } }])));
  for (const [name, { cells, gpus = 0 }] of Object.entries(named)) {
    const host = table.host(table.row(name) ?? -1);
    assert.ok(host);
    const card = { vendorId: '10de', productId: '1db4', perCell: gpus, virtualFunctions: 0 };
    table.set({
      ...host,
      ...simInside({
        vcpus: 8,
        memoryMib: 4_096,
        numaCells: cells,
        threadsPerCore: 2,
        dedicatedCpus: cells === 0 ? [] : [4, 5, 6, 7],
        hugePages: {},
        pciCards: gpus === 0 ? [] : [card],
      }),
    });
  }
  return table;
}

const request = (extraSpecs: Readonly<Record<string, string>>, vcpus = 4, memoryMib = 512) => ({
  ...resourceRequest({ vcpus, memoryMib, diskGib: 1, extraSpecs }),
  extraSpecs,
});

const GPU = { 'pci_passthrough:alias': 'gpu:1' };

test('NUMATopologyFilter keeps hosts into whose cells the guest fits, and costs nothing when it asks for none', () => {
  const hosts = inside({ none: { cells: 0 }, one: { cells: 1 }, two: { cells: 2 } });
  const filter = numaTopologyFilter(OPTIONS);
  assert.deepEqual(kept(filter, hosts, request({ 'hw:numa_nodes': '1' })), ['one', 'two']);
  assert.deepEqual(kept(filter, hosts, request({ 'hw:numa_nodes': '2' }, 2)), []);
  assert.deepEqual(kept(filter, hosts, request({ 'hw:cpu_policy': 'dedicated' })), ['one', 'two']);
  assert.deepEqual(kept(filter, hosts, request({ 'hw:cpu_policy': 'dedicated' }, 4, 3_000)), ['one']);
  assert.equal(filter.compile(aRequest(request({})), hosts), undefined);
  assert.equal(filter.compile(aRequest({ ...request({ 'hw:numa_nodes': '1' }), isRebuild: true }), hosts), undefined);
  assert.match(refusal(filter, hosts, 'none', request({ 'hw:numa_nodes': '1' })), /tells of no NUMA cells/);
  assert.match(
    refusal(filter, hosts, 'two', request({ 'hw:cpu_policy': 'dedicated' }, 4, 3_000)),
    /cannot take 4 dedicated and 0 shared vCPUs with 3000 MiB: cell 0 has 0 of 0 .*cell 1 has 4 of 4 dedicated processors free/,
  );
});

test('PciPassthroughFilter keeps hosts with the devices; an alias that nobody has defined is had by none', () => {
  const hosts = inside({ plain: { cells: 1 }, gpu: { cells: 1, gpus: 1 }, floating: { cells: 0, gpus: 2 } });
  const filter = pciPassthroughFilter(OPTIONS);
  assert.deepEqual(kept(filter, hosts, request(GPU)), ['gpu', 'floating']);
  assert.deepEqual(kept(filter, hosts, request({ 'pci_passthrough:alias': 'gpu:2' })), ['floating']);
  assert.deepEqual(kept(filter, hosts, request({ 'pci_passthrough:alias': 'fpga:1' })), []);
  assert.equal(filter.compile(aRequest(request({})), hosts), undefined);
  assert.match(refusal(filter, hosts, 'plain', request(GPU)), /does not have 1 gpu free; it has 0 PCI devices/);
});

test('PCIWeigher keeps guests away from hosts with devices, so that these stay free, and those who want one from those with many', () => {
  const hosts = inside({ plain: { cells: 1 }, one: { cells: 1, gpus: 1 }, two: { cells: 1, gpus: 2 } });
  const weigh = (extraSpecs: Readonly<Record<string, string>>) => {
    const weighs = pciWeigher(OPTIONS).compile(aRequest(request(extraSpecs)), hosts);
    return ['plain', 'one', 'two'].map((host) => weighs?.(hosts.row(host) ?? -1));
  };
  assert.deepEqual(weigh({}), [0, -1, -2]);
  assert.deepEqual(weigh(GPU), [0, -1, -2]);
  hosts.use('two', { vcpus: 0, memoryMib: 0, diskGib: 0, pciDevices: ['0000:01:00.0'] }, 1);
  assert.deepEqual(weigh(GPU), [0, -1, -1]);
  assert.equal(pciWeigher(OPTIONS).compile(aRequest(), inside({ plain: { cells: 1 } })), undefined);
  const scheduler = new Scheduler(hosts, rulesOf(OPTIONS));
  assert.equal(hosts.name(scheduler.choose(aRequest(request({})), { nowMs: 0, random: () => 0 }) ?? -1), 'plain');
  assert.equal(hosts.name(scheduler.choose(aRequest(request(GPU)), { nowMs: 0, random: () => 0 }) ?? -1), 'one');
});

test('what a claim takes is asked whatever is enabled, once, and also of a host that was named', () => {
  const hosts = inside({ none: { cells: 0 }, one: { cells: 1 } });
  const asked = aRequest(request({ 'hw:numa_nodes': '1' }));
  for (const enabledFilters of [[], ['NUMATopologyFilter', 'PciPassthroughFilter']]) {
    const rules = rulesOf({ ...OPTIONS, enabledFilters });
    assert.equal(explain(asked, rules, hosts, 0).chosen, 'one');
    const forced = explain({ ...asked, host: 'none', isHostForced: true }, rules, hosts, 0).hosts;
    assert.deepEqual(forced.map((told) => (told.passes ? 'passes' : told.filter)).sort(), [
      'NUMATopologyFilter',
      'RequestedHosts',
    ]);
  }
});
