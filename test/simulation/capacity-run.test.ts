import assert from 'node:assert/strict';
import test from 'node:test';
import type { GivenSettings } from '../../composition/settings.ts';
import { startSimulatedCloud } from '../../composition/simulated-cloud.ts';
import { seededRandom } from '../../runtime/random.ts';
import { playWorkload } from '../../simulation/capacity-run.ts';
import type { Workload } from '../../simulation/workload.ts';

const SHAPE = { vcpus: 4, memoryMib: 8192 };
const settings = {
  hosts: 2,
  sim: { ...SHAPE, diskGib: 1000, spawnMs: 0 },
  quota: { instances: -1, cores: -1, ramMib: -1 },
};

/** Machines of 3 GiB: two fit a host. */
const workload = (machines: readonly (readonly [start: number, end: number])[]): Workload => ({
  stepMs: 3_600_000,
  steps: 4,
  flavors: [{ name: 'large', vcpus: 1, memoryMib: 3072 }],
  count: machines.length,
  flavor: new Uint8Array(machines.length),
  starts: Int32Array.from(machines, ([start]) => start),
  ends: Int32Array.from(machines, ([, end]) => end),
  batch: Int32Array.from(machines, (_, index) => index),
});

const play = async (
  machines: readonly (readonly [number, number])[],
  seed = 1,
  consolidation: GivenSettings['consolidation'] = {},
  sim: GivenSettings['sim'] = {},
) => {
  const cloud = await startSimulatedCloud({
    settings: { ...settings, consolidation, sim: { ...settings.sim, ...sim } },
    seed,
  });
  const result = await playWorkload(cloud, workload(machines), { random: seededRandom(seed), shape: SHAPE });
  const count = (table: string): number => [...cloud.rows.keys({ prefix: `r/${table}/` })].length;
  const left = { rows: count('instance'), actions: count('instance-action'), migrations: count('migration') };
  await cloud.stop();
  return { ...result, left };
};

test('machines are created and deleted by real actors, and hosts in use are counted', async () => {
  const result = await play([
    [0, 2],
    [0, 1],
    [1, 4],
  ]);
  assert.equal(result.created, 3);
  assert.equal(result.deleted, 2, 'one is still there at the end');
  assert.equal(result.refused, 0);
  assert.equal(result.left.rows, 1, 'what is deleted is forgotten');
  // By free memory two go to two hosts; then the second host is empty and gets the third.
  assert.equal(result.hostHours, 2 + 2 + 1 + 1);
  assert.equal(result.hostHoursBound, 1 + 1 + 1 + 1);
  assert.equal(result.hostsPeak, 2);
});

test('what no host has room for is refused, and takes nothing', async () => {
  const result = await play([
    [0, 4],
    [0, 4],
    [0, 4],
    [0, 4],
    [0, 1],
    [2, 3],
  ]);
  assert.equal(result.created, 4);
  assert.equal(result.refused, 2);
  assert.deepEqual(Object.values(result.refusals), [2]);
  assert.match(Object.keys(result.refusals)[0] ?? '', /^Of 2 hosts: 2 without \d+ MiB of free memory\.$/);
  assert.equal(result.left.rows, 4);
});

test('the same seed has the same outcome', async () => {
  const machines = Array.from({ length: 12 }, (_, index) => [index % 3, (index % 3) + 1] as const);
  assert.deepEqual(await play(machines, 7), await play(machines, 7));
});

test('an aggregate of the whole fleet says how often its cores are given away', async () => {
  const shared = await startSimulatedCloud({ settings, seed: 1, fleetMetadata: { cpu_allocation_ratio: '0.25' } });
  const machines = workload(Array.from({ length: 4 }, () => [0, 4] as const));
  const result = await playWorkload(shared, machines, { random: seededRandom(1), shape: SHAPE });
  await shared.stop();
  assert.deepEqual([result.created, result.refused], [2, 2], 'of four cores one is left on each of two hosts');
});

test('where hosts are emptied by moves, fewer are in use, and the moves are counted', async () => {
  // By free memory one goes to each host; from the second hour on one host would do.
  const machines = [
    [0, 4],
    [0, 4],
  ] as const;
  const apart = await play(machines);
  assert.deepEqual([apart.hostHours, apart.moves, apart.movedGib], [8, 0, 0]);
  const together = await play(machines, 1, { hosts: 'all', emptiestBelow: 0.9 });
  assert.deepEqual([together.hostHours, together.moves, together.movedGib], [5, 1, 3]);
  assert.deepEqual([together.machineHours, together.movesFailed, together.left.rows], [8, 0, 2]);
});

test('an instance that was moved is deleted and forgotten like any other', async () => {
  const { deleted, moves, left } = await play(
    [
      [0, 2],
      [0, 3],
    ],
    1,
    { hosts: 'all', emptiestBelow: 0.9 },
  );
  assert.deepEqual([deleted, moves], [2, 1]);
  assert.deepEqual(left, { rows: 0, actions: 0, migrations: 0 });
});

test('a move takes the time that the memory of the guest asks for', async () => {
  const machines = [
    [0, 4],
    [0, 4],
  ] as const;
  // 3 GiB: 12 minutes. It begins 50 minutes after the start, and is under way at the hour.
  const rare = { hosts: 'all', emptiestBelow: 0.9, everyMs: 3_000_000 } as const;
  const slow = await play(machines, 1, rare, { migrateMsPerGib: 240_000 });
  assert.deepEqual([slow.hostHours, slow.moves], [2 + 2 + 1 + 1, 1]);
});
