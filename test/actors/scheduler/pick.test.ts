import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRequest, Demand } from '../../../actors/cell/protocol.ts';
import { HostColumns } from '../../../actors/scheduler/columns.ts';
import { pickHost } from '../../../actors/scheduler/pick.ts';
import { type Random, seededRandom } from '../../../runtime/random.ts';

interface PlainHost {
  readonly name: string;
  readonly zone: string;
  readonly free: Demand;
  readonly available: boolean;
}

/** The same choice, said plainly: of the hosts that fit the one with the most free memory, the first among equals. */
function slowPick(hosts: readonly PlainHost[], { demand, zone, host, excludedHosts }: ClaimRequest): string | null {
  const fitting = hosts.filter(
    ({ name, zone: ownZone, free, available }) =>
      available &&
      (host === null || name === host) &&
      (zone === null || ownZone === zone) &&
      !excludedHosts.includes(name) &&
      free.vcpus >= demand.vcpus &&
      free.memoryMib >= demand.memoryMib &&
      free.diskGib >= demand.diskGib,
  );
  const most = Math.max(...fitting.map(({ free }) => free.memoryMib));
  return fitting.find(({ free }) => free.memoryMib === most)?.name ?? null;
}

const upTo = (random: Random, max: number): number => Math.floor(random.fraction() * max);
const anyDemand = (random: Random): Demand => ({
  vcpus: upTo(random, 8),
  memoryMib: 256 * upTo(random, 16),
  diskGib: upTo(random, 50),
});

const request = (changes: Partial<ClaimRequest>): ClaimRequest => ({
  demand: { vcpus: 1, memoryMib: 1_024, diskGib: 10 },
  zone: null,
  host: null,
  excludedHosts: [],
  ...changes,
});

function aHost(columns: HostColumns, name: string, memoryMib: number): void {
  columns.set(name, 'nova', { vcpus: 4, memoryMib, diskGib: 100 }, true);
}

test('the columns choose as a plain walk over objects does, in 2,000 random cells', () => {
  let found = 0;
  for (let seed = 1; seed <= 2_000; seed++) {
    const random = seededRandom(seed);
    const columns = new HostColumns();
    const hosts: PlainHost[] = [];
    for (let index = upTo(random, 100); index >= 0; index--) {
      const capacity = { vcpus: 4 + upTo(random, 8), memoryMib: 256 * upTo(random, 32), diskGib: upTo(random, 100) };
      const used = anyDemand(random);
      const free = {
        vcpus: capacity.vcpus - used.vcpus,
        memoryMib: capacity.memoryMib - used.memoryMib,
        diskGib: capacity.diskGib - used.diskGib,
      };
      const host = { name: `h${index}`, zone: `z${upTo(random, 3)}`, free, available: upTo(random, 5) > 0 };
      columns.set(host.name, host.zone, capacity, host.available);
      columns.use(host.name, used, 1);
      hosts.push(host);
    }
    const anyName = (): string => `h${upTo(random, 110)}`;
    const wanted = request({
      demand: anyDemand(random),
      zone: upTo(random, 3) === 0 ? `z${upTo(random, 3)}` : null,
      host: upTo(random, 6) === 0 ? anyName() : null,
      excludedHosts: Array.from({ length: upTo(random, 3) }, anyName),
    });
    const picked = pickHost(columns, wanted);
    const expected = slowPick(hosts, wanted);
    assert.equal(picked.ok ? picked.value : null, expected, `seed ${seed}`);
    if (picked.ok) found++;
  }
  assert.ok(found > 500 && found < 1_900, `${found} of 2,000 found a host`);
});

test("a refusal says in Nova's words that there is no host, and to administrators why each was refused", () => {
  const columns = new HostColumns();
  assert.deepEqual(pickHost(columns, request({})), {
    ok: false,
    error: {
      code: 'NoValidHost',
      reason: 'No valid host was found. There are not enough hosts available.',
      details: 'Of 0 hosts: none is known yet.',
    },
  });
  aHost(columns, 'small', 512);
  columns.set('far', 'other', { vcpus: 4, memoryMib: 4_096, diskGib: 100 }, true);
  columns.set('off', 'nova', { vcpus: 4, memoryMib: 4_096, diskGib: 100 }, false);
  columns.set('slow', 'nova', { vcpus: 0, memoryMib: 4_096, diskGib: 100 }, true);
  columns.set('full', 'nova', { vcpus: 4, memoryMib: 4_096, diskGib: 5 }, true);
  aHost(columns, 'tried', 4_096);
  const refused = pickHost(columns, request({ zone: 'nova', excludedHosts: ['tried'] }));
  assert.equal(
    refused.ok ? '' : refused.error.details,
    'Of 6 hosts: 1 disabled or down, 1 not asked for or already tried, 1 without 1024 MiB of free memory, ' +
      '1 without 1 free vCPUs, 1 without 10 GiB of free disk, 1 in another zone than nova.',
  );
});

test('a host that is asked for is taken although others have more, and nothing else when it is unknown', () => {
  const columns = new HostColumns();
  aHost(columns, 'large', 8_192);
  aHost(columns, 'small', 2_048);
  assert.deepEqual(pickHost(columns, request({ host: 'small' })), { ok: true, value: 'small' });
  assert.equal(pickHost(columns, request({ host: 'nowhere' })).ok, false);
});

test('columns keep what they hold when they grow, and a host that is set again changes in place', () => {
  const columns = new HostColumns();
  for (let index = 0; index < 1_000; index++) {
    columns.set(`h${index}`, `z${index}`, { vcpus: index, memoryMib: index * 2, diskGib: index * 3 }, index % 2 === 0);
    columns.use(`h${index}`, { vcpus: 1, memoryMib: 2, diskGib: 3 }, 1);
  }
  columns.set('h500', 'moved', { vcpus: 7, memoryMib: 8, diskGib: 9 }, false);
  assert.equal(columns.count, 1_000);
  for (const index of [0, 63, 64, 127, 128, 499, 501, 999]) {
    const row = columns.row(`h${index}`) ?? -1;
    assert.equal(row, index);
    const { vcpus, memoryMib, diskGib, usedVcpus, usedMemoryMib, usedDiskGib, available, zones } = columns;
    assert.deepEqual(
      [vcpus, memoryMib, diskGib, usedVcpus, usedMemoryMib, usedDiskGib, available].map((column) => column[row]),
      [index, index * 2, index * 3, 1, 2, 3, index % 2 === 0 ? 1 : 0],
    );
    assert.equal(zones[row], `z${index}`);
  }
  assert.deepEqual(
    [columns.zones[500], columns.vcpus[500], columns.usedVcpus[500], columns.available[500]],
    ['moved', 7, 1, 0],
  );
});
