import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { askControl } from '../../composition/control-client.ts';
import { mendFiles } from '../../composition/mend-files.ts';
import { type Cloud, startCloud } from '../../index.ts';
import { backUp } from '../../storage/backup.ts';
import { restore } from '../../storage/restore.ts';
import { settled } from '../crash/rest.ts';
import { wantedServer } from '../crash/wanted.ts';
import { connectApi } from '../process/api.ts';
import { column, listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { temporaryFolder } from '../storage/temporary-folder.ts';

const SERVERS = '/compute/v2.1/servers';
const SETTLE_LIMIT_MS = 60_000;

/** Whether each cell has told of its hosts: until then new servers go where hosts are. */
async function haveHosts(
  stateDir: string,
  { cells, hosts }: { readonly cells: number; readonly hosts: number },
): Promise<true | null> {
  const answer = await askControl(stateDir, 'GET', '/cells');
  const lines = listAt(JSON.parse(answer?.text ?? ''), 'cells');
  const told = lines.filter((line) => Number(valueAt(line, 'summary', 'hosts') ?? 0) === hosts / cells);
  return told.length === cells ? true : null;
}

/** A cloud with simulated hosts in these cells, in a folder of its own. */
async function startCells(
  t: { after(undo: () => Promise<void>): void },
  settings: { readonly cells: number; readonly hosts: number; readonly sim?: object },
) {
  const folder = temporaryFolder();
  const stateDir = join(folder.path, 'state');
  const start = (directory = stateDir): Promise<Cloud> =>
    startCloud({
      stateDir: directory,
      listen: '127.0.0.1:0',
      driver: 'sim',
      logLevel: 'silent',
      durability: 'relaxed',
      threads: 2,
      quota: { instances: -1, cores: -1, ramMib: -1 },
      ...settings,
    });
  let cloud = await start();
  t.after(async () => {
    await cloud.stop();
    folder.remove();
  });
  const api = await connectApi(cloud.url, stateDir);
  await until('hosts in every cell', () => haveHosts(stateDir, settings), { limitMs: SETTLE_LIMIT_MS });
  const { imageRef, flavorRef, networkId } = await wantedServer(api);
  const server = { name: 's', imageRef, flavorRef, networks: [{ uuid: networkId }] };
  return {
    stateDir,
    api,
    server,
    url: () => cloud.url,
    /** Starts another cloud of the same settings. */
    async startOther(directory: string) {
      const other = await start(directory);
      t.after(() => other.stop());
      return connectApi(other.url, directory);
    },
    /** Stops the cloud, and starts it again after `meanwhile`. */
    async restarted(meanwhile: () => void) {
      await cloud.stop();
      meanwhile();
      cloud = await start();
      return connectApi(cloud.url, stateDir);
    },
  };
}

test('servers are spread over the cells, and found, listed page by page, changed and deleted as in one', async (t) => {
  const { api, server } = await startCells(t, { cells: 3, hosts: 6 });
  const created: string[] = [];
  for (let n = 0; n < 12; n++) {
    const answer = await api.request('POST', SERVERS, { server: { ...server, name: `s${n}` } });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    const id = textAt(answer.body, 'server', 'id');
    created.push(id);
    assert.equal((await api.request('GET', `${SERVERS}/${id}`)).status, 200);
  }
  const servers = await settled(api, SETTLE_LIMIT_MS);
  assert.deepEqual([...new Set(servers.map(({ status }) => status))], ['ACTIVE']);
  const paged: string[] = [];
  for (;;) {
    const marker = paged.length === 0 ? '' : `&marker=${paged.at(-1)}`;
    const { body } = await api.request('GET', `${SERVERS}?limit=5${marker}`);
    const page = column(valueAt(body, 'servers'), 'id').map(String);
    if (page.length === 0) break;
    paged.push(...page);
  }
  assert.deepEqual(paged, created.toReversed());
  const details = listAt((await api.request('GET', `${SERVERS}/detail`)).body, 'servers');
  const hosts = new Set(column(details, 'OS-EXT-SRV-ATTR:host'));
  assert.equal(hosts.size, 6, 'one server after the other went to the cell with most room');
  for (const id of created) {
    const stopped = await api.request('POST', `${SERVERS}/${id}/action`, { 'os-stop': null });
    assert.equal(stopped.status, 202, JSON.stringify(stopped.body));
  }
  assert.deepEqual([...new Set((await settled(api, SETTLE_LIMIT_MS)).map(({ status }) => status))], ['SHUTOFF']);
  for (const id of created) assert.equal((await api.request('DELETE', `${SERVERS}/${id}`)).status, 204);
  assert.deepEqual(await settled(api, SETTLE_LIMIT_MS), []);
});

test('a cell that an operator stops is away until it is started, and the others go on', async (t) => {
  const { api, server, stateDir, url } = await startCells(t, { cells: 2, hosts: 2 });
  const create = async (): Promise<string> => {
    const answer = await api.request('POST', SERVERS, { server });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return textAt(answer.body, 'server', 'id');
  };
  const cellOf = async (id: string): Promise<string> => {
    const answer = await askControl(stateDir, 'GET', `/cell-instances/${id}`);
    return /cell\d/.exec(textAt(JSON.parse(answer?.text ?? ''), 'text'))?.[0] ?? '';
  };
  const ids = [await create(), await create(), await create(), await create()];
  await settled(api, SETTLE_LIMIT_MS);
  const places = await Promise.all(ids.map(cellOf));
  assert.deepEqual(new Set(places), new Set(['cell1', 'cell2']));
  const stopped = await askControl(stateDir, 'PUT', '/cells/cell2/stop');
  assert.deepEqual(JSON.parse(stopped?.text ?? ''), { status: 0, text: 'cell2 is stopped.' });
  const gone = ids.filter((_, at) => places[at] === 'cell2');
  const listed = listAt((await api.request('GET', SERVERS)).body, 'servers');
  assert.deepEqual(new Set(column(listed, 'id')), new Set(ids));
  const unknown = listed.filter((one) => textAt(one, 'status') === 'UNKNOWN');
  assert.deepEqual(new Set(column(unknown, 'id')), new Set(gone));
  const details = listAt((await api.request('GET', `${SERVERS}/detail`)).body, 'servers');
  assert.equal(details.filter((one) => textAt(one, 'status') === 'UNKNOWN').length, gone.length);
  assert.equal(listAt((await api.request('GET', `${SERVERS}?name=s`)).body, 'servers').length, 4 - gone.length);
  const shown = await api.request('GET', `${SERVERS}/${gone[0]}`);
  assert.equal(shown.status, 200);
  assert.equal(textAt(shown.body, 'server', 'status'), 'UNKNOWN');
  assert.equal((await api.request('DELETE', `${SERVERS}/${gone[0]}`)).status, 503);
  const older = await connectApi(url(), stateDir, '2.68');
  assert.equal((await older.request('GET', `${SERVERS}/${gone[0]}`)).status, 503);
  assert.equal(listAt((await older.request('GET', SERVERS)).body, 'servers').length, 4 - gone.length);
  const services = listAt((await api.request('GET', '/compute/v2.1/os-services')).body, 'services');
  assert.equal(services.filter((one) => textAt(one, 'status') === 'UNKNOWN').length, 1);
  const later = [await create(), await create()];
  for (const id of later) assert.equal(await cellOf(id), 'cell1', 'a stopped cell gets nothing new');
  assert.equal(JSON.parse((await askControl(stateDir, 'PUT', '/cells/cell2/start'))?.text ?? '').status, 0);
  const back = await settled(api, SETTLE_LIMIT_MS);
  assert.deepEqual(
    back.map(({ id, status }) => `${id} ${status}`).sort(),
    [...ids, ...later].map((id) => `${id} ACTIVE`).sort(),
  );
});

test('a cell on a thread of its own that is stopped and started under load loses nothing, and counts nothing twice', async (t) => {
  const { api, server, stateDir } = await startCells(t, { cells: 2, hosts: 2 });
  const kept = new Set<string>();
  const removed = new Set<string>();
  // It may have been taken before the cell was stopped, and be done when it is started.
  const unsure = new Set<string>();
  let stops = false;
  const made = (): number => kept.size + removed.size;
  const work = async (): Promise<void> => {
    while (!stops) {
      const answer = await api.request('POST', SERVERS, { server });
      if (answer.status !== 202) {
        assert.equal(answer.status, 503, JSON.stringify(answer.body));
        continue;
      }
      const id = textAt(answer.body, 'server', 'id');
      kept.add(id);
      if (kept.size < 60 && made() % 2 === 0) continue;
      const gone = await api.request('DELETE', `${SERVERS}/${id}`);
      // Of a cell that is away nobody can change anything.
      assert.ok([204, 503].includes(gone.status), JSON.stringify(gone.body));
      if (gone.status === 503) unsure.add(id);
      else if (kept.delete(id)) removed.add(id);
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, work));
  for (let round = 0; round < 2; round++) {
    const before = made();
    const busy = (): Promise<true | null> => Promise.resolve(made() >= before + 20 ? true : null);
    await until('the cloud has work', busy, { limitMs: SETTLE_LIMIT_MS });
    for (const order of ['stop', 'start']) {
      const answer = await askControl(stateDir, 'PUT', `/cells/cell2/${order}`);
      assert.equal(JSON.parse(answer?.text ?? '').status, 0, answer?.text);
      const later = made() + 10;
      const goesOn = (): Promise<true | null> => Promise.resolve(made() >= later ? true : null);
      await until(`work goes on after ${order}`, goesOn, { limitMs: SETTLE_LIMIT_MS });
    }
  }
  stops = true;
  await clients;
  const servers = await settled(api, SETTLE_LIMIT_MS);
  const left = new Set(servers.map(({ id }) => id));
  for (const id of kept) assert.ok(left.has(id) || unsure.has(id), `${id} was lost`);
  for (const id of removed) assert.ok(!left.has(id), `${id} was deleted, and is there`);
  for (const { id, status } of servers) assert.equal(status, 'ACTIVE', id);
  const limits = (await api.request('GET', '/compute/v2.1/limits')).body;
  assert.equal(textAt(limits, 'limits', 'absolute', 'totalInstancesUsed'), String(servers.length));
});

test('a cell that is made while the cloud runs tells of itself, and the others go on', async (t) => {
  const { api, server, stateDir } = await startCells(t, { cells: 2, hosts: 2 });
  const made = await askControl(stateDir, 'POST', '/cells/east');
  assert.deepEqual(JSON.parse(made?.text ?? ''), {
    status: 0,
    text: 'east runs. It has no hosts yet: new ones come to it at a start with a share for it in the setting "cells".',
  });
  const toldOf = async (): Promise<true | null> => {
    const lines = listAt(JSON.parse((await askControl(stateDir, 'GET', '/cells'))?.text ?? ''), 'cells');
    const east = lines.find((line) => textAt(line, 'name') === 'east');
    return valueAt(east, 'summary', 'hosts') === 0 && textAt(east, 'state') === 'up' ? true : null;
  };
  await until('the new cell has told what it has left', toldOf, { limitMs: SETTLE_LIMIT_MS });
  for (let n = 0; n < 4; n++) assert.equal((await api.request('POST', SERVERS, { server })).status, 202);
  const servers = await settled(api, SETTLE_LIMIT_MS);
  assert.deepEqual(
    servers.map(({ status }) => status),
    ['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE'],
  );
  for (const { id } of servers) assert.equal((await api.request('DELETE', `${SERVERS}/${id}`)).status, 204);
  assert.deepEqual(await settled(api, SETTLE_LIMIT_MS), []);
});

test('a cloud starts without a cell whose store is damaged, and tells what it knows of it', async (t) => {
  const { api, server, stateDir, restarted } = await startCells(t, { cells: 2, hosts: 2 });
  const ids = new Set<string>();
  for (let n = 0; n < 4; n++) ids.add(textAt((await api.request('POST', SERVERS, { server })).body, 'server', 'id'));
  await settled(api, SETTLE_LIMIT_MS);
  const again = await restarted(() => {
    const file = openSync(join(stateDir, 'cell2.mdb'), 'r+');
    writeSync(file, Buffer.alloc(3 * 4_096, 7), 0, 3 * 4_096, 0);
    closeSync(file);
  });
  const listed = listAt((await again.request('GET', SERVERS)).body, 'servers');
  assert.deepEqual(new Set(column(listed, 'id')), ids);
  assert.ok(listed.some((one) => textAt(one, 'status') === 'UNKNOWN'));
  const lines = listAt(JSON.parse((await askControl(stateDir, 'GET', '/cells'))?.text ?? ''), 'cells');
  assert.deepEqual(
    lines.map((line) => `${textAt(line, 'name')} ${textAt(line, 'state')}`),
    ['cell0 up', 'cell1 up', 'cell2 down'],
  );
  const id = textAt((await again.request('POST', SERVERS, { server })).body, 'server', 'id');
  const isActive = async (): Promise<true | null> =>
    textAt((await again.request('GET', `${SERVERS}/${id}`)).body, 'server', 'status') === 'ACTIVE' ? true : null;
  await until('the new one is active, in the other cell', isActive, { limitMs: SETTLE_LIMIT_MS });
});

test('a backup that is made while servers are created and deleted has all cells, and a cloud that is made of it is whole', async (t) => {
  const { api, server, stateDir, startOther } = await startCells(t, { cells: 3, hosts: 3 });
  const before = new Set<string>();
  const create = async (): Promise<string> =>
    textAt((await api.request('POST', SERVERS, { server })).body, 'server', 'id');
  for (let n = 0; n < 6; n++) before.add(await create());
  const deleted: string[] = [];
  for (let n = 0; n < 12; n++) deleted.push(await create());
  await settled(api, SETTLE_LIMIT_MS);
  const remove = async (id: string) => assert.equal((await api.request('DELETE', `${SERVERS}/${id}`)).status, 204);
  const working = Promise.all([...Array.from({ length: 12 }, create), ...deleted.map(remove)]);
  const copy = `${stateDir}-copy`;
  await backUp({ stateDir, to: copy, program: 'test', nowMs: Date.UTC(2026, 0, 1) });
  await working;
  const { stores } = await restore(copy, `${stateDir}-restored`);
  assert.deepEqual(
    stores.map(({ path }) => path),
    ['cell1.mdb', 'cell2.mdb', 'cell3.mdb'],
  );
  await mendFiles(`${stateDir}-restored`, Date.UTC(2026, 0, 1));
  const other = await startOther(`${stateDir}-restored`);
  const servers = await settled(other, SETTLE_LIMIT_MS);
  const left = new Set(servers.map(({ id }) => id));
  for (const id of before) assert.ok(left.has(id), `${id} is not in the backup`);
  for (const { id, status } of servers) assert.match(status, /ACTIVE|ERROR/, id);
  const limits = (await other.request('GET', '/compute/v2.1/limits')).body;
  assert.equal(textAt(limits, 'limits', 'absolute', 'totalInstancesUsed'), String(servers.length));
  for (const { id } of servers) assert.equal((await other.request('DELETE', `${SERVERS}/${id}`)).status, 204);
  assert.deepEqual(await settled(other, SETTLE_LIMIT_MS), []);
});

test('a server does not go to a host of another cell, and that is said at once', async (t) => {
  const { api, server, stateDir } = await startCells(t, { cells: 2, hosts: 4 });
  const created = await api.request('POST', SERVERS, { server });
  const id = textAt(created.body, 'server', 'id');
  await settled(api, SETTLE_LIMIT_MS);
  const verified = textAt(JSON.parse((await askControl(stateDir, 'GET', `/cell-instances/${id}`))?.text ?? ''), 'text');
  const elsewhere = verified.endsWith('cell1.') ? 'cell2' : 'cell1';
  const lines = listAt(
    JSON.parse((await askControl(stateDir, 'GET', `/cell-hosts?cell=${elsewhere}`))?.text ?? ''),
    'hosts',
  );
  const host = textAt(lines[0], 'host');
  const act = (body: object) => api.request('POST', `${SERVERS}/${id}/action`, body);
  const reason = `Compute host ${host} could not be found.`;
  for (const body of [{ migrate: { host } }, { 'os-migrateLive': { host, block_migration: 'auto' } }]) {
    const refused = await act(body);
    assert.deepEqual([refused.status, textAt(refused.body, 'badRequest', 'message')], [400, reason]);
  }
});

test('where no cell has a host, administrators are told what each of them says', async (t) => {
  const { api, server } = await startCells(t, { cells: 2, hosts: 4 });
  const flavor = { id: 'vast', name: 'vast', vcpus: 1, ram: 99_999_999, disk: 1 };
  assert.equal((await api.request('POST', '/compute/v2.1/flavors', { flavor })).status, 200);
  const created = await api.request('POST', SERVERS, { server: { ...server, flavorRef: 'vast' } });
  await settled(api, SETTLE_LIMIT_MS);
  const { body } = await api.request('GET', `${SERVERS}/${textAt(created.body, 'server', 'id')}`);
  const sentence = 'Of 2 hosts: 2 without 99999999 MiB of free memory.';
  const details = textAt(body, 'server', 'fault', 'details');
  assert.deepEqual(details.split(/ (?=cell)/).sort(), [`cell1: ${sentence}`, `cell2: ${sentence}`]);
});
