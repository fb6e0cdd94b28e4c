import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text as textOf } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { askControl } from '../../composition/control-client.ts';
import { wantedServer } from '../crash/wanted.ts';
import { type Api, connectApi } from '../process/api.ts';
import type { Controller } from '../process/controller.ts';
import { Installation } from '../process/installation.ts';
import { textAt } from '../process/json.ts';
import { until } from '../process/until.ts';

const LIMIT_MS = 60_000;
const SERVERS = '/compute/v2.1/servers';
const NO_HOSTS_YET =
  'CELL runs. It has no hosts yet: new ones come to it at a start with a share for it in the setting "cells".';

describe('novella manage cell', () => {
  let installation: Installation;
  let stateDir: string;
  let controller: Controller;
  let api: Api;
  // Not `spawnSync`: while that waits, nobody sees that a connection to the API has been closed.
  const manage = async (...args: readonly string[]) => {
    const child = spawn(process.execPath, [installation.cli, 'manage', 'cell', ...args, '--state-dir', stateDir]);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [text, stderr, status] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
    return { status, text, stderr };
  };
  const said = async (...args: readonly string[]) => {
    const { status, text } = await manage(...args);
    return [status, text.trim()];
  };
  const start = async (cells: number): Promise<void> => {
    controller = installation.serve('--hosts', '3', '--cells', String(cells));
    api = await connectApi(await controller.ready, stateDir);
    const haveHosts = async () =>
      /cell1 .* [1-9]\d*\ncell2 .* [1-9]\d*\n/.test((await manage('list_cells')).text) ? true : null;
    await until('both cells have told of hosts', haveHosts, { limitMs: LIMIT_MS });
  };
  before(async () => {
    installation = new Installation();
    stateDir = installation.stateDir;
    await start(2);
  });
  after(() => installation.remove());

  test('lists cells and hosts, by name and by UUID', async () => {
    const listed = await manage('list_cells');
    assert.equal(listed.status, 0, listed.stderr);
    const rows = listed.text.split('\n').map((line) => line.split(/ +/));
    assert.deepEqual(rows[0]?.slice(0, 3), ['NAME', 'UUID', 'STATE']);
    assert.deepEqual(
      rows.slice(1, 4).map(([name, , state, disabled, hosts]) => [name, state, disabled, hosts]),
      [
        ['cell0', 'up', 'false', '0'],
        ['cell1', 'up', 'false', '2'],
        ['cell2', 'up', 'false', '1'],
      ],
    );
    const uuid = rows[3]?.[1] ?? '';
    assert.match((await manage('list_hosts', '--cell_uuid', uuid)).text, /\ncell2 +\S+ +sim-1\n$/);
    assert.deepEqual(await said('list_hosts', '--cell_uuid', '5'), [1, 'There is no cell with the UUID 5.']);
    assert.equal((await manage('list_hosts', 'nowhere')).status, 1);
    assert.equal((await manage('list_hosts')).text.split('\n').length, 5);
  });

  test('disables and enables a cell, with the exit statuses of nova-manage', async () => {
    assert.deepEqual(await said('update_cell', 'cell2', '--disable'), [0, 'cell2 is disabled.']);
    assert.match((await manage('list_cells')).text, /cell2 .* true /);
    assert.deepEqual(await said('update_cell', 'cell2', '--enable'), [0, 'cell2 is enabled.']);
    assert.deepEqual(await said('update_cell', 'nowhere', '--disable'), [1, 'There is no cell nowhere.']);
    assert.equal((await manage('update_cell', 'cell2')).status, 2);
    assert.equal((await manage('update_cell', 'cell2', '--enable', '--disable')).status, 4);
    assert.equal((await manage('update_cell', 'cell0', '--disable')).status, 5);
  });

  test('tells where an instance is, and does not delete what has instances or hosts', async () => {
    const { imageRef, flavorRef, networkId } = await wantedServer(api);
    const server = { name: 's', imageRef, flavorRef, networks: [{ uuid: networkId }] };
    assert.equal((await manage('update_cell', 'cell1', '--disable')).status, 0);
    const created = await api.request('POST', SERVERS, { server });
    const id = textAt(created.body, 'server', 'id');
    const isActive = async () =>
      textAt((await api.request('GET', `${SERVERS}/${id}`)).body, 'server', 'status') === 'ACTIVE' ? true : null;
    await until('the server is active', isActive, { limitMs: LIMIT_MS });
    const counted = (await manage('list_cells')).text.split('\n').map((line) => line.split(/ +/));
    assert.deepEqual(
      counted.slice(0, 4).map((line) => line[5]),
      ['INSTANCES', '-', '0', '1'],
    );
    assert.deepEqual(await said('verify_instance', '--uuid', id), [0, `The instance ${id} is in cell2.`]);
    assert.deepEqual(await said('verify_instance', '--uuid', id, '--quiet'), [0, '']);
    assert.equal((await manage('verify_instance', '--uuid', '11111111-1111-4111-8111-000000000000')).status, 1);
    assert.deepEqual(await said('delete_cell', 'cell2'), [3, 'cell2 has instances.']);
    assert.deepEqual(await said('delete_host', 'cell2', '--host', 'sim-1'), [4, 'The host sim-1 has instances.']);
    assert.deepEqual(await said('delete_host', 'cell1', '--host', 'sim-1'), [3, 'The host sim-1 is in cell2.']);
    assert.deepEqual(await said('delete_host', 'cell1', '--host', 'sim-9'), [2, 'There is no host sim-9.']);
    assert.deepEqual(await said('delete_host', 'nowhere', '--host', 'sim-1'), [1, 'There is no cell nowhere.']);
    assert.equal((await api.request('DELETE', `${SERVERS}/${id}`)).status, 204);
    const isGone = async () => ((await api.request('GET', `${SERVERS}/${id}`)).status === 404 ? true : null);
    await until('the server is gone', isGone, { limitMs: LIMIT_MS });
    assert.equal((await manage('delete_cell', 'cell2')).status, 2);
    assert.deepEqual((await said('delete_cell', 'cell1', '--force')).at(0), 2);
    assert.deepEqual(await said('delete_host', 'cell2', '--host', 'sim-1'), [0, 'The host sim-1 is in no cell.']);
    assert.equal((await manage('discover_hosts', '--strict')).status, 0);
    assert.equal((await manage('discover_hosts', '--strict')).status, 1, 'there was nothing left to discover');
    assert.deepEqual(await said('discover_hosts'), [0, '0 hosts were mapped.']);
    assert.deepEqual(await said('discover_hosts', '--by-service', '--verbose'), [0, '0 hosts were mapped.']);
    assert.equal((await manage('update_cell', 'cell1', '--enable')).status, 0);
  });

  test('stops and starts a cell, and makes one that runs at once and after the next start', async () => {
    assert.deepEqual(await said('stop_cell', 'cell2'), [0, 'cell2 is stopped.']);
    assert.match((await manage('list_cells')).text, /cell2 +\S+ +stopped/);
    assert.equal((await manage('stop_cell', 'cell1')).status, 2);
    assert.equal((await manage('create_cell', '--name', 'cell2')).status, 2);
    assert.equal((await manage('create_cell', '--name', 'Not a name')).status, 1);
    const made = await said('create_cell', '--name', 'east', '--disabled');
    assert.deepEqual(made, [0, NO_HOSTS_YET.replace('CELL', 'east')]);
    assert.match((await manage('list_cells')).text, /east +\S+ +up +true/);
    assert.deepEqual(await said('stop_cell', 'east'), [0, 'east is stopped.']);
    assert.deepEqual(await said('start_cell', 'east'), [0, 'east runs.']);
    assert.deepEqual(await said('create_cell', '--name', 'west'), [0, NO_HOSTS_YET.replace('CELL', 'west')]);
    assert.match((await manage('list_cells')).text, /west +\S+ +up +false/);
    assert.equal((await manage('delete_cell', 'west')).status, 0);
    assert.deepEqual(await said('create_cell', '--name', 'west'), [0, NO_HOSTS_YET.replace('CELL', 'west')]);
    assert.equal((await manage('delete_cell', 'west')).status, 0);
    const explained = await askControl(stateDir, 'GET', '/schedule/explain?flavor=m1.tiny');
    assert.equal(explained?.status, 200, explained?.text);
    assert.ok(!explained.text.includes('west'), 'nobody decides there any more');
    // The others go on, and a server is found in each.
    const { body } = await api.request('GET', '/compute/v2.1/os-services');
    assert.ok(JSON.stringify(body).includes('nova-compute'));
    assert.equal((await controller.stop()).status, 0);
    await start(2);
    const cells = (await manage('list_cells')).text;
    assert.match(cells, /cell2 +\S+ +stopped/);
    assert.match(cells, /east +\S+ +up +true/);
    assert.deepEqual(await said('start_cell', 'cell2'), [0, 'cell2 runs.']);
    assert.match((await manage('list_cells')).text, /cell2 +\S+ +up/);
    assert.equal((await manage('delete_cell', 'east')).status, 0);
  });

  test('says of what a start does by itself that there is nothing to do, and refuses what it does not know', async () => {
    for (const command of ['map_cell0', 'map_instances', 'map_cell_and_hosts', 'simple_cell_setup'])
      assert.match((await manage(command)).text, /^There is nothing to do: /, command);
    const refused = await manage('toString');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /expected one of list_cells, /);
  });
});
