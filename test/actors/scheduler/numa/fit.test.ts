import assert from 'node:assert/strict';
import test from 'node:test';
import { fitGuest } from '../../../../actors/scheduler/numa/fit.ts';
import {
  type GuestTopology,
  isolatesEmulator,
  type PlacedGuest,
} from '../../../../actors/scheduler/numa/guest-topology.ts';
import { claimed, givenBack, type HostUsage, unused } from '../../../../actors/scheduler/numa/usage.ts';
import type { HostNumaCell } from '../../../../drivers/host-topology.ts';
import { seededRandom } from '../../../../runtime/random.ts';
import { Draw, randomGuest, randomHost } from './random-topology.ts';
import { fitsByBruteForce } from './reference.ts';

const HOSTS = 400;
const STEPS = 25;
const RATIOS = { cpu: 2, memory: 1.5 };

/** A host that guests come to and leave, as they are told. */
class Told {
  readonly cells: readonly HostNumaCell[];
  usage: HostUsage;
  readonly guests: { readonly topology: GuestTopology; readonly placed: PlacedGuest }[] = [];

  constructor(cells: readonly HostNumaCell[]) {
    this.cells = cells;
    this.usage = unused(cells);
  }

  comes(topology: GuestTopology): PlacedGuest | undefined {
    const placed = fitGuest(this.cells, this.usage, topology, { ratios: RATIOS });
    if (placed === undefined) return undefined;
    this.usage = claimed(this.cells, this.usage, placed);
    this.guests.push({ topology, placed });
    return placed;
  }

  leaves(at: number): void {
    const [guest] = this.guests.splice(at, 1);
    if (guest) this.usage = givenBack(this.cells, this.usage, guest.placed);
  }
}

/** Guests come and go on many hosts; `after` is called after each step. */
function live(seed: number, after: (host: Told, draw: Draw) => void): void {
  const draw = new Draw(seededRandom(seed));
  for (let count = 0; count < HOSTS; count++) {
    const host = new Told(randomHost(draw));
    for (let step = 0; step < STEPS; step++) {
      if (host.guests.length > 0 && draw.upTo(4) === 0) host.leaves(draw.upTo(host.guests.length));
      else host.comes(randomGuest(draw));
      after(host, draw);
    }
  }
}

test('what a guest takes is given back to exactly the state before it came, in whichever order guests leave', () => {
  let came = 0;
  live(1, (host, draw) => {
    const before = host.usage;
    if (host.comes(randomGuest(draw)) === undefined) return;
    came++;
    assert.notDeepEqual(host.usage, before);
    host.leaves(host.guests.length - 1);
    assert.deepEqual(host.usage, before);
  });
  assert.ok(came > 1_000);
  live(2, (host, draw) => {
    if (draw.upTo(10) > 0) return;
    while (host.guests.length > 0) host.leaves(draw.upTo(host.guests.length));
    assert.deepEqual(host.usage, unused(host.cells));
  });
});

test('no processor of a guest is had by another, and each is of the cell and for guests alone', () => {
  live(3, ({ cells, guests, usage }) => {
    const taken = guests.flatMap(({ placed }) => placed.flatMap((cell) => cell.taken));
    assert.equal(new Set(taken).size, taken.length);
    assert.deepEqual(
      usage.flatMap(({ pinned }) => pinned),
      [...taken].sort((a, b) => a - b),
    );
    for (const { placed } of guests)
      for (const { hostCell, pinning, taken: own } of placed) {
        const pcpus = cells[hostCell]?.pcpus ?? [];
        assert.ok(own.every((cpu) => pcpus.includes(cpu)));
        assert.ok(pinning.every(([, pcpu]) => own.includes(pcpu)));
      }
  });
});

test('no cell gives more memory or pages than it has, but for ordinary memory of guests that share processors', () => {
  live(4, ({ cells, guests, usage }) => {
    for (const [place, { pages, id }] of cells.entries()) {
      const here = guests.flatMap(({ placed, topology }) =>
        placed.filter(({ hostCell }) => hostCell === id).map((cell) => ({ ...cell, cpuPolicy: topology.cpuPolicy })),
      );
      for (const [size, { sizeKib, total, reserved }] of pages.entries()) {
        const inPages = here.filter(({ pageSizeKib }) => pageSizeKib === sizeKib);
        const used = inPages.reduce((sum, { memoryMib }) => sum + (memoryMib * 1_024) / sizeKib, 0);
        assert.ok(used <= total - reserved, `cell ${id}: ${used} pages of ${sizeKib} KiB of ${total}`);
        if (size > 0) assert.equal(usage[place]?.pages[size], used);
        else assert.ok((usage[place]?.pages[0] ?? 0) <= (total - reserved) * RATIOS.memory);
      }
      const shared = here.reduce((sum, { cpus }) => sum + cpus.length, 0);
      assert.ok(shared <= (cells[place]?.cpus.length ?? 0) * RATIOS.cpu);
      assert.equal(usage[place]?.cpus, shared);
    }
  });
});

test('every vCPU of a guest has a place, in a cell of its own for each of its cells, as the policies say', () => {
  live(5, ({ cells, guests }) => {
    const last = guests.at(-1);
    if (last === undefined) return;
    const { topology, placed } = last;
    assert.equal(new Set(placed.map(({ hostCell }) => hostCell)).size, topology.cells.length);
    for (const [number, asked] of topology.cells.entries()) {
      const { cpus = [], pinning = [], taken = [], memoryMib, hostCell = -1 } = placed[number] ?? {};
      assert.deepEqual(cpus, asked.cpus);
      assert.deepEqual(
        pinning.map(([vcpu]) => vcpu),
        asked.pcpus,
      );
      assert.equal(memoryMib, asked.memoryMib);
      const used = new Set(pinning.map(([, pcpu]) => pcpu));
      const reserved = number === 0 && isolatesEmulator(topology) ? 1 : 0;
      const siblings = cells[hostCell]?.siblings ?? [];
      if (topology.threadPolicy !== 'isolate') assert.equal(taken.length, used.size + reserved);
      else
        for (const core of siblings) {
          assert.ok(core.filter((cpu) => used.has(cpu)).length <= 1);
          const ofCore = core.filter((cpu) => taken.includes(cpu));
          assert.ok(ofCore.length === 0 || ofCore.length === core.length);
        }
    }
  });
});

test('a guest fits exactly when a search through every way to place it finds one', () => {
  const found = { fits: 0, refused: 0 };
  live(6, ({ cells, usage }, draw) => {
    const guest = randomGuest(draw);
    const fits = fitGuest(cells, usage, guest, { ratios: RATIOS }) !== undefined;
    assert.equal(fits, fitsByBruteForce(cells, usage, guest, RATIOS), JSON.stringify({ cells, usage, guest }));
    found[fits ? 'fits' : 'refused']++;
  });
  assert.ok(found.fits > 1_000 && found.refused > 1_000);
});

const cell = (id: number, more: Partial<HostNumaCell> = {}): HostNumaCell => {
  const cpus = [0, 1, 2, 3].map((cpu) => id * 8 + cpu);
  const pcpus = [4, 5, 6, 7].map((cpu) => id * 8 + cpu);
  const [a = 0, b = 0, c = 0, d = 0] = pcpus;
  return {
    id,
    socket: 0,
    cpus,
    pcpus,
    siblings: [cpus.slice(0, 2), cpus.slice(2), [a, c], [b, d]],
    memoryMib: 4_096,
    pages: [{ sizeKib: 4, total: 1_048_576, reserved: 0 }],
    ...more,
  };
};

const guest = (vcpus: number, memoryMib: number, more: Partial<GuestTopology> = {}): GuestTopology => {
  const all = Array.from({ length: vcpus }, (_, cpu) => cpu);
  const isShared = (more.cpuPolicy ?? 'shared') === 'shared';
  return {
    cells: [{ cpus: isShared ? all : [], pcpus: isShared ? [] : all, memoryMib }],
    pageSize: null,
    cpuPolicy: 'shared',
    threadPolicy: null,
    emulatorThreads: null,
    ...more,
  };
};

test('cells are tried by fewer vCPUs, then by more free memory; when they are to be packed, the other way round', () => {
  const cells = [cell(0), cell(1), cell(2)];
  const usage = [
    { cpus: 1, memoryMib: 0, pinned: [], pages: [0] },
    { cpus: 0, memoryMib: 2_048, pinned: [], pages: [0] },
    { cpus: 0, memoryMib: 1_024, pinned: [], pages: [0] },
  ];
  const cellsOf = (packs: boolean): number | undefined =>
    fitGuest(cells, usage, guest(1, 512), { ratios: RATIOS, packs })?.[0]?.hostCell;
  assert.equal(cellsOf(false), 2);
  assert.equal(cellsOf(true), 0);
  const pinnedIn = (packs: boolean): number | undefined => {
    const used = usage.map((one, place) => ({ ...one, pinned: place === 1 ? [] : [place * 8 + 4] }));
    return fitGuest(cells, used, guest(1, 512, { cpuPolicy: 'dedicated' }), { ratios: RATIOS, packs })?.[0]?.hostCell;
  };
  assert.equal(pinnedIn(false), 1);
  assert.equal(pinnedIn(true), 2);
});

test('a guest without devices keeps away from cells that have some, and one with devices goes there', () => {
  const cells = [cell(0), cell(1)];
  const devices = new Map([[0, 2]]);
  const options = { ratios: RATIOS, devices };
  assert.equal(fitGuest(cells, unused(cells), guest(1, 512), options)?.[0]?.hostCell, 1);
  const accepts = (): boolean => true;
  assert.equal(fitGuest(cells, unused(cells), guest(1, 512), { ...options, accepts })?.[0]?.hostCell, 0);
  const never = { ...options, accepts: () => false };
  assert.equal(fitGuest(cells, unused(cells), guest(1, 512), never), undefined);
});

test('vCPUs of their own are packed on threads of one core, or one to a core, whose other threads stay idle', () => {
  const cells = [cell(0)];
  const place = (more: Partial<GuestTopology>, vcpus = 2): PlacedGuest | undefined =>
    fitGuest(cells, unused(cells), guest(vcpus, 512, { cpuPolicy: 'dedicated', ...more }), { ratios: RATIOS });
  const pinningOf = (placed: PlacedGuest | undefined) => placed?.[0]?.pinning;
  assert.deepEqual(pinningOf(place({ threadPolicy: 'prefer' })), [
    [0, 4],
    [1, 6],
  ]);
  assert.deepEqual(pinningOf(place({ threadPolicy: 'isolate' })), [
    [0, 4],
    [1, 5],
  ]);
  assert.deepEqual(place({ threadPolicy: 'isolate' })?.[0]?.taken, [4, 5, 6, 7]);
  assert.equal(place({ threadPolicy: 'isolate' }, 3), undefined);
  assert.deepEqual(place({ emulatorThreads: 'isolate' })?.[0]?.taken, [4, 5, 6]);
  assert.equal(place({ emulatorThreads: 'isolate' }, 4), undefined);
});

test('pages are the largest that are asked for, enough and divide the memory', () => {
  const pages = [
    { sizeKib: 4, total: 524_288, reserved: 0 },
    { sizeKib: 2_048, total: 512, reserved: 0 },
    { sizeKib: 1_048_576, total: 1, reserved: 0 },
  ];
  const cells = [cell(0, { pages })];
  const sizeOf = (memoryMib: number, pageSize: GuestTopology['pageSize']) =>
    fitGuest(cells, unused(cells), guest(1, memoryMib, { pageSize }), { ratios: RATIOS })?.[0]?.pageSizeKib;
  assert.equal(sizeOf(1_024, 'any'), 1_048_576);
  assert.equal(sizeOf(512, 'large'), 2_048);
  assert.equal(sizeOf(512, 'small'), 4);
  assert.equal(sizeOf(513, 'large'), undefined);
  assert.equal(sizeOf(513, 'any'), 4);
  assert.equal(sizeOf(512, 1_048_576), undefined);
  assert.equal(sizeOf(512, null), null);
  assert.equal(sizeOf(3_072, null), undefined);
});

test('a host with many cells that cannot take the last cell of a guest is refused at once', () => {
  const cells = Array.from({ length: 16 }, (_, id) => cell(id));
  const many = Array.from({ length: 12 }, (_, number) => ({ cpus: [number], pcpus: [], memoryMib: 64 }));
  const tooLarge = { cpus: [12], pcpus: [], memoryMib: 99_999 };
  const topology = guest(1, 64, { cells: [...many, tooLarge] });
  assert.equal(fitGuest(cells, unused(cells), topology, { ratios: RATIOS }), undefined);
});
