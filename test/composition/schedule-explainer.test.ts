import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cellMappings } from '../../actors/cell-mapping/row.ts';
import { explainedText } from '../../cli/schedule.ts';
import { scheduleCommands } from '../../composition/control-schedule.ts';
import { ScheduleExplainer } from '../../composition/schedule-explainer.ts';
import { startTestCloud, type TestCloud } from '../http/compute/cloud.ts';

let cloud: TestCloud;
let explainer: ScheduleExplainer;
let server = '';

before(async () => {
  cloud = await startTestCloud({ hosts: 3 });
  explainer = new ScheduleExplainer(cloud.system, cloud.store, () => ['cell1']);
  server = await cloud.boot({ networks: 'none' });
  await cloud.until(server, 'ACTIVE');
});
after(() => cloud.close());

async function explained(given: Readonly<Record<string, string>>) {
  const answer = await explainer.explain(given);
  assert.ok(answer.ok, JSON.stringify(answer));
  const [cell] = answer.value;
  assert.ok(cell !== undefined && 'told' in cell);
  return cell;
}
const problem = async (given: Readonly<Record<string, string>>): Promise<string> => {
  const answer = await explainer.explain(given);
  return answer.ok ? '' : answer.error;
};

test('the host that is chosen comes first, with its weight in parts, and nothing is claimed', async () => {
  const cell = await explained({ flavor: '1' });
  const [first] = cell.told;
  assert.equal(cell.chosen, first?.host);
  assert.equal(cell.hosts, 3);
  assert.deepEqual(cell.refused, []);
  assert.ok(first?.passes);
  const sum = first.parts.reduce((total, { weight }) => total + weight, 0);
  assert.equal(first.weight, sum);
  assert.ok(first.parts.some(({ weigher, multiplier }) => weigher === 'RAMWeigher' && multiplier === 1));
  assert.deepEqual(await explained({ flavor: '1' }), cell);
});

test('a host that is refused is told with the filter and the numbers', async () => {
  const cell = await explained({ flavor: '9', host: 'sim-1' });
  assert.equal(cell.chosen, null);
  assert.deepEqual(cell.refused.map(({ filter, hosts }) => `${filter} ${hosts}`).sort(), [
    'MEMORY_MB 1',
    'RequestedHosts 2',
  ]);
  const named = cell.told.find(({ host }) => host === 'sim-1');
  assert.ok(named && !named.passes);
  assert.match(named.reason, /32768/);
});

test('flavors are found by name, too, and hints are heeded', async () => {
  const { body } = await cloud.call('GET', '/flavors/1', { as: 'admin' });
  const cell = await explained({ flavor: body.flavor.name, hints: '{"different_host":["x"]}', hostsMax: '1' });
  assert.equal(cell.told.length, 1);
  assert.equal(cell.hosts, 3);
});

test('a server that there is stays in its cell, and a new one goes to none that is disabled', async (t) => {
  const both = new ScheduleExplainer(cloud.system, cloud.store, () => ['cell1', 'cell2']);
  const ofServer = await both.explain({ server });
  assert.ok(ofServer.ok, JSON.stringify(ofServer));
  assert.deepEqual(
    ofServer.value.map(({ cell }) => cell),
    ['cell1'],
  );
  const elsewhere = await both.explain({ server, cell: 'cell2' });
  assert.deepEqual(elsewhere, { ok: false, error: 'the server does not leave its cell, cell1' });
  const row = { name: 'cell1', number: 0, uuid: server, disabled: true, stopped: false, createdAtMs: 0 };
  cloud.store.apply([[cellMappings.key('cell1'), row]]);
  t.after(() => cloud.store.apply([[cellMappings.key('cell1'), undefined]]));
  const ofNew = await explainer.explain({ flavor: '1' });
  assert.deepEqual(ofNew, {
    ok: true,
    value: [{ cell: 'cell1', problem: 'it is disabled, and gets no new servers' }],
  });
  await explained({ server });
});

test('a server that there is is explained as if it had to leave its host', async () => {
  const { body } = await cloud.call('GET', `/servers/${server}`, { as: 'admin' });
  const host = body.server['OS-EXT-SRV-ATTR:host'];
  const cell = await explained({ server });
  assert.notEqual(cell.chosen, host);
  assert.deepEqual(cell.refused, [{ filter: 'RequestedHosts', hosts: 1 }]);
});

test('what cannot be asked is told', async () => {
  assert.equal(await problem({}), 'a flavor or a server must be named');
  assert.equal(await problem({ flavor: 'none' }), 'there is no flavor none');
  assert.equal(await problem({ server: 'none' }), 'there is no server none');
  assert.equal(await problem({ flavor: '1', image: 'none' }), 'there is no image none');
  assert.equal(await problem({ flavor: '1', group: 'none' }), 'there is no server group none');
  assert.equal(await problem({ flavor: '1', cell: 'cell9' }), 'there is no cell cell9');
  assert.equal(await problem({ flavor: '1', hints: '[]' }), 'hints: expected an object in JSON');
  assert.match(await problem({ flavor: '1', hostsMax: '1e9' }), /^hostsMax: /);
});

test('the control socket answers it, and people read it as a table', async () => {
  const app = scheduleCommands({ schedule: () => explainer });
  const answer = await app.request('/schedule/explain?flavor=1&host=sim-2');
  assert.equal(answer.status, 200);
  const { cells } = Object(await answer.json());
  const text = explainedText(cells, false);
  assert.match(text, /^cell1: sim-2 would be chosen of 3 hosts, 2 refused by RequestedHosts\.\n/);
  assert.match(text, /HOST +PASSES +WEIGHT +WHY\nsim-2 +yes/);
  assert.match(text, /sim-0 +no +- +RequestedHosts: is not the host sim-2/);
  const parts = explainedText(cells, true);
  assert.match(parts, /RAMWeigher: \d+ is 0 of 1, times 1/);
  assert.equal((await app.request('/schedule/explain')).status, 400);
  assert.equal((await scheduleCommands({}).request('/schedule/explain?flavor=1')).status, 409);
});
