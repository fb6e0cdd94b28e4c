import type { Api } from '../process/api.ts';
import { listAt, textAt, valueAt } from '../process/json.ts';
import { until } from '../process/until.ts';
import { type Listed, listServers } from './churn.ts';

/** The power states that statuses go with: 1 is running, 4 shut down. */
const POWER: Readonly<Record<string, string>> = { ACTIVE: '1', SHUTOFF: '4' };

const isAtRest = ({ status, taskState, power }: Listed): boolean =>
  taskState === null && status !== 'BUILD' && (POWER[status] ?? power) === power;

/** Waits until no server is on its way anywhere, and returns them all. Throws when that takes longer than the limit. */
export async function settled(api: Api, limitMs: number): Promise<readonly Listed[]> {
  let last: readonly Listed[] = [];
  const atRest = async (): Promise<readonly Listed[] | null> => {
    last = await listServers(api);
    return last.every(isAtRest) ? last : null;
  };
  return until('all servers at rest', atRest, { limitMs, everyMs: 20 }).catch((error: unknown) => {
    const busy = last.filter((server) => !isAtRest(server));
    throw new Error(`${String(error)}; ${JSON.stringify(busy)}`);
  });
}

/** Compares what the API tells of quota, hosts and ports with the servers there are, of one vCPU and one port each. */
export async function apiViolations(api: Api, servers: readonly Listed[]): Promise<string[]> {
  const found: string[] = [];
  const limits = (await api.request('GET', '/compute/v2.1/limits')).body;
  const instancesUsed = textAt(limits, 'limits', 'absolute', 'totalInstancesUsed');
  if (instancesUsed !== String(servers.length)) {
    found.push(`quota counts ${instancesUsed} instances, there are ${servers.length}`);
  }
  const all = listAt((await api.request('GET', '/network/v2.0/ports')).body, 'ports');
  // Ports of routers and the like are nobody's server.
  const ports = all.filter((port) => !textAt(port, 'device_owner').startsWith('network:'));
  const owners = ports.map((port) => textAt(port, 'device_id')).sort();
  const wanted = servers.map(({ id }) => id).sort();
  if (owners.join() !== wanted.join()) found.push(`ports belong to ${owners.join()}, servers are ${wanted.join()}`);
  return found;
}

/** What is recorded of the servers that these sentences name, to understand what went wrong. */
export async function recordsOf(api: Api, sentences: readonly string[]): Promise<string> {
  const records: unknown[] = [];
  for (const id of new Set(sentences.flatMap((sentence) => sentence.match(/[0-9a-f-]{36}/) ?? []))) {
    const path = `/compute/v2.1/servers/${id}`;
    const fault = valueAt((await api.request('GET', path)).body, 'server', 'fault');
    const actions = valueAt((await api.request('GET', `${path}/os-instance-actions`)).body, 'instanceActions');
    records.push({ id, fault, actions });
  }
  return JSON.stringify(records, null, 1);
}
