import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DEFAULT_CONSOLIDATION } from '../../actors/consolidator/options.ts';
import { instances } from '../../actors/instance/row.ts';
import { movesText } from '../../cli/consolidation.ts';
import { consolidationCommands } from '../../composition/control-consolidation.ts';
import { MovesExplainer } from '../../composition/moves-explainer.ts';
import { startTestCloud, type TestCloud } from '../http/compute/cloud.ts';

let cloud: TestCloud;
let explainer: MovesExplainer;
/** The first on one host, the others on another. */
let servers: readonly string[] = [];

const hostOf = (id: string): string => instances.read(cloud.store, id)?.host ?? '';

before(async () => {
  cloud = await startTestCloud({ hosts: 3 });
  explainer = new MovesExplainer(cloud.system, DEFAULT_CONSOLIDATION, () => ['cell1']);
  const flavors = ['2', '1', '1'];
  const booted = [];
  for (const flavorRef of flavors) {
    const id = await cloud.boot({ networks: 'none', flavorRef });
    await cloud.until(id, 'ACTIVE');
    booted.push(id);
  }
  servers = booted;
});
after(() => cloud.close());

async function plan(given: Readonly<Record<string, string>> = {}) {
  const answer = await explainer.explain(given);
  assert.ok(answer.ok, JSON.stringify(answer));
  const [cell] = answer.value;
  assert.ok(cell !== undefined && 'moves' in cell, JSON.stringify(cell));
  return cell;
}

test('a cell tells which hosts it would empty and where to, though consolidation is off, and moves nothing', async () => {
  const hosts = servers.map(hostOf);
  assert.equal(new Set(hosts).size, 3, 'by their weights they are apart');
  const cell = await plan();
  assert.equal(cell.hostsInUse, 3);
  assert.deepEqual(
    cell.moves.map(({ instanceId }) => instanceId),
    servers.slice(1),
    'onto the one of which most is used',
  );
  assert.deepEqual(servers.map(hostOf), hosts);
  assert.deepEqual(await plan(), cell);
  assert.equal((await plan({ moves: '1' })).moves.length, 1);
  assert.equal((await plan({ below: '.001' })).moves.length, 0);
});

test('what is locked, or off, stays, and the plan says why', async () => {
  const [, second = '', third = ''] = servers;
  await cloud.call('POST', `/servers/${second}/action`, { body: { lock: null } });
  await cloud.call('POST', `/servers/${third}/action`, { body: { 'os-stop': null } });
  await cloud.until(third, 'SHUTOFF');
  const cell = await plan();
  const stays = new Map(cell.considered.map(({ host, left }) => [host, left]));
  assert.equal(stays.get(hostOf(second)), `instance ${second} is locked`);
  assert.equal(stays.get(hostOf(third)), `instance ${third} is stopped`);
});

test('the command prints moves, and what stays', async () => {
  const text = movesText([await plan()]);
  assert.match(text, /^cell1: 1 move would empty 1 host, of 3 in use\.\nINSTANCE +FROM +TO\n/);
  assert.match(text, /\nSTAYS +INSTANCES +USED +WHY\nsim-\d +1 +\d+% +instance [0-9a-f-]+ is locked\n/);
  assert.equal(movesText([{ cell: 'cell2', problem: 'AskTimedOut' }]), 'cell2: no answer (AskTimedOut)\n');
});

test('the control socket answers it, and refuses what cannot be', async () => {
  const app = consolidationCommands({ moves: () => explainer });
  const answer = await app.request('/consolidation/plan?cell=cell1');
  assert.equal(answer.status, 200);
  for (const [query, words] of [
    ['moves=0', /moves/],
    ['below=2', /below/],
    ['cell=cell9', /no cell cell9/],
  ] as const) {
    const refused = await app.request(`/consolidation/plan?${query}`);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), words);
  }
  assert.equal((await consolidationCommands({}).request('/consolidation/plan')).status, 409);
});
