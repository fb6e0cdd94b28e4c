import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../runtime/random.ts';
import type { Api } from '../process/api.ts';
import { listAt, textAt, valueAt } from '../process/json.ts';
import type { Acknowledged } from '../simulation/clients.ts';
import type { Wanted } from './wanted.ts';

/** What a client last got a promise of: how the server must end. Null: it asked, and does not know. */
type Promised = 'ACTIVE' | 'SHUTOFF' | null;

/** A server that a client keeps. */
interface Kept {
  readonly id: string;
  promised: Promised;
  mayBeGone: boolean;
}

/** A place where a client keeps one server at a time. */
interface Slot {
  /** The server before, whose deletion was accepted: it has its resources until it is gone. */
  leaving: string | null;
  server: Kept | null;
}

/** What is known to the clients, over all lives of the controller. */
export interface Clients {
  readonly slots: readonly Slot[];
  readonly acknowledged: Acknowledged;
  /** Answers that should not have been. */
  readonly problems: string[];
  /** Requests answered with 202 or 204. */
  accepted: number;
}

/** What clients do. */
export interface Work {
  readonly wanted: Wanted;
  readonly actions: readonly Action[];
  readonly random: Random;
}

export const newClients = (count: number): Clients => ({
  slots: Array.from({ length: count }, () => ({ leaving: null, server: null })),
  acknowledged: { created: new Set(), deleted: new Set() },
  problems: [],
  accepted: 0,
});

const SERVERS = '/compute/v2.1/servers';

/** What can be done to a server, and how it must end when that was accepted. */
interface Action {
  readonly request: object;
  readonly end: 'ACTIVE' | 'SHUTOFF';
}

/** Restarts by force: they need no guest that listens. */
const HARD_REBOOT: Action = { request: { reboot: { type: 'HARD' } }, end: 'ACTIVE' };
export const FORCED_ACTIONS: readonly Action[] = [HARD_REBOOT];
export const ALL_ACTIONS: readonly Action[] = [
  { request: { 'os-stop': null }, end: 'SHUTOFF' },
  { request: { 'os-start': null }, end: 'ACTIVE' },
  { request: { reboot: { type: 'SOFT' } }, end: 'ACTIVE' },
  HARD_REBOOT,
];

/** Each client makes, uses and deletes servers until the controller does not answer any more. */
export async function churn(clients: Clients, api: Api, work: Work): Promise<void> {
  await Promise.all(clients.slots.map((slot) => useSlot(clients, slot, api, work)));
}

async function useSlot(clients: Clients, slot: Slot, api: Api, { wanted, actions, random }: Work): Promise<void> {
  try {
    for (;;) {
      await pause(random.fraction() * 60);
      if (slot.leaving !== null) await lookAfter(slot, slot.leaving, api);
      else if (slot.server === null) await create(clients, slot, api, wanted);
      else if (random.fraction() < 0.5) {
        const action = actions[Math.floor(random.fraction() * actions.length)];
        if (action) await act(clients, slot.server, api, action);
      } else await remove(clients, slot, slot.server, api);
    }
  } catch (error) {
    // What `fetch` says when the connection ends before, or within, an answer: the controller was killed.
    const isKilled = error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message);
    if (!isKilled) throw error;
  }
}

/** Makes one server at each place that is free. */
export async function fill(clients: Clients, api: Api, wanted: Wanted): Promise<void> {
  for (const slot of clients.slots) if (slot.server === null) await create(clients, slot, api, wanted);
}

async function create(clients: Clients, slot: Slot, api: Api, { imageRef, flavorRef, networkId }: Wanted) {
  const server = { name: 'crash', imageRef, flavorRef, networks: [{ uuid: networkId }] };
  const { status, body } = await api.request('POST', SERVERS, { server });
  if (status !== 202) {
    clients.problems.push(`create was answered with ${status}: ${JSON.stringify(body)}`);
    return;
  }
  const id = textAt(body, 'server', 'id');
  clients.accepted++;
  clients.acknowledged.created.add(id);
  slot.server = { id, promised: 'ACTIVE', mayBeGone: false };
}

async function act(clients: Clients, server: Kept, api: Api, { request, end }: Action): Promise<void> {
  const before = server.promised;
  server.promised = null;
  const { status, body } = await api.request('POST', `${SERVERS}/${server.id}/action`, request);
  if (status === 202) {
    clients.accepted++;
    server.promised = end;
    return;
  }
  // 409: it is busy, or in another state; what was promised before stands.
  server.promised = before;
  if (status !== 409)
    clients.problems.push(`${JSON.stringify(request)} was answered with ${status}: ${JSON.stringify(body)}`);
}

async function remove(clients: Clients, slot: Slot, server: Kept, api: Api): Promise<void> {
  server.mayBeGone = true;
  const { status, body } = await api.request('DELETE', `${SERVERS}/${server.id}`);
  if (status === 204) {
    clients.accepted++;
    clients.acknowledged.deleted.add(server.id);
    slot.leaving = server.id;
  } else if (status !== 404) {
    clients.problems.push(`delete was answered with ${status}: ${JSON.stringify(body)}`);
  }
  slot.server = null;
}

async function lookAfter(slot: Slot, id: string, api: Api): Promise<void> {
  if ((await api.request('GET', `${SERVERS}/${id}`)).status === 404) slot.leaving = null;
}

/** A server as its list shows it. */
export interface Listed {
  readonly id: string;
  readonly status: string;
  readonly taskState: string | null;
  /** Nova's number: 1 is running, 4 shut down. */
  readonly power: string;
}

/** All servers, with their states. */
export async function listServers(api: Api): Promise<readonly Listed[]> {
  const { body } = await api.request('GET', `${SERVERS}/detail`);
  return listAt(body, 'servers').map((server) => {
    const task = valueAt(server, 'OS-EXT-STS:task_state');
    return {
      id: textAt(server, 'id'),
      power: textAt(server, 'OS-EXT-STS:power_state'),
      status: textAt(server, 'status'),
      taskState: typeof task === 'string' ? task : null,
    };
  });
}

/**
 * Compares the servers, all of which have come to rest, with what was promised. Returns what does not agree. Afterwards
 * the clients keep what there is: servers too whose creation was not answered.
 */
export function reckon(clients: Clients, listed: readonly Listed[]): string[] {
  const found: string[] = [];
  const there = new Map(listed.map((server) => [server.id, server]));
  for (const { id, status } of listed) if (status === 'ERROR') found.push(`${id} is in ERROR`);
  for (const slot of clients.slots) {
    const { server } = slot;
    slot.leaving = null;
    if (server === null) continue;
    const now = there.get(server.id);
    there.delete(server.id);
    if (now === undefined) {
      if (!server.mayBeGone) found.push(`${server.id} was acknowledged and is not listed`);
      slot.server = null;
      continue;
    }
    if (server.promised !== null && now.status !== server.promised) {
      found.push(`${server.id} was to be ${server.promised} and is ${now.status}`);
    }
    slot.server = { id: server.id, promised: now.status === 'SHUTOFF' ? 'SHUTOFF' : 'ACTIVE', mayBeGone: false };
  }
  for (const { id, status } of there.values()) {
    if (clients.acknowledged.deleted.has(id)) found.push(`${id} was acknowledged as deleted and is ${status}`);
    const free = clients.slots.find(({ server }) => server === null);
    if (free) free.server = { id, promised: null, mayBeGone: false };
    else found.push(`${id} is more than the quota allows`);
  }
  return found;
}
