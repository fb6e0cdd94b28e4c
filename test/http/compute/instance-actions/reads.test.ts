import assert from 'node:assert/strict';
import test from 'node:test';
import { actionId, type InstanceAction, instanceActions } from '../../../../actors/instance/actions/row.ts';
import { instances } from '../../../../actors/instance/row.ts';
import { actionOfRequest, pageOfActions } from '../../../../http/compute/instance-actions/reads.ts';
import { VirtualClock } from '../../../../runtime/simulation/virtual-clock.ts';
import { MemoryStore } from '../../../../storage/memory-store.ts';
import { anInstance, ID } from '../../../actors/instance/an-instance.ts';

const ANY_TIME = { since: null, before: null };
const record = { action: 'reboot', event: 'compute_reboot_instance', userId: 'u1', projectId: 'p1', host: 'host-a' };
const operation = {
  action: 'hardReboot',
  requestId: 'req-2',
  round: 0,
  step: 0,
  attempt: 1,
  startedMs: 2_000,
} as const;

/** A server that reboots since the moment 2000, with rows of what was done at these moments. */
function storeOf(rows: readonly (readonly [requestId: string, atMs: number])[], recorded = true): MemoryStore {
  const store = new MemoryStore(new VirtualClock());
  const server = anInstance({ operation: recorded ? { ...operation, record } : operation });
  store.apply([[instances.key(ID), server]]);
  for (const [requestId, atMs] of rows) {
    const action: InstanceAction = {
      instanceId: ID,
      action: 'lock',
      requestId,
      userId: null,
      projectId: null,
      startMs: atMs,
      updatedMs: atMs,
      message: null,
      events: [],
    };
    store.apply([[instanceActions.key(actionId(ID, atMs, requestId)), action]]);
  }
  return store;
}

const requestsOf = (store: MemoryStore, limit = 10, marker: string | null = null) =>
  pageOfActions(store, ID, { limit, marker }, ANY_TIME)?.map(({ requestId }) => requestId);

test('what a server is doing stands in its place among what it has done, the newest first', () => {
  const store = storeOf([
    ['req-1', 1_000],
    ['req-3', 3_000],
  ]);
  assert.deepEqual(requestsOf(store), ['req-3', 'req-2', 'req-1']);
  assert.deepEqual(requestsOf(store, 2), ['req-3', 'req-2']);
  assert.deepEqual(requestsOf(store, 2, 'req-2'), ['req-1']);
  const present = actionOfRequest(store, ID, 'req-2');
  assert.deepEqual([present?.action, present?.events[0]?.result], ['reboot', null]);
  assert.deepEqual(requestsOf(storeOf([])), ['req-2']);
});

test('what has a row since it began is not shown twice', () => {
  assert.deepEqual(requestsOf(storeOf([['req-2', 2_000]], false)), ['req-2']);
});
