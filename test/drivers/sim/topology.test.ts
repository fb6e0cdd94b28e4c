import assert from 'node:assert/strict';
import test from 'node:test';
import { checkSettings } from '../../../composition/settings.ts';
import { simInside } from '../../../drivers/sim/index.ts';

const PLAIN = {
  vcpus: 10,
  memoryMib: 4_096,
  numaCells: 2,
  threadsPerCore: 2,
  dedicatedCpus: [3, 4, 9],
  hugePages: { 1048576: 1, 2048: 128 },
  pciCards: [],
};

test('a simulated host without cells and cards tells of none', () => {
  assert.deepEqual(simInside({ ...PLAIN, numaCells: 0 }), {});
});

test('cells are equal, each processor is in one core of one cell, and ordinary pages are what huge ones leave', () => {
  const { numaCells = [] } = simInside(PLAIN);
  assert.deepEqual(numaCells, [
    {
      id: 0,
      socket: 0,
      cpus: [0, 1, 2],
      pcpus: [3, 4],
      siblings: [[0, 1], [2, 3], [4]],
      memoryMib: 2_048,
      pages: [
        { sizeKib: 4, total: 196_608, reserved: 0 },
        { sizeKib: 2_048, total: 128, reserved: 0 },
        { sizeKib: 1_048_576, total: 1, reserved: 0 },
      ],
    },
    { ...numaCells[0], id: 1, cpus: [5, 6, 7, 8], pcpus: [9], siblings: [[5, 6], [7, 8], [9]] },
  ]);
});

test('each cell has its cards, with their virtual functions, and no address comes twice', () => {
  const { pciDevices = [] } = simInside({
    ...PLAIN,
    pciCards: [
      { vendorId: '10de', productId: '1db4', perCell: 2, virtualFunctions: 0 },
      { vendorId: '8086', productId: '1572', perCell: 1, virtualFunctions: 3, physicalNetwork: 'net' },
    ],
  });
  assert.equal(new Set(pciDevices.map(({ address }) => address)).size, pciDevices.length);
  assert.equal(pciDevices.length, 2 * (2 + 4));
  const functions = pciDevices.filter(({ deviceType }) => deviceType === 'type-VF');
  assert.deepEqual(
    functions.map(({ parent }) => parent),
    ['0000:02:00.0', '0000:02:00.0', '0000:02:00.0', '0001:02:00.0', '0001:02:00.0', '0001:02:00.0'],
  );
  assert.ok(functions.every(({ physicalNetwork }) => physicalNetwork === 'net'));
});

test('cards have their interfaces cell by cell, and their functions tell of them', () => {
  const { pciDevices = [] } = simInside({
    ...PLAIN,
    pciCards: [
      { vendorId: '8086', productId: '1572', perCell: 2, virtualFunctions: 1, interfaces: ['ens1', 'ens2', 'ens3'] },
    ],
  });
  assert.deepEqual(
    pciDevices.map(({ address, parentInterface }) => [address, parentInterface]),
    [
      ['0000:01:00.0', undefined],
      ['0000:01:00.1', 'ens1'],
      ['0000:01:01.0', undefined],
      ['0000:01:01.1', 'ens2'],
      ['0001:01:00.0', undefined],
      ['0001:01:00.1', 'ens3'],
      ['0001:01:01.0', undefined],
      ['0001:01:01.1', undefined],
    ],
  );
});

test('settings of an inside that cannot be are refused by their names', () => {
  const checked = (sim: object) => checkSettings({ sim }, 'The test');
  assert.deepEqual(checked({ numaCells: 2, dedicatedCpus: '4-6,^5' }).sim.dedicatedCpus, [4, 6]);
  const refused = (sim: object, why: RegExp): void => {
    assert.throws(() => checked(sim), why);
  };
  refused({ numaCells: 2, dedicatedCpus: 'four' }, /sim\.dedicatedCpus: expected processors/);
  refused({ dedicatedCpus: '4' }, /sim: dedicated processors and huge pages need numaCells/);
  refused({ numaCells: 2, memoryMib: 1_024, hugePages: { 1048576: 1 } }, /sim: the huge pages of a cell are more than/);
  refused({ numaCells: 4, vcpus: 2 }, /sim: each NUMA cell needs a virtual CPU/);
  const card = { vendorId: '8086', productId: '1572' };
  refused(
    { pciCards: [{ ...card, interfaces: ['enp130s0f0np0v1'.repeat(2)] }] },
    /interfaces\.0: expected a network int/,
  );
  refused({ pciCards: [{ ...card, interfaces: ['a:b'] }] }, /interfaces\.0: expected a network interface/);
  refused({ pciCards: [{ ...card, interfaces: ['a', 'b'] }] }, /sim: there are more interfaces than cards of a kind/);
  const twice = [1, 2].map(() => ({ ...card, interfaces: ['a'] }));
  refused({ pciCards: twice }, /sim: two cards have the same interface/);
  assert.equal(checked({ numaCells: 2, pciCards: [{ ...card, interfaces: ['a', 'b'] }] }).sim.pciCards.length, 1);
  refused({ pciCards: [{ vendorId: 'X', productId: '1db4' }] }, /sim\.pciCards\.0\.vendorId: expected four hex digits/);
});
