import assert from 'node:assert/strict';
import test from 'node:test';
import { activate, type CellState, handle } from '../../../actors/cell/handle.ts';
import { type CellMessage, type ClaimRequest, cell } from '../../../actors/cell/protocol.ts';
import { type Allocation, allocations } from '../../../actors/cell/row.ts';
import { type Host, hosts } from '../../../actors/host/row.ts';
import { instance } from '../../../actors/instance/protocol.ts';
import { DEFAULT_SCHEDULER_OPTIONS } from '../../../actors/scheduler/options.ts';
import { resourceRequest } from '../../../actors/scheduler/resource-request.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { simInside } from '../../../drivers/sim/index.ts';
import { seededRandom } from '../../../runtime/random.ts';
import { smallHost } from '../../drivers/small-host.ts';
import { aHost } from '../host/a-host.ts';
import { anInventory, id } from '../placement/placed-cell.ts';
import { RecordingContext } from '../recording-context.ts';

const SEEDS = 40;
const STEPS = 60;
const HOSTS = ['h1', 'h2'];
const HOST_MEMORY_MIB = 8_192;
/** What each host has beside vCPUs, memory and disk, as somebody has told the Placement API. */
const FURTHER = { VGPU: 2, MEM_ENCRYPTION_CONTEXT: 1, CUSTOM_PMEM_NAMESPACE_BIG: 1 } as const;
const RULES = rulesOf({
  ...DEFAULT_SCHEDULER_OPTIONS,
  pciAliases: [{ name: 'gpu', vendorId: '10de', affinity: 'legacy' }],
});

const INVENTORY = smallHost({
  vcpus: 16,
  memoryMib: HOST_MEMORY_MIB,
  ...simInside({
    vcpus: 16,
    memoryMib: HOST_MEMORY_MIB,
    numaCells: 2,
    threadsPerCore: 2,
    dedicatedCpus: [2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15],
    hugePages: { 2048: 512 },
    pciCards: [
      { vendorId: '10de', productId: '1db4', perCell: 1, virtualFunctions: 0 },
      { vendorId: '8086', productId: '154c', perCell: 1, virtualFunctions: 2, physicalNetwork: 'physnet' },
    ],
  }),
});

const host = (name: string, hypervisorId: string): Host => aHost({ name, hypervisorId, inventory: INVENTORY });

/** A cell that has these hosts. */
class Fleet {
  readonly ctx = new RecordingContext(cell.at('cell1'));
  state: CellState;

  constructor() {
    for (const [index, name] of HOSTS.entries()) this.ctx.put(hosts, name, host(name, id(index + 1)));
    this.state = activate('cell1', this.ctx.rows, RULES);
    for (const [index, name] of HOSTS.entries()) {
      this.tell({ type: 'hostReported', host: name, zone: 'nova', inventory: INVENTORY });
      for (const [resourceClass, total] of Object.entries(FURTHER)) {
        if (resourceClass.startsWith('CUSTOM_'))
          this.tell({ type: 'placement', change: { type: 'ensureClass', name: resourceClass } });
        const inventory = anInventory(total);
        const providerId = id(index + 1);
        this.tell({ type: 'placement', change: { type: 'addInventory', providerId, resourceClass, inventory } });
      }
    }
  }

  tell(message: CellMessage): void {
    this.state = handle(this.state, message, this.ctx);
  }

  get held(): readonly Allocation[] {
    return [...allocations.scan(this.ctx.rows)];
  }

  /** What the cell keeps in memory of what is taken. */
  taken(state = this.state): unknown {
    return HOSTS.map((name) => {
      const row = state.hosts.row(name) ?? -1;
      const classes = ['VCPU', 'PCPU', 'MEMORY_MB', 'DISK_GB', ...Object.keys(FURTHER)];
      return [
        state.hosts.fittings.shown(name),
        state.hosts.fittings.freeDevices(name),
        state.hosts.counter('instances', row),
        classes.map((resourceClass) => state.hosts.resource(resourceClass)?.used[row] ?? 0),
      ];
    });
  }
}

/** A draw of what a flavor, an image and ports ask for. */
function aRequest(below: (end: number) => number): ClaimRequest {
  const extraSpecs: Record<string, string> = {};
  const properties: Record<string, string> = {};
  if (below(3) === 0) extraSpecs['resources:VGPU'] = String(1 + below(2));
  if (below(4) === 0) Object.assign(properties, { hw_mem_encryption: 'true', hw_firmware_type: 'uefi' });
  if (below(5) === 0) extraSpecs['hw:pmem'] = 'big';
  if (below(4) === 0) extraSpecs['pci_passthrough:alias'] = 'gpu:1';
  if (below(3) === 0) extraSpecs['hw:numa_nodes'] = String(1 + below(2));
  if (below(4) === 0) extraSpecs['hw:mem_page_size'] = 'large';
  switch (below(4)) {
    case 0:
      extraSpecs['hw:cpu_policy'] = 'dedicated';
      if (below(2) === 0) extraSpecs['hw:emulator_threads_policy'] = 'isolate';
      if (below(3) === 0) extraSpecs['hw:cpu_thread_policy'] = ['isolate', 'require'][below(2)] ?? '';
      break;
    case 1:
      Object.assign(extraSpecs, { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '1' });
      break;
    case 2:
      extraSpecs['hw:emulator_threads_policy'] = 'share';
      break;
  }
  const size = { vcpus: 2, memoryMib: 512 * (1 + below(3)), diskGib: 1 + below(10), extraSpecs };
  const vnicType = (['direct', 'macvtap', 'direct-physical'] as const)[below(3)] ?? 'direct';
  return {
    ...resourceRequest(size, properties),
    zone: null,
    host: null,
    excludedHosts: [],
    extraSpecs,
    imageProperties: properties,
    ...(below(3) === 0 && { ports: [{ portId: 'p', vnicType, physicalNetwork: 'physnet' }] }),
  };
}

/** What of a host is given away more often than it may. */
function* givenTwice(held: readonly Allocation[]): Iterable<string> {
  for (const name of HOSTS) {
    const own = held.filter((one) => one.host === name);
    for (const [resourceClass, total] of Object.entries(FURTHER)) {
      const used = own.reduce((sum, { resources }) => sum + (resources?.[resourceClass] ?? 0), 0);
      if (used > total) yield `${used} of ${total} ${resourceClass} of ${name}`;
    }
    const cpus = own.flatMap(({ numa }) => numa?.flatMap(({ taken }) => taken) ?? []);
    if (new Set(cpus).size < cpus.length) yield `a processor of ${name}: ${cpus.join()}`;
    const devices = own.flatMap(({ pciDevices }) => pciDevices ?? []);
    if (new Set(devices).size < devices.length) yield `a device of ${name}: ${devices.join()}`;
    const memoryMib = own.reduce((sum, one) => sum + one.memoryMib, 0);
    if (memoryMib > HOST_MEMORY_MIB) yield `${memoryMib} MiB of ${name}`;
  }
}

test('virtual GPUs, encrypted memory, processors, devices and ports: nothing is given twice, and all comes back', () => {
  const seen = new Map<string, number>();
  const note = (what: string, happened: boolean) => seen.set(what, (seen.get(what) ?? 0) + (happened ? 1 : 0));
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seededRandom(seed);
    const below = (end: number): number => Math.floor(random.fraction() * end);
    const fleet = new Fleet();
    const empty = JSON.stringify(fleet.taken());
    for (let step = 0; step < STEPS; step++) {
      const instanceId = `i${below(12)}`;
      const isThere = allocations.read(fleet.ctx.rows, instanceId) !== undefined;
      const part = isThere && below(2) === 0 ? ({ part: 'move' } as const) : {};
      if (below(3) > 0) {
        const request = aRequest(below);
        const claimId = `c${step}`;
        fleet.tell({ type: 'claim', claimId, instanceId, ...part, answerTo: instance.at(instanceId), request });
      } else if (below(3) === 0) fleet.tell({ type: 'settle', instanceId });
      else if (below(2) === 0) {
        const port = { portId: `q${below(3)}`, vnicType: 'direct', physicalNetwork: 'physnet' } as const;
        const before = allocations.read(fleet.ctx.rows, instanceId);
        fleet.tell({ type: 'claimPortDevice', instanceId, port });
        const more = allocations.read(fleet.ctx.rows, instanceId)?.pciDevices?.length ?? 0;
        note('a port that came later', more > (before?.pciDevices?.length ?? 0));
        if (below(2) === 0) {
          fleet.tell({ type: 'releasePortDevice', instanceId, portId: port.portId });
          note('a port that went', (allocations.read(fleet.ctx.rows, instanceId)?.pciDevices?.length ?? 0) < more);
        }
      } else fleet.tell({ type: 'release', instanceId, ...part });
      const { held } = fleet;
      assert.deepEqual([...givenTwice(held)], [], `seed ${seed}, step ${step}`);
      note(
        'VGPU',
        held.some(({ resources }) => resources?.['VGPU'] === 2),
      );
      note(
        'MEM_ENCRYPTION_CONTEXT',
        held.some(({ resources }) => resources?.['MEM_ENCRYPTION_CONTEXT'] === 1),
      );
      note(
        'mixed',
        held.some(({ resources, vcpus }) => resources?.['PCPU'] === 1 && vcpus === 1),
      );
      note(
        'isolated emulator',
        held.some(({ resources }) => resources?.['PCPU'] === 3),
      );
      note(
        'a port beside a GPU',
        held.some(({ pciDevices }) => pciDevices?.length === 2),
      );
    }
    const again = fleet.taken(activate('cell1', fleet.ctx.rows, RULES));
    assert.deepEqual(fleet.taken(), again, `seed ${seed}: what is kept is what rows say`);
    for (let number = 0; number < 12; number++) fleet.tell({ type: 'release', instanceId: `i${number}` });
    assert.equal(JSON.stringify(fleet.taken()), empty, `seed ${seed}: all is given back`);
  }
  for (const [what, count] of seen) assert.ok(count > 10, `${what} was there ${count} times`);
});
