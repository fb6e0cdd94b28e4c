import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { askControl } from '../../composition/control-client.ts';
import { type Api, connectApi } from '../process/api.ts';
import { Installation } from '../process/installation.ts';
import { column, listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { apiViolations, settled } from './rest.ts';
import { wantedServer } from './wanted.ts';

const ROUNDS = 3;
const CLIENTS = 3;
/** Servers of one client, at most: the load is bounded, whatever the machine. */
const SERVERS_MAX = 60;
/** Servers that come between two doings of the operator. */
const SERVERS_BETWEEN = 6;
const LIMIT_MS = 120_000;
const SERVERS = '/compute/v2.1/servers';

const CONFIG = `
threads: 2
cells: 2
hosts: 4
logLevel: warn
quota: { instances: -1, cores: -1, ramMib: -1 }
sim: { spawnMs: 10 }
`;

/** What the clients were promised, and what they were refused. */
interface Seen {
  readonly created: Set<string>;
  readonly deleted: Set<string>;
  /** Answers that should not have been. */
  readonly problems: string[];
}

/** Creates servers one after the other and deletes every second one; a server in a cell that is down answers 503. */
async function client(api: Api, server: object, seen: Seen, isWorking: () => boolean): Promise<void> {
  for (let made = 0; made < SERVERS_MAX && isWorking(); made++) {
    const { status, body } = await api.request('POST', SERVERS, { server });
    if (status !== 202) {
      seen.problems.push(`create: ${status} ${JSON.stringify(body)}`);
      continue;
    }
    const id = textAt(body, 'server', 'id');
    seen.created.add(id);
    const shown = (await api.request('GET', `${SERVERS}/${id}`)).status;
    if (shown !== 200) seen.problems.push(`${id} is shown with ${shown}`);
    if (made % 2 === 1) continue;
    const gone = (await api.request('DELETE', `${SERVERS}/${id}`)).status;
    if (gone === 204) seen.deleted.add(id);
    else if (gone !== 503) seen.problems.push(`delete: ${gone}`);
  }
}

async function told(stateDir: string, method: 'PUT' | 'POST', path: string): Promise<void> {
  const answer = await askControl(stateDir, method, path);
  assert.equal(answer?.status, 200, answer?.text);
  assert.equal(valueAt(JSON.parse(answer.text), 'status') ?? 0, 0, answer.text);
}

describe('a cloud with two cells on two threads', () => {
  let installation: Installation;
  before(() => {
    installation = new Installation(CONFIG);
  });
  after(() => installation.remove());

  test('loses nothing while one of them is stopped, started and moved under load', async (t) => {
    const { stateDir } = installation;
    const controller = installation.serve();
    const api = await connectApi(await controller.ready, stateDir);
    const { imageRef, flavorRef, networkId } = await wantedServer(api);
    const server = { name: 'celled', imageRef, flavorRef, networks: [{ uuid: networkId }] };
    const seen: Seen = { created: new Set(), deleted: new Set(), problems: [] };
    const isTold = async (): Promise<true | null> => {
      const lines = listAt(JSON.parse((await askControl(stateDir, 'GET', '/cells'))?.text ?? ''), 'cells');
      return lines.filter((line) => Number(valueAt(line, 'summary', 'hosts') ?? 0) === 2).length === 2 ? true : null;
    };
    await until('both cells have hosts', isTold, { limitMs: LIMIT_MS });
    let working = true;
    const work = Promise.all(Array.from({ length: CLIENTS }, () => client(api, server, seen, () => working)));
    const someMore = async (): Promise<void> => {
      const wanted = Math.min(seen.created.size + SERVERS_BETWEEN, CLIENTS * SERVERS_MAX);
      await until('more servers', () => (seen.created.size >= wanted ? true : null), { limitMs: LIMIT_MS, everyMs: 5 });
    };
    for (let round = 0; round < ROUNDS; round++) {
      await someMore();
      await told(stateDir, 'PUT', '/cells/cell2/stop');
      await someMore();
      await told(stateDir, 'PUT', '/cells/cell2/start');
      await someMore();
      await told(stateDir, 'POST', `/shards/cell2/move/${round % 2}`);
    }
    working = false;
    await work;
    assert.deepEqual(seen.problems, []);
    const servers = await settled(api, LIMIT_MS);
    const left = new Set(servers.map(({ id }) => id));
    for (const id of seen.created) if (!seen.deleted.has(id)) assert.ok(left.has(id), `${id} is lost`);
    for (const id of seen.deleted) assert.ok(!left.has(id), `${id} is back`);
    assert.deepEqual([...new Set(servers.map(({ status }) => status))], ['ACTIVE']);
    assert.deepEqual(await apiViolations(api, servers), []);
    const hosts = listAt((await api.request('GET', `${SERVERS}/detail`)).body, 'servers');
    assert.equal(new Set(column(hosts, 'OS-EXT-SRV-ATTR:host')).size, 4, 'both cells have taken some');
    t.diagnostic(`${seen.created.size} servers were created meanwhile`);
    assert.equal((await controller.stop()).status, 0);
  });
});
