import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest } from '../../../actors/cell/protocol.ts';
import { explain, noHost } from '../../../actors/scheduler/explain.ts';
import { cardsOn, portCards } from '../../../actors/scheduler/filters/port-cards.ts';
import type { HostTable } from '../../../actors/scheduler/host-table.ts';
import type { OtherProvider } from '../../../actors/scheduler/provider-trees.ts';
import { resourceRequest } from '../../../actors/scheduler/resource-request.ts';
import { rulesOf } from '../../../actors/scheduler/rules.ts';
import { interfaceOf } from '../../../actors/scheduler/same-card.ts';
import type { HostPciDevice } from '../../../drivers/host-topology.ts';
import { simInside } from '../../../drivers/sim/index.ts';
import { aRequest, kept, refusal, someHosts, someOptions } from './some-hosts.ts';

const EGRESS = 'NET_BW_EGR_KILOBIT_PER_SEC';
const OPTIONS = someOptions();

/** A card: kilobits a second that its provider has, its free functions, and the cell that it is in. */
interface Card {
  readonly kilobits: number;
  readonly functions: number;
  readonly cell?: number;
  /** Absent: as Neutron's agents name it. */
  readonly provider?: string;
}

/** A host `h` with cards by their interfaces, and with two NUMA cells. */
function hostWith(cards: Readonly<Record<string, Card>>): HostTable {
  const hosts = someHosts({ h: {} });
  const host = hosts.host(hosts.row('h') ?? -1);
  assert.ok(host);
  const pciDevices = Object.entries(cards).flatMap(([parentInterface, { functions, cell = 0 }], bus) =>
    Array.from(
      { length: functions },
      (_, number): HostPciDevice => ({
        address: `0000:0${bus}:00.${number + 1}`,
        vendorId: '8086',
        productId: '154c',
        deviceType: 'type-VF',
        numaCell: cell,
        physicalNetwork: 'net',
        parent: `0000:0${bus}:00.0`,
        parentInterface,
      }),
    ),
  );
  const inside = { vcpus: 8, memoryMib: 4_096, numaCells: 2, threadsPerCore: 1 };
  hosts.set({ ...host, ...simInside({ ...inside, dedicatedCpus: [], hugePages: {}, pciCards: [] }), pciDevices });
  const below = Object.entries(cards).map(
    ([name, { kilobits, provider = `h:NIC Switch agent:${name}` }]): OtherProvider => ({
      id: name,
      name: provider,
      parentId: 'h',
      rootId: 'h',
      inventories: { [EGRESS]: { total: kilobits, reserved: 0, allocationRatio: 1 } },
      traits: [],
      aggregates: [],
    }),
  );
  hosts.trees.setTree('h', { providerId: 'h', aggregates: [], below });
  return hosts;
}

/** A request with a port for each amount of kilobits a second. */
const asking = (...kilobits: readonly number[]): ClaimRequest =>
  aRequest({
    ports: kilobits.map((_, port) => ({
      portId: `p${port}`,
      vnicType: 'direct',
      physicalNetwork: 'net',
      bandwidthGroup: `g${port}`,
    })),
    granular: {
      policy: 'none',
      groups: kilobits.map((amount, port) => ({
        suffix: `g${port}`,
        resources: { [EGRESS]: amount },
        requiredTraits: [],
        forbiddenTraits: [],
      })),
    },
  });

/** Interfaces of the cards of each port, of the provider and of the device; undefined: the host cannot serve them. */
function cardsOf(hosts: HostTable, request: ClaimRequest): readonly (readonly string[])[] | undefined {
  const found = cardsOn(hosts, 0, request, OPTIONS);
  const devices = hosts.host(0)?.pciDevices ?? [];
  return (
    found &&
    (request.ports ?? []).map(({ portId, bandwidthGroup }) => {
      const provider = found.match.find(({ suffix }) => suffix === bandwidthGroup)?.provider.id ?? '';
      const addresses = found.fitted.portDevices?.[portId] ?? [];
      return [
        provider,
        ...addresses.map((one) => devices.find((device) => device.address === one)?.parentInterface ?? ''),
      ];
    })
  );
}

test('the interface of a provider is the third of exactly three parts of its name', () => {
  assert.equal(interfaceOf('h:NIC Switch agent:ens1'), 'ens1');
  for (const name of ['h', 'h:agent', 'h:agent:', 'h:agent:br:0', '']) assert.equal(interfaceOf(name), undefined);
});

test('bandwidth and device are of the first card that has both', () => {
  const hosts = hostWith({ a: { kilobits: 9, functions: 0 }, b: { kilobits: 9, functions: 1 } });
  assert.deepEqual(cardsOf(hosts, asking(5)), [['b', 'b']]);
  assert.equal(cardsOf(hosts, asking(5, 4)), undefined);
  const poor = hostWith({ a: { kilobits: 4, functions: 1 }, b: { kilobits: 9, functions: 1 } });
  assert.deepEqual(cardsOf(poor, asking(5)), [['b', 'b']]);
  assert.deepEqual(cardsOf(poor, asking(4, 5)), [
    ['a', 'a'],
    ['b', 'b'],
  ]);
  assert.deepEqual(cardsOf(poor, asking(5, 4)), [
    ['b', 'b'],
    ['a', 'a'],
  ]);
});

test('many ports find their cards among many, also when only the last choice of all will do', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const cards = (functions: (name: string) => number) =>
    hostWith(Object.fromEntries(names.map((name) => [name, { kilobits: 100, functions: functions(name) }])));
  const eight = asking(1, 1, 1, 1, 1, 1, 1, 1);
  const last = cards((name) => (name === 'h' ? 8 : 0));
  assert.deepEqual(
    cardsOf(last, eight),
    names.map(() => ['h', 'h']),
  );
  const each = cards(() => 1);
  assert.deepEqual(
    cardsOf(each, eight),
    names.map((name) => [name, name]),
  );
});

test('the device is near to the guest where that is asked for', () => {
  const hosts = hostWith({ a: { kilobits: 9, functions: 1, cell: 0 }, b: { kilobits: 9, functions: 1, cell: 1 } });
  const { numa } = resourceRequest({ vcpus: 4, memoryMib: 2_048, diskGib: 1, extraSpecs: { 'hw:numa_nodes': '1' } });
  assert.ok(numa);
  const pinned = { ...asking(5), numa, extraSpecs: { 'hw:pci_numa_affinity_policy': 'required' } };
  assert.deepEqual(cardsOf(hosts, pinned), [['a', 'a']]);
  const taken = {
    vcpus: 0,
    memoryMib: 0,
    diskGib: 0,
    numa: [{ hostCell: 0, memoryMib: 2_048, pageSizeKib: null, cpus: [], pinning: [], taken: [] }],
  };
  hosts.use('h', taken, 1);
  assert.deepEqual(cardsOf(hosts, pinned), [['b', 'b']]);
});

test('requests that do not ask for both are not looked at', () => {
  const filter = portCards(OPTIONS);
  const hosts = hostWith({ a: { kilobits: 9, functions: 1 } });
  const { ports = [], granular } = asking(5);
  const plain = ports.map(({ portId, vnicType, physicalNetwork }) => ({ portId, vnicType, physicalNetwork }));
  for (const request of [
    aRequest(),
    aRequest({ ports: plain }),
    aRequest({ ports: plain, granular: granular ?? { policy: 'none', groups: [] } }),
  ])
    assert.equal(filter.compile(request, hosts), undefined);
});

test('a host is refused with what its cards have, and where a device is free', () => {
  const filter = portCards(OPTIONS);
  const room = `h:NIC Switch agent:a has 9 ${EGRESS} left (0 of 9 are used), h:NIC Switch agent:b has 4 ${EGRESS} left (0 of 4 are used)`;
  const hosts = hostWith({ a: { kilobits: 9, functions: 0 }, b: { kilobits: 4, functions: 2 } });
  assert.deepEqual(kept(filter, hosts, asking(5)), []);
  const alone = `has no card with 5 ${EGRESS} and a free device for port p0 (${room}; devices are free at b (2))`;
  assert.equal(refusal(filter, hosts, 'h', asking(5)), alone);
  assert.equal(
    refusal(filter, hosts, 'h', asking(3, 3)),
    'has cards for each port, but not for all together and near enough: p0 (devices are free at b (2)), p1 (devices are free at b (2))',
  );
  const told = explain(asking(5), rulesOf(), hosts, 0).hosts[0];
  assert.deepEqual(told, { host: 'h', passes: false, filter: 'port_cards', reason: alone });
  assert.equal(
    noHost(asking(5), rulesOf(), hosts).details,
    'Of 1 hosts: 1 without a card that has both the bandwidth and a device for a port.',
  );
});

test('a provider that is not named after an interface, or after one that no device has, does not serve', () => {
  const filter = portCards(OPTIONS);
  const unnamed = hostWith({ a: { kilobits: 9, functions: 1, provider: 'bandwidth of a' } });
  assert.match(refusal(filter, unnamed, 'h', asking(5)), /; bandwidth of a is not named <host>:<agent>:<interface>\)$/);
  assert.equal(cardsOf(unnamed, asking(5)), undefined);
  const other = hostWith({ a: { kilobits: 9, functions: 1, provider: 'h:agent:elsewhere' } });
  assert.equal(cardsOf(other, asking(5)), undefined);
});
