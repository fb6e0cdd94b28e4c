import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../runtime/random.ts';
import { qemuUnavailable } from '../drivers/qemu/setup.ts';
import { type Api, connectApi } from '../process/api.ts';
import { type Controller, endControllers } from '../process/controller.ts';
import { endGuests, guestDirectories, guestProcesses } from '../process/guests.ts';
import { Installation } from '../process/installation.ts';
import { readRows } from '../process/rows.ts';
import { until } from '../process/until.ts';
import { rowViolationsAtRest } from '../simulation/row-invariants.ts';
import { churn, FORCED_ACTIONS, fill, newClients, reckon } from './churn.ts';
import { apiViolations, recordsOf, settled } from './rest.ts';
import { blankImage, wantedServer } from './wanted.ts';

const KILLS = 10;
const SEED = Number(process.env['NOVELLA_SEED'] ?? randomInt(1_000_000));
/** Guests that nobody touches, which must not notice anything. */
const STEADY = 3;
/** Guests that come and go. */
const CHURNED = 3;
/** An emulated guest takes a good second to start on a busy machine. */
const SETTLE_LIMIT_MS = 60_000;
const CONFIG = 'logLevel: info\nqemu: { accel: tcg }\n';

describe('a controller killed at random moments, with guests under QEMU', { skip: qemuUnavailable }, () => {
  const random = seededRandom(SEED);
  const steady = newClients(STEADY);
  const clients = newClients(CHURNED);
  const { acknowledged } = clients;
  let installation: Installation;
  let stateDir = '';
  before(() => {
    installation = new Installation(CONFIG);
    stateDir = installation.stateDir;
  });
  after(async () => {
    await endControllers();
    await endGuests(stateDir);
    await installation.remove();
  });

  async function start(): Promise<{ readonly controller: Controller; readonly api: Api }> {
    const controller = installation.serve('--driver', 'qemu');
    return { controller, api: await connectApi(await controller.ready, stateDir) };
  }

  /** Waits until everything is done, and compares the processes of this machine with the servers there are. */
  async function settle(api: Api, round: string): Promise<ReadonlyMap<string, number>> {
    const servers = await settled(api, SETTLE_LIMIT_MS);
    const steadyIds = new Set(steady.slots.map(({ server }) => server?.id));
    const found = [
      ...steady.problems,
      ...clients.problems,
      ...reckon(
        steady,
        servers.filter(({ id }) => steadyIds.has(id)),
      ),
      ...reckon(
        clients,
        servers.filter(({ id }) => !steadyIds.has(id)),
      ),
      ...(await apiViolations(api, servers)),
    ];
    const records = found.length === 0 ? '' : await recordsOf(api, found);
    assert.deepEqual(found, [], `${round}, seed ${SEED}\n${records}`);
    const running = servers.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id);
    const processes = await guestProcesses(stateDir);
    assert.deepEqual([...processes.keys()].sort(), running.sort(), `${round}: guests that run, seed ${SEED}`);
    for (const [id, pids] of processes) assert.equal(pids.length, 1, `${round}: ${id} has processes ${pids.join()}`);
    const there = servers.map(({ id }) => id);
    assert.deepEqual([...guestDirectories(stateDir)].sort(), there.sort(), `${round}: disks, seed ${SEED}`);
    return new Map([...processes].map(([id, pids]) => [id, pids[0] ?? 0]));
  }

  test(`after each of ${KILLS} kills running guests keep their process, and nothing is left over`, async (t) => {
    let { controller, api } = await start();
    const wanted = await wantedServer(api, await blankImage(api));
    await fill(steady, api, wanted);
    const untouched = await settle(api, 'at first');
    assert.equal(untouched.size, STEADY);
    for (let kills = 1; kills <= KILLS; kills++) {
      const working = churn(clients, api, { wanted, actions: FORCED_ACTIONS, random });
      await pause(random.fraction() * 2_500);
      await controller.kill();
      await working;
      ({ controller, api } = await start());
      const running = await settle(api, `after ${kills} kills`);
      for (const [id, pid] of untouched) assert.equal(running.get(id), pid, `${id} has another process, seed ${SEED}`);
    }
    for (const { id } of await settled(api, SETTLE_LIMIT_MS)) {
      assert.equal((await api.request('DELETE', `/compute/v2.1/servers/${id}`)).status, 204);
    }
    const isEmpty = async () => ((await settled(api, SETTLE_LIMIT_MS)).length === 0 ? true : null);
    await until('all servers gone', isEmpty, { limitMs: SETTLE_LIMIT_MS });
    assert.deepEqual([...(await guestProcesses(stateDir)).keys()], []);
    assert.deepEqual(guestDirectories(stateDir), []);
    await controller.stop();
    const found = await readRows(stateDir, (rows) => rowViolationsAtRest(rows, acknowledged));
    assert.deepEqual(found, [], `at the end, seed ${SEED}`);
    t.diagnostic(`seed ${SEED}; ${clients.accepted} requests accepted, ${acknowledged.created.size} creates of them`);
  });
});
