import assert from 'node:assert/strict';
import test from 'node:test';
import {
  claimedDevices,
  devicePools,
  devicesByCell,
  devicesByInterface,
  fitDevices,
  freeDevices,
  type GuestPlace,
  givenBackDevices,
} from '../../../../actors/scheduler/pci/fit.ts';
import {
  isAsked,
  type PciAffinity,
  type PciRequest,
  type PciSpec,
  pciAffinityOf,
  pciRequests,
  portRequest,
} from '../../../../actors/scheduler/pci/request.ts';
import type { HostPciDevice } from '../../../../drivers/host-topology.ts';
import { seededRandom } from '../../../../runtime/random.ts';
import { Draw } from '../numa/random-topology.ts';

const device = (address: string, more: Partial<HostPciDevice> = {}): HostPciDevice => ({
  address,
  vendorId: '8086',
  productId: '1520',
  deviceType: 'type-PCI',
  numaCell: 0,
  ...more,
});

const request = (count: number, affinity: PciAffinity = 'legacy', ...specs: readonly PciSpec[]): PciRequest => ({
  source: 'a',
  count,
  specs: specs.length === 0 ? [{ vendorId: '8086' }] : specs,
  affinity,
});

const sockets = new Map([
  [0, 0],
  [1, 0],
  [2, 1],
]);
const inCells = (...cells: readonly number[]): GuestPlace => ({ cells, sockets });
const none = new Set<string>();

test('devices of the same tags are a pool, and those that are taken are in none', () => {
  const devices = [device('a'), device('b'), device('c', { numaCell: 1 })];
  const counts = (taken: ReadonlySet<string>) =>
    devicePools(devices, taken).map(({ numaCell, free }) => [numaCell, free.length]);
  assert.deepEqual(counts(none), [
    [0, 2],
    [1, 1],
  ]);
  assert.deepEqual(counts(new Set(['c', 'a'])), [[0, 1]]);
  assert.deepEqual(
    [...devicesByCell(devices, none)],
    [
      [0, 2],
      [1, 1],
    ],
  );
});

test('how near a device must be is as the policy says', () => {
  const devices = [
    device('other', { numaCell: 2 }),
    device('nowhere', { numaCell: null }),
    device('socket', { numaCell: 1 }),
  ];
  const takenBy = (affinity: PciAffinity, place?: GuestPlace): string | undefined =>
    fitDevices(devices, none, [request(1, affinity)], place)?.[0]?.[0];
  assert.equal(takenBy('required', inCells(0)), undefined);
  assert.equal(takenBy('required', inCells(1)), 'socket');
  assert.equal(takenBy('legacy', inCells(0)), 'nowhere');
  assert.equal(takenBy('socket', inCells(0)), 'socket');
  assert.equal(takenBy('preferred', inCells(1)), 'socket');
  assert.equal(takenBy('preferred', inCells(0)), 'nowhere');
  assert.equal(takenBy('required'), 'other');
  assert.equal(fitDevices(devices, none, [request(4, 'preferred')], inCells(0)), undefined);
});

test('a function that gives others is had only by who asks for one, and not while one of those is taken', () => {
  const devices = [
    device('pf', { deviceType: 'type-PF', physicalNetwork: 'net' }),
    device('vf0', { deviceType: 'type-VF', parent: 'pf', physicalNetwork: 'net' }),
    device('vf1', { deviceType: 'type-VF', parent: 'pf', physicalNetwork: 'net' }),
  ];
  const whole = portRequest({ portId: 'p1', vnicType: 'direct-physical', physicalNetwork: 'net' });
  const part = portRequest({ portId: 'p2', vnicType: 'direct', physicalNetwork: 'net' });
  assert.deepEqual(fitDevices(devices, none, [part], undefined), [['vf0']]);
  assert.deepEqual(fitDevices(devices, none, [whole], undefined), [['pf']]);
  assert.equal(fitDevices(devices, none, [part, whole], undefined), undefined);
  assert.equal(fitDevices(devices, none, [whole, part], undefined), undefined);
  assert.deepEqual(fitDevices(devices, none, [part, part], undefined), [['vf0'], ['vf1']]);
  assert.equal(
    fitDevices(
      devices,
      none,
      [portRequest({ portId: 'p3', vnicType: 'direct', physicalNetwork: 'elsewhere' })],
      undefined,
    ),
    undefined,
  );
  assert.deepEqual(
    freeDevices(devices, new Set(['vf1'])).map(({ address }) => address),
    ['vf0'],
  );
});

test('aliases of a flavor become requests, with the policy of flavor or image before that of the alias', () => {
  const aliases = [
    { name: 'gpu', vendorId: '10de', affinity: 'required' },
    { name: 'gpu', vendorId: '1002' },
    { name: 'nic', productId: '1520' },
  ] as const;
  const of = (text: string, extraSpecs = {}, properties = {}) =>
    pciRequests({ extraSpecs: { 'pci_passthrough:alias': text, ...extraSpecs }, properties }, aliases);
  assert.deepEqual(of('gpu:2, nic:1'), {
    ok: true,
    value: [
      { source: 'gpu', count: 2, specs: [{ vendorId: '10de' }, { vendorId: '1002' }], affinity: 'required' },
      { source: 'nic', count: 1, specs: [{ productId: '1520' }], affinity: 'legacy' },
    ],
  });
  const socket = of('nic:1', { 'hw:pci_numa_affinity_policy': 'socket' });
  assert.equal(socket.ok && socket.value[0]?.affinity, 'socket');
  assert.deepEqual(of('fpga:1'), { ok: false, error: 'PCI alias fpga is not defined' });
  for (const text of ['gpu', 'gpu:0', 'gpu:-1', ':1', 'gpu:9999']) assert.equal(of(text).ok, false, text);
  assert.deepEqual(pciRequests({ extraSpecs: {}, properties: {} }, aliases), { ok: true, value: [] });
  const conflict = { 'hw:pci_numa_affinity_policy': 'required' };
  const affinity = pciAffinityOf({ extraSpecs: conflict, properties: { hw_pci_numa_affinity_policy: 'legacy' } });
  assert.equal(affinity.ok, false);
});

const AFFINITIES = ['required', 'socket', 'legacy', 'preferred'] as const;

function randomDevices(draw: Draw): readonly HostPciDevice[] {
  return Array.from({ length: 1 + draw.upTo(3) }, (_, nic): readonly HostPciDevice[] => {
    const numaCell = draw.oneOf([null, 0, 1, 2]);
    const [vendorId, productId] = [draw.oneOf(['8086', '10de']), draw.oneOf(['1520', '1db4'])];
    if (draw.upTo(2) === 0) return [device(`${nic}`, { numaCell, vendorId, productId })];
    const pf = device(`${nic}`, { numaCell, vendorId, productId, deviceType: 'type-PF' });
    const virtual = (number: number): HostPciDevice =>
      device(`${nic}.${number}`, { numaCell, vendorId, productId, deviceType: 'type-VF', parent: pf.address });
    return [pf, virtual(0), virtual(1)];
  }).flat();
}

const randomRequest = (draw: Draw): PciRequest => {
  const spec = draw.oneOf<PciSpec>([
    { vendorId: '8086' },
    { productId: '1db4' },
    { deviceType: 'type-PF' },
    { deviceType: 'type-VF' },
  ]);
  return request(1 + draw.upTo(2), draw.oneOf([...AFFINITIES]), spec);
};

/** Whether some choice of devices serves one request: each subset is looked at. */
function canServe(
  devices: readonly HostPciDevice[],
  taken: ReadonlySet<string>,
  asked: PciRequest,
  place: GuestPlace | undefined,
): boolean {
  const near = ({ numaCell }: HostPciDevice): boolean => {
    if (place === undefined || asked.affinity === 'preferred') return true;
    if (numaCell === null) return asked.affinity === 'legacy';
    if (asked.affinity !== 'socket') return place.cells.includes(numaCell);
    return place.cells.some((cell) => sockets.get(cell) === sockets.get(numaCell));
  };
  const isRelated = (a: HostPciDevice, b: HostPciDevice): boolean => a.parent === b.address || b.parent === a.address;
  const held = devices.filter(({ address }) => taken.has(address));
  for (let bits = 0; bits < 2 ** devices.length; bits++) {
    const chosen = devices.filter((_, at) => (bits & (2 ** at)) !== 0);
    if (chosen.length !== asked.count) continue;
    const serves = chosen.every(
      (one) =>
        isAsked(one, asked.specs) &&
        near(one) &&
        !taken.has(one.address) &&
        ![...held, ...chosen].some((other) => isRelated(one, other)),
    );
    if (serves) return true;
  }
  return false;
}

test('devices come and go: none is had twice, what fits is what a search finds, and all is given back as it was', () => {
  const draw = new Draw(seededRandom(7));
  const found = { fits: 0, refused: 0 };
  for (let count = 0; count < 400; count++) {
    const devices = randomDevices(draw);
    let taken: ReadonlySet<string> = new Set();
    const held: (readonly string[])[] = [];
    for (let step = 0; step < 12; step++) {
      if (held.length > 0 && draw.upTo(3) === 0) {
        taken = givenBackDevices(taken, held.splice(draw.upTo(held.length), 1)[0] ?? []);
        continue;
      }
      const asked = randomRequest(draw);
      const place = draw.upTo(2) === 0 ? undefined : inCells(draw.upTo(3));
      const chosen = fitDevices(devices, taken, [asked], place);
      assert.equal(
        chosen !== undefined,
        canServe(devices, taken, asked, place),
        JSON.stringify({ devices, asked, place }),
      );
      found[chosen ? 'fits' : 'refused']++;
      const addresses = chosen?.flat();
      if (addresses === undefined) continue;
      assert.equal(addresses.length, asked.count);
      assert.ok(addresses.every((address) => !taken.has(address)));
      const after = claimedDevices(taken, addresses);
      assert.deepEqual(givenBackDevices(after, addresses), taken);
      taken = after;
      held.push(addresses);
    }
    assert.deepEqual(
      held.reduce((left, addresses) => givenBackDevices(left, addresses), taken),
      new Set(),
    );
  }
  assert.ok(found.fits > 300 && found.refused > 300);
});

test('a request may name the card that its virtual function is of', () => {
  const devices = ['ens1', 'ens2'].map((parentInterface) => device(parentInterface, { parentInterface }));
  const of = (parentInterface: string) => request(1, 'legacy', { parentInterface });
  assert.deepEqual(fitDevices(devices, none, [of('ens2')], undefined), [['ens2']]);
  assert.equal(fitDevices(devices, new Set(['ens2']), [of('ens2')], undefined), undefined);
  assert.equal(fitDevices([device('a')], none, [of('ens2')], undefined), undefined);
  const counted = devicesByInterface([...devices, device('a')], new Set(['ens1']), [{ vendorId: '8086' }]);
  assert.deepEqual([...counted], [['ens2', 1]]);
  assert.equal(devicesByInterface(devices, none, [{ vendorId: '10de' }]).size, 0);
});
