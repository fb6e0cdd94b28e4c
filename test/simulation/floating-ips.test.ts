import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeNetwork } from '../../actors/network/client.ts';
import { floatingIpTable, networkTable, portTable } from '../../actors/network/row.ts';
import { type Known, useInstance } from './clients.ts';
import { type FaultRates, weatherOfSeed } from './fault-rates.ts';
import { violationsAtRest } from './invariants.ts';
import { wrongFloatingIps } from './row-invariants.ts';
import { World } from './world.ts';

const SEEDS = 90;
const INSTANCES = 8;
const OPERATIONS_MAX = 2;
const MOVES = 6;
const HOUR_MS = 3_600_000;

/** A client that has a floating IP lead to one instance after the other, whatever becomes of them. Answers how often it did. */
async function useFloatingIp(world: World, instanceIds: readonly string[]): Promise<number> {
  let led = 0;
  let id: string | undefined;
  for (let count = 0; count < MOVES; count++) {
    await world.sleep(world.upTo(8_000));
    const [networkId] = networkTable.ids(world.rows, 'external', []);
    if (networkId === undefined) continue;
    if (id === undefined || !floatingIpTable.read(world.rows, id)) {
      const floatingIp = { projectId: 'p0', description: '', networkId, wanted: undefined, target: null };
      const made = await changeNetwork(world.system, { type: 'createFloatingIp', floatingIp });
      if (made.ok) id = made.value;
      continue;
    }
    const instanceId = instanceIds[world.upTo(instanceIds.length)] ?? '';
    const [portId] = portTable.ids(world.rows, 'device', [instanceId]);
    const target = portId === undefined ? null : { portId, fixedAddress: undefined };
    const changed = await changeNetwork(world.system, { type: 'updateFloatingIp', id, changes: { target } });
    if (changed.ok && target !== null) led++;
  }
  return led;
}

/** Lives through a history of instances and floating IPs, until all has come to its end. */
async function floatingHistory(seed: number, rates: FaultRates) {
  const world = new World(seed, 3, rates, null);
  const known: Known = { created: new Set(), deleted: new Set(), stopsAsked: new Set() };
  const ids = Array.from({ length: INSTANCES }, () => world.random.uuid());
  const violations = new Set<string>();
  let led = 0;
  let atWork = INSTANCES + 2;
  const ended = (): void => {
    atWork--;
  };
  for (const id of ids) void useInstance(world, id, known, OPERATIONS_MAX).finally(ended);
  for (let count = 0; count < 2; count++) {
    void useFloatingIp(world, ids)
      .then((times) => {
        led += times;
      })
      .finally(ended);
  }
  const done = await world.runUntil(() => {
    for (const violation of wrongFloatingIps(world.rows)) violations.add(violation);
    return atWork === 0 || violations.size > 0;
  }, 24 * HOUR_MS);
  if (!done) violations.add(`${atWork} clients never got an answer`);
  world.calm();
  const untilMs = world.clock.now() + HOUR_MS;
  await world.runUntil(() => world.clock.now() >= untilMs, 2 * HOUR_MS);
  for (const violation of violationsAtRest(world, known)) violations.add(violation);
  const loose = [...floatingIpTable.scan(world.rows)].filter(({ target }) => target === null).length;
  return { violations: [...violations], led, loose };
}

test(`in ${SEEDS} histories with crashes and failing drivers no floating IP leads to a port that is gone`, async () => {
  let [led, loose] = [0, 0];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const outcome = await floatingHistory(seed, weatherOfSeed(seed));
    assert.deepEqual(outcome.violations, [], `seed ${seed}`);
    led += outcome.led;
    loose += outcome.loose;
  }
  assert.ok(led > SEEDS, `only ${led} times a floating IP led to an instance`);
  assert.ok(loose > 0, 'no instance with a floating IP was ever deleted');
});
