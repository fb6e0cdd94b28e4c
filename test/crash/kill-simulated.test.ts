import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../runtime/random.ts';
import { type Api, connectApi } from '../process/api.ts';
import type { Controller } from '../process/controller.ts';
import { Installation } from '../process/installation.ts';
import { readRows } from '../process/rows.ts';
import { rowViolationsAtRest } from '../simulation/row-invariants.ts';
import { ALL_ACTIONS, churn, newClients, reckon } from './churn.ts';
import { apiViolations, recordsOf, settled } from './rest.ts';
import { wantedServer } from './wanted.ts';

/** How often the controller is killed. */
const KILLS = Number(process.env['NOVELLA_KILLS'] ?? 60);
/** Which moments. The same seed gives the same moments, though a real process is never twice at the same point then. */
const SEED = Number(process.env['NOVELLA_SEED'] ?? randomInt(1_000_000));
const INSTANCES = 20;
const SETTLE_LIMIT_MS = 20_000;
/** The rows are read, with the controller stopped, after so many rounds and at the end. */
const ROUNDS_BETWEEN_READS = 10;

/** Quota and memory for the 20 instances and hardly more, so that what is not given back is soon missed. */
const CONFIG = `
quota: { instances: ${INSTANCES}, cores: ${INSTANCES} }
sim: { spawnMs: 200, memoryMib: 768, vcpus: 8, diskGib: 100 }
hosts: 4
logLevel: warn
`;

describe('a controller killed at random moments, with simulated instances', () => {
  const random = seededRandom(SEED);
  const clients = newClients(INSTANCES);
  const moments = { starting: 0, recovering: 0, working: 0 };
  const restartsMs: number[] = [];
  const settlesMs: number[] = [];
  let installation: Installation;
  before(() => {
    installation = new Installation(CONFIG);
  });
  after(() => installation.remove());

  /** Starts the controller and waits until everything it had to do is done. Fails when what it then shows is wrong. */
  async function startAndSettle(round: string): Promise<{ readonly controller: Controller; readonly api: Api }> {
    const beganMs = performance.now();
    const controller = installation.serve();
    const api = await connectApi(await controller.ready, installation.stateDir);
    const readyMs = performance.now();
    const servers = await settled(api, SETTLE_LIMIT_MS);
    restartsMs.push(readyMs - beganMs);
    settlesMs.push(performance.now() - readyMs);
    const found = [...clients.problems, ...reckon(clients, servers), ...(await apiViolations(api, servers))];
    const records = found.length === 0 ? '' : await recordsOf(api, found);
    assert.deepEqual(found, [], `${round}, seed ${SEED}\n${controller.output().stderr}\n${records}`);
    return { controller, api };
  }

  async function checkRows(round: string): Promise<void> {
    const found = await readRows(installation.stateDir, (rows) => rowViolationsAtRest(rows, clients.acknowledged));
    assert.deepEqual(found, [], `${round}, seed ${SEED}`);
  }

  /** Kills a controller that has not yet come to rest: while it starts, or while it goes on with what it had begun. */
  async function killEarly(): Promise<void> {
    const controller = installation.serve();
    if (random.fraction() < 0.5) {
      await pause(random.fraction() * Math.max(...restartsMs));
      moments.starting++;
    } else {
      await controller.ready;
      await pause(random.fraction() * 50);
      moments.recovering++;
    }
    await controller.kill();
  }

  test(`after each of ${KILLS} kills everything accepted comes to its end, and nothing is left over`, async (t) => {
    let { controller, api } = await startAndSettle('at first');
    const work = { wanted: await wantedServer(api), actions: ALL_ACTIONS, random };
    for (let kills = 0, rounds = 1; kills < KILLS; rounds++) {
      const working = churn(clients, api, work);
      await pause(20 + random.fraction() * 600);
      await controller.kill();
      await working;
      moments.working++;
      kills++;
      for (; kills < KILLS && random.fraction() < 0.3; kills++) await killEarly();
      ({ controller, api } = await startAndSettle(`after ${kills} kills`));
      if (rounds % ROUNDS_BETWEEN_READS !== 0 && kills < KILLS) continue;
      assert.deepEqual(await controller.stop(), { status: 0, signal: null });
      await checkRows(`after ${kills} kills`);
      ({ controller, api } = await startAndSettle(`stopped after ${kills} kills`));
    }
    await controller.stop();
    const { created, deleted } = clients.acknowledged;
    assert.ok(created.size > KILLS && deleted.size > KILLS / 2, 'too little was going on to prove anything');
    t.diagnostic(`seed ${SEED}; kills ${JSON.stringify(moments)}`);
    t.diagnostic(`${clients.accepted} requests accepted, ${created.size} creates and ${deleted.size} deletes of them`);
    t.diagnostic(`ready after ${spread(restartsMs)} ms, at rest ${spread(settlesMs)} ms later`);
  });
});

/** Median and largest. */
function spread(figures: readonly number[]): string {
  const sorted = [...figures].sort((a, b) => a - b);
  return `${Math.round(sorted[sorted.length >> 1] ?? 0)} (at most ${Math.round(sorted.at(-1) ?? 0)})`;
}
