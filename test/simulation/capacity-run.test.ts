import assert from 'node:assert/strict';
import test from 'node:test';
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

const play = async (machines: readonly (readonly [number, number])[], seed = 1) => {
  const cloud = await startSimulatedCloud({ settings, seed });
  const result = await playWorkload(cloud, workload(machines), { random: seededRandom(seed), shape: SHAPE });
  const left = { rows: [...cloud.rows.keys({ prefix: 'r/instance/' })].length };
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
