import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { askControl } from '../../composition/control-client.ts';
import { connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { column, textAt } from '../process/json.ts';
import { apiViolations, settled } from './rest.ts';
import { wantedServer } from './wanted.ts';

const MOVES = 12;
const CLIENTS = 4;
const SETTLE_LIMIT_MS = 60_000;
const SERVERS = '/compute/v2.1/servers';

const CONFIG = `
threads: 2
hosts: 4
logLevel: warn
quota: { instances: -1, cores: -1, ramMib: -1 }
sim: { spawnMs: 20 }
`;

describe('a cloud whose shard is moved between threads', () => {
  let installation: Installation;
  before(() => {
    installation = new Installation(CONFIG);
  });
  after(() => installation.remove());

  test(`takes every create that comes during ${MOVES} moves, and brings each server up`, async (t) => {
    const { stateDir } = installation;
    const controller = installation.serve();
    const api = await connectApi(await controller.ready, stateDir);
    const { imageRef, flavorRef, networkId } = await wantedServer(api);
    const server = { name: 'moved', imageRef, flavorRef, networks: [{ uuid: networkId }] };
    const created: string[] = [];
    const refusals: string[] = [];
    let working = true;
    const client = async (): Promise<void> => {
      while (working) {
        const { status, body } = await api.request('POST', SERVERS, { server });
        if (status === 202) created.push(textAt(body, 'server', 'id'));
        else refusals.push(JSON.stringify(body));
      }
    };
    const work = Promise.all(Array.from({ length: CLIENTS }, client));
    for (let move = 1; move <= MOVES; move++) {
      const moved = await askControl(stateDir, 'POST', `/shards/cell1/move/${move % 2}`);
      assert.equal(moved?.status, 200, moved?.text);
    }
    working = false;
    await work;
    assert.deepEqual(refusals, []);
    assert.ok(created.length >= MOVES, `${created.length} creates`);
    const servers = await settled(api, SETTLE_LIMIT_MS);
    assert.deepEqual(servers.map(({ id }) => id).sort(), created.sort());
    assert.deepEqual([...new Set(servers.map(({ status }) => status))], ['ACTIVE']);
    assert.deepEqual(await apiViolations(api, servers), []);
    const services = (await api.request('GET', '/compute/v2.1/os-services')).body;
    assert.deepEqual(new Set(column(Reflect.get(Object(services), 'services'), 'state')), new Set(['up']));
    t.diagnostic(`${created.length} servers were created meanwhile`);
    assert.equal((await controller.stop()).status, 0);
  });
});
