import assert from 'node:assert/strict';
import test from 'node:test';
import { HostFittings } from '../../../../actors/scheduler/host-fittings.ts';
import type { GuestTopology } from '../../../../actors/scheduler/numa/guest-topology.ts';
import { areNearNetworks, cellsNearNetworks } from '../../../../actors/scheduler/numa/network-cells.ts';
import type { HostNumaCell } from '../../../../drivers/host-topology.ts';
import { simInside } from '../../../../drivers/sim/index.ts';

const CELLS = { physicalNetworks: { foo: [0], bar: [2, 3] }, tunnel: [1] };

test('only networks of which it is said where their cards are ask for cells', () => {
  const foo = { kind: 'physical', name: 'foo' } as const;
  assert.deepEqual(cellsNearNetworks([foo, { kind: 'physical', name: 'other' }, { kind: 'tunnel' }], CELLS), [
    [0],
    [1],
  ]);
  assert.deepEqual(cellsNearNetworks([foo, { kind: 'tunnel' }], { physicalNetworks: {}, tunnel: [] }), []);
  assert.deepEqual(cellsNearNetworks([{ kind: 'physical', name: 'toString' }], CELLS), []);
});

/** Cells of the guest, those of the host, what its networks need, and whether that is so: the cases of Nova's own rule. */
const CASES: readonly (readonly [readonly number[], readonly number[], readonly (readonly number[])[], boolean])[] = [
  [[0], [0, 1], [], true],
  [[0], [0, 1], [[0]], true],
  [[1], [0, 1], [[0]], false],
  [[1], [0, 1], [[0, 1]], true],
  [[0], [0, 1], [[0], [1]], false],
  [[0, 1], [0, 1], [[0], [1]], true],
  [[0, 1], [0, 1, 2, 3], [[0], [2, 3]], false],
  [[0, 3], [0, 1, 2, 3], [[0], [2, 3]], true],
  [[1], [1], [[0]], true],
  [[1], [1, 2], [[0, 2]], false],
];
for (const [chosen, ofHost, near, expected] of CASES)
  test(`a guest in cells ${chosen} of ${ofHost} is ${expected ? '' : 'not '}near to ${JSON.stringify(near)}`, () => {
    assert.equal(areNearNetworks(chosen, ofHost, near), expected);
  });

const guest = (memoriesMib: readonly number[]): GuestTopology => ({
  cells: memoriesMib.map((memoryMib, index) => ({ cpus: [index], pcpus: [], memoryMib })),
  pageSize: null,
  cpuPolicy: 'shared',
  threadPolicy: null,
  emulatorThreads: null,
});

function aHost(numaCells: readonly HostNumaCell[]): HostFittings {
  const fittings = new HostFittings();
  fittings.set('h', { numaCells });
  return fittings;
}

const INSIDE = simInside({
  vcpus: 8,
  memoryMib: 8_192,
  numaCells: 4,
  threadsPerCore: 1,
  dedicatedCpus: [],
  hugePages: {},
  pciCards: [],
});

test('a guest gets the cell of its network although others come first, and none when that one is full', () => {
  const host = aHost(INSIDE.numaCells ?? []);
  const wanted = { numa: guest([1_024]), pci: [], packs: false };
  assert.equal(host.fit('h', wanted)?.numa?.[0]?.hostCell, 0);
  const near = { ...wanted, near: [[2]] };
  const placed = host.fit('h', near);
  assert.equal(placed?.numa?.[0]?.hostCell, 2);
  assert.equal(host.fits('h', near), true);
  const tooLarge = { ...near, numa: guest([4_096]) };
  assert.equal(host.fit('h', tooLarge), undefined);
  host.use('h', placed ?? {}, 1);
  host.use('h', host.fit('h', near) ?? {}, 1);
  assert.equal(host.fit('h', near), undefined, 'two have all memory of the cell');
  assert.equal(host.fits('h', near), false);
  assert.equal(host.fits('h', wanted), true, 'others are free');
});

test('of a guest with several cells one is near to each network, and no devices that it does not ask for count', () => {
  const host = aHost(INSIDE.numaCells ?? []);
  const placed = host.fit('h', { numa: guest([512, 512]), pci: [], packs: false, near: [[3], [1, 2]] });
  assert.deepEqual(placed?.numa?.map(({ hostCell }) => hostCell).sort(), [1, 3]);
  assert.equal(host.fit('h', { numa: guest([512]), pci: [], packs: false, near: [[3], [1]] }), undefined);
});
