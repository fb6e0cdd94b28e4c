import assert from 'node:assert/strict';
import test from 'node:test';
import { activate, type CellState, handle } from '../../../actors/cell/handle.ts';
import { type CellMessage, type ClaimRequest, cell } from '../../../actors/cell/protocol.ts';
import { type Allocation, allocationId, allocations } from '../../../actors/cell/row.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { DEFAULT_SCHEDULER_OPTIONS } from '../../../actors/scheduler/options.ts';
import { resourceRequest } from '../../../actors/scheduler/resource-request.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { simInside } from '../../../drivers/sim/index.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { RecordingContext } from '../recording-context.ts';

const PINNED = { 'hw:cpu_policy': 'dedicated' };
const RULES = rulesOf({
  ...DEFAULT_SCHEDULER_OPTIONS,
  pciAliases: [{ name: 'gpu', vendorId: '10de', affinity: 'required' }],
});

/** A cell with hosts of two NUMA cells: each with two shared and four dedicated processors, 2 GiB and a GPU. */
class ToldCell {
  readonly ctx = new RecordingContext(cell.at('cell1'));
  state: CellState = activate('cell1', this.ctx.rows, RULES);

  report(host: string, cells = 2): void {
    const inside = simInside({
      vcpus: 12,
      memoryMib: 4_096,
      numaCells: cells,
      threadsPerCore: 2,
      dedicatedCpus: [2, 3, 4, 5, 8, 9, 10, 11],
      hugePages: { 2048: 256 },
      pciCards: [{ vendorId: '10de', productId: '1db4', perCell: 1, virtualFunctions: 0 }],
    });
    this.tell({
      type: 'hostReported',
      host,
      zone: 'nova',
      inventory: smallHost({ vcpus: 12, hypervisorHostname: host, ...inside }),
    });
  }

  tell(message: CellMessage): void {
    this.state = handle(this.state, message, this.ctx);
  }

  /** Claims for a flavor of these extra specs, and returns what the instance then has. */
  claim(
    instanceId: string,
    vcpus: number,
    extraSpecs: Readonly<Record<string, string>>,
    { part, memoryMib = 512, ...more }: Partial<ClaimRequest> & { part?: 'move'; memoryMib?: number } = {},
  ): Allocation | undefined {
    const size = { vcpus, memoryMib, diskGib: 1, extraSpecs };
    const id = allocationId(instanceId, part);
    this.tell({
      type: 'claim',
      claimId: `${id}-${vcpus}`,
      instanceId,
      ...(part === undefined ? {} : { part }),
      answerTo: instance.at(instanceId),
      request: { ...resourceRequest(size), zone: null, host: null, excludedHosts: [], extraSpecs, ...more },
    });
    return allocations.read(this.ctx.rows, id);
  }

  shown(host: string): unknown {
    return this.state.hosts.fittings.shown(host);
  }
}

test('a claim takes cells, processors and pages of the host, and a release gives back exactly these', () => {
  const told = new ToldCell();
  told.report('a');
  const before = told.shown('a');
  const pinned = told.claim('i1', 2, { ...PINNED, 'hw:mem_page_size': '2MB' });
  assert.deepEqual(pinned?.numa, [
    {
      hostCell: 0,
      memoryMib: 512,
      pageSizeKib: 2_048,
      cpus: [],
      pinning: [
        [0, 2],
        [1, 3],
      ],
      taken: [2, 3],
    },
  ]);
  assert.deepEqual([pinned?.vcpus, pinned?.resources], [0, { PCPU: 2 }]);
  assert.notDeepEqual(told.shown('a'), before);
  const shared = told.claim('i2', 4, { 'hw:numa_nodes': '2' });
  assert.deepEqual(
    shared?.numa?.map(({ hostCell, cpus }) => [hostCell, cpus]),
    [
      [0, [0, 1]],
      [1, [2, 3]],
    ],
  );
  told.tell({ type: 'release', instanceId: 'i1' });
  told.tell({ type: 'release', instanceId: 'i2' });
  assert.deepEqual(told.shown('a'), before);
});

test('an instance that asks for nothing of the kind has a row without it, and takes nothing of the cells', () => {
  const told = new ToldCell();
  told.report('a');
  const before = told.shown('a');
  const row = told.claim('i1', 2, { 'hw:cpu_policy': 'shared' });
  assert.ok(row !== undefined && !('numa' in row) && !('pciDevices' in row));
  assert.deepEqual(told.shown('a'), before);
});

test('no processor is given twice: guests go to another host, and then nowhere, though each host has room in all', () => {
  const told = new ToldCell();
  told.report('a');
  told.report('b');
  const hosts = ['i1', 'i2', 'i3', 'i4'].map((id) => told.claim(id, 3, PINNED)?.host);
  assert.deepEqual(hosts.sort(), ['a', 'a', 'b', 'b']);
  // Two free processors a host, each in another cell.
  assert.equal(told.claim('i5', 2, PINNED), undefined);
  assert.equal(told.claim('i6', 2, { ...PINNED, 'hw:numa_nodes': '2' })?.numa?.length, 2);
});

test('a host that is named, or that tells of no cells, does not take a guest that does not fit', () => {
  const told = new ToldCell();
  told.report('a', 0);
  assert.equal(told.claim('i1', 2, { 'hw:numa_nodes': '2' }, { host: 'a', isHostForced: true }), undefined);
  assert.equal(told.claim('i2', 2, { 'hw:numa_nodes': '999' }), undefined);
  assert.equal(told.claim('i3', 2, {})?.host, 'a');
});

test('devices are near to the cells of the guest, given once and given back', () => {
  const told = new ToldCell();
  told.report('a');
  const gpu = (count: number) => ({ 'hw:numa_nodes': '1', 'pci_passthrough:alias': `gpu:${count}` });
  const addresses = ['i1', 'i2'].map((id) => {
    const row = told.claim(id, 1, gpu(1));
    return [row?.numa?.[0]?.hostCell, row?.pciDevices];
  });
  assert.deepEqual(addresses, [
    [0, ['0000:01:00.0']],
    [1, ['0001:01:00.0']],
  ]);
  assert.equal(told.claim('i3', 1, gpu(1)), undefined);
  told.tell({ type: 'release', instanceId: 'i1' });
  assert.deepEqual(told.claim('i4', 1, gpu(1))?.pciDevices, ['0000:01:00.0']);
  told.tell({ type: 'release', instanceId: 'i4' });
  told.tell({ type: 'release', instanceId: 'i2' });
  assert.equal(told.claim('i5', 1, gpu(2)), undefined);
  assert.equal(told.claim('i6', 1, { 'pci_passthrough:alias': 'gpu:2' })?.pciDevices?.length, 2);
  assert.equal(told.claim('i7', 1, { 'pci_passthrough:alias': 'fpga:1' }), undefined);
});

test('a move has its own place beside the old one until it is settled', () => {
  const told = new ToldCell();
  told.report('a');
  const empty = told.shown('a');
  told.claim('i1', 2, PINNED);
  const moved = told.claim('i1', 4, PINNED, { part: 'move' });
  assert.deepEqual(moved?.numa?.[0]?.hostCell, 1);
  told.tell({ type: 'settle', instanceId: 'i1' });
  assert.deepEqual(allocations.read(told.ctx.rows, 'i1')?.numa, moved?.numa);
  assert.equal(told.claim('i2', 4, PINNED)?.numa?.[0]?.hostCell, 0);
  told.tell({ type: 'release', instanceId: 'i1' });
  told.tell({ type: 'release', instanceId: 'i2' });
  assert.deepEqual(told.shown('a'), empty);
});

test('a cell that starts again knows from its rows what is taken of the inside of hosts', () => {
  const told = new ToldCell();
  told.report('a');
  told.claim('i1', 3, PINNED);
  told.claim('i2', 1, { 'hw:numa_nodes': '1', 'pci_passthrough:alias': 'gpu:1' });
  const before = told.shown('a');
  const again = activate('cell1', told.ctx.rows, RULES);
  assert.deepEqual(again.hosts.fittings.shown('a'), before);
  told.state = again;
  told.tell({ type: 'release', instanceId: 'i2' });
  assert.equal(told.claim('i3', 1, { 'pci_passthrough:alias': 'gpu:2' })?.pciDevices?.length, 2);
});

test('a host that reports other cells keeps what guests have of those that it still has', () => {
  const told = new ToldCell();
  told.report('a');
  told.claim('i1', 2, PINNED);
  const before = told.shown('a');
  told.report('a', 0);
  assert.equal(told.claim('i2', 1, PINNED), undefined);
  told.report('a');
  assert.deepEqual(told.shown('a'), before);
});
