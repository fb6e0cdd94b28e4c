import assert from 'node:assert/strict';
import test from 'node:test';
import { instanceActions } from '../../actors/instance/actions/row.ts';
import { instances } from '../../actors/instance/row.ts';
import { notifications } from '../../actors/notifier/row.ts';
import { type DriverResult, driverFailed, driverOk } from '../../drivers/result.ts';
import { type Known, useInstance } from './clients.ts';
import { type FaultRates, NO_FAULTS } from './fault-rates.ts';
import { World } from './world.ts';

const INSTANCES = 10;
const RATES: FaultRates = { ...NO_FAULTS, crashAtCommit: 0.1, crashAtEffect: 0.05, driverFails: 0.1 };

interface Told {
  readonly message_id: string;
  readonly event_type: string;
  readonly payload: { readonly 'nova_object.data': { readonly uuid: string; readonly request_id: string } };
}

/** Lives through a history whose notifications go to a sink that fails now and then. Returns what it was told, in order. */
async function heard(seed: number): Promise<{ readonly world: World; readonly told: readonly Told[] }> {
  const told: Told[] = [];
  let attempts = 0;
  const deliver = async (bodies: readonly string[]): Promise<DriverResult> => {
    const isTaken = ++attempts % 4 !== 0;
    // What failed may have been taken all the same.
    if (isTaken || attempts % 8 === 0) for (const body of bodies) told.push(JSON.parse(body));
    return isTaken ? driverOk(null) : driverFailed({ code: 'Unreachable', reason: 'not now' });
  };
  const world = new World(seed, 3, RATES, null, { deliver });
  const known: Known = { created: new Set(), deleted: new Set(), stopsAsked: new Set() };
  let atWork = INSTANCES;
  for (let count = 0; count < INSTANCES; count++) {
    void useInstance(world, world.random.uuid(), known, 2).finally(() => {
      atWork--;
    });
  }
  assert.ok(await world.runUntil(() => atWork === 0, 24 * 3_600_000));
  world.calm();
  const isOver = (): boolean =>
    [...instances.scan(world.rows)].every(({ operation }) => operation === null) &&
    [...notifications.scan(world.rows)].length === 0;
  assert.ok(await world.runUntil(isOver, 24 * 3_600_000), 'everything is delivered in the end');
  // The last may still be on its way to the notifier.
  await world.runUntil(() => false, 10_000);
  assert.ok(await world.runUntil(isOver, 24 * 3_600_000));
  return { world, told };
}

test('what was done is told at least once, in order and under one id, however often the controller and the sink fail', async () => {
  let repeated = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const { world, told } = await heard(seed);
    const first = new Map<string, Told>();
    for (const one of told) if (!first.has(one.message_id)) first.set(one.message_id, one);
    repeated += told.length - first.size;
    // Of a change that is no action, and of hosts, nobody is said to have asked for it.
    const once = [...first.values()].filter(({ event_type }) => /^instance\.(?!update)/.test(event_type));
    const key = (one: Told): string => `${one.event_type} of ${one.payload['nova_object.data'].request_id}`;
    assert.equal(new Set(once.map(key)).size, once.length, `seed ${seed}: nothing has two ids`);
    for (const { action, instanceId, requestId, events } of instanceActions.scan(world.rows)) {
      // Nova tells nothing of a volume that has grown.
      if (!/^(compute|cold)_/.test(events[0]?.event ?? '') || action === 'extend_volume') continue;
      const own = once.filter(({ payload }) => payload['nova_object.data'].request_id === requestId);
      const types = own.map(({ event_type }) => event_type);
      assert.ok(types.length >= 2, `seed ${seed}: ${action} of ${instanceId} was told as ${types.join(', ')}`);
      assert.match(types[0] ?? '', /\.start$|^instance\.(evacuate|rebuild_scheduled)$/, `seed ${seed}`);
      assert.match(types.at(-1) ?? '', /\.(end|error)$/, `seed ${seed}`);
    }
  }
  assert.ok(repeated > 40, `only ${repeated} came again`);
});
