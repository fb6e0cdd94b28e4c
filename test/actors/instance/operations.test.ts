import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { handle } from '../../../actors/instance/handle.ts';
import { refusal } from '../../../actors/instance/legality.ts';
import { OPERATIONS } from '../../../actors/instance/operations/index.ts';
import { instance, type UserOperation } from '../../../actors/instance/protocol.ts';
import { type Instance, OPERATION_NAMES, type RunningOperation } from '../../../actors/instance/row.ts';
import { TASK_STATES, VM_STATES, type VmState } from '../../../actors/instance/states.ts';
import { RecordingContext } from '../recording-context.ts';
import { A_MOVE, anInstance, HELD_VOLUME, ID, REQUESTS, USER } from './an-instance.ts';

const USER_OPERATIONS: readonly UserOperation[] = Object.values(REQUESTS).map(({ operation }) => operation);
const ANY_TASK = [null, ...TASK_STATES];
/** What is under way wherever a task state says that something is. */
const RUNNING: RunningOperation = {
  action: 'softReboot',
  requestId: 'r0',
  round: 0,
  step: 0,
  attempt: 1,
  startedMs: 5,
};

/** A state in which an operation may begin. */
function startOf(operation: UserOperation): VmState {
  const { vmState } = OPERATIONS[operation].from;
  return vmState === 'any' ? 'active' : (vmState[0] ?? 'active');
}

/** Tells an instance to begin, and says what came of it. */
function begun(operation: UserOperation, changes: Partial<Instance>, isAdmin = false) {
  const ctx = new RecordingContext(instance.at(ID));
  const operationBefore = changes.taskState ? RUNNING : null;
  const move = changes.vmState === 'resized' ? A_MOVE : null;
  // What is replaced must be there.
  const volumes = operation === 'swapVolume' ? { volumes: [HELD_VOLUME] } : {};
  const before = anInstance({ operation: operationBefore, move, ...volumes, ...changes });
  const after = handle(before, { type: 'begin', ...REQUESTS[operation], requester: { ...USER, isAdmin } }, ctx);
  return { ctx, before, after, reply: ctx.replies[0] ?? answeredLater(after) };
}

/** What is replied by an operation that answers when its first step has ended. */
function answeredLater(begun: Instance | null): unknown {
  const ctx = new RecordingContext(instance.at(ID));
  const requestId = `${begun?.operation?.requestId}.0.0.1`;
  handle(begun, { type: 'snapshotAnswered', requestId, outcome: { ok: true, value: null } }, ctx);
  handle(begun, { type: 'volumesBound', requestId, outcome: { ok: true, value: [] } }, ctx);
  const bound = handle(begun, { type: 'portsBound', requestId, outcome: { ok: true, value: [] } }, ctx);
  const effectId = `${begun?.operation?.requestId}.0.1.1`;
  const outcome = { ok: true, value: null } as const;
  handle(bound, { type: 'effectEnded', effectId, name: 'driver.ensureCards', outcome }, ctx);
  return ctx.replies[0];
}

for (const operation of USER_OPERATIONS) {
  const { from, action: recorded, refusedAs = recorded } = OPERATIONS[operation];
  for (const vmState of VM_STATES) {
    const isState = from.vmState === 'any' || from.vmState.includes(vmState);
    test(`${operation} from ${vmState} is ${isState ? 'taken in its task states alone' : 'refused'}`, () => {
      for (const taskState of ANY_TASK) {
        const isTask = from.taskState === 'any' || from.taskState.includes(taskState);
        const { ctx, before, after, reply } = begun(operation, { vmState, taskState });
        assert.equal(ctx.replies.length, OPERATIONS[operation].answersLater && isState && isTask ? 0 : 1);
        if (isState && isTask) {
          assert.deepEqual(reply, { ok: true, value: { instanceId: ID } });
          // What waits for the confirmation of its move is deleted for good.
          const action = operation === 'softDelete' && vmState === 'resized' ? 'delete' : operation;
          assert.equal(after?.operation?.action, action);
          const first = OPERATIONS[action].steps.find(({ applies }) => applies?.(before) !== false);
          assert.equal(after?.taskState, first?.taskState ?? OPERATIONS[action].taskState);
          // A volume is said to be on its way out before its guest is asked to let go of it.
          assert.equal(ctx.effects.length + ctx.tells.length, action === 'detachVolume' ? 2 : 1);
          assert.deepEqual(ctx.cancelledEffects, taskState === null ? [] : ['r0.0.0.1']);
        } else {
          const attribute = isState ? 'task_state' : 'vm_state';
          const state = isState ? taskState : vmState;
          const error = { code: 'InstanceInvalidState', instanceId: ID, action: refusedAs, attribute, state };
          assert.deepEqual(reply, { ok: false, error });
          assert.equal(after, before);
          assert.equal(ctx.effects.length + ctx.tells.length + ctx.cancelledEffects.length, 0);
        }
      }
    });
  }
}

test('what has never been launched can only be deleted', () => {
  for (const operation of USER_OPERATIONS) {
    const vmState = startOf(operation);
    const { reply } = begun(operation, { vmState, launchedAtMs: null });
    const { action: recorded, refusedAs: action = recorded } = OPERATIONS[operation];
    const error = { code: 'InstanceInvalidState', instanceId: ID, action, attribute: 'launched_at', state: 'None' };
    assert.deepEqual(reply, operation === 'delete' ? { ok: true, value: { instanceId: ID } } : { ok: false, error });
  }
});

test('a lock stops everybody but administrators, where it stops anybody', () => {
  for (const operation of USER_OPERATIONS) {
    const locked = { vmState: startOf(operation), locked: true } as const;
    const error = { code: 'InstanceIsLocked', instanceId: ID };
    const { unlocked } = OPERATIONS[operation].from;
    const taken = { ok: true, value: { instanceId: ID } };
    assert.deepEqual(begun(operation, locked).reply, unlocked ? { ok: false, error } : taken, operation);
    assert.deepEqual(begun(operation, locked, true).reply, { ok: true, value: { instanceId: ID } });
  }
});

test('start and stop need a host, and say so before they look at the state', () => {
  for (const operation of ['start', 'stop'] as const) {
    const { reply } = begun(operation, { vmState: 'error', host: null });
    assert.deepEqual(reply, { ok: false, error: { code: 'InstanceNotReady', instanceId: ID } });
  }
});

test('what is deleted is not found by any operation', () => {
  for (const operation of USER_OPERATIONS) {
    const { reply } = begun(operation, { vmState: 'deleted', deletedAtMs: 9 });
    assert.deepEqual(reply, { ok: false, error: { code: 'InstanceNotFound', instanceId: ID } });
  }
});

test('nothing but a delete begins while an instance is being built', () => {
  const building = anInstance({ vmState: 'building', host: null, launchedAtMs: null });
  for (const name of OPERATION_NAMES) {
    for (const taskState of ANY_TASK) {
      const error = refusal(OPERATIONS[name], { ...building, taskState }, true);
      assert.equal(error === null, name === 'delete', `${name} in ${taskState}`);
    }
  }
});

test('only what overtakes may begin in a task state', () => {
  for (const { name, from, overtakes } of Object.values(OPERATIONS)) {
    const isIdleOnly = from.taskState !== 'any' && from.taskState.every((taskState) => taskState === null);
    assert.equal(isIdleOnly, overtakes !== true, name);
  }
});

const CONTRACT = join(import.meta.dirname, '../../../../shared/compute-api/states.json');
const METHODS: Readonly<Record<UserOperation, readonly string[]>> = {
  start: ['start'],
  stop: ['stop'],
  softReboot: ['reboot', '_soft_reboot'],
  hardReboot: ['reboot', '_hard_reboot'],
  pause: ['pause'],
  unpause: ['unpause'],
  suspend: ['suspend'],
  resume: ['resume'],
  rescue: ['rescue'],
  unrescue: ['unrescue'],
  rebuild: ['rebuild'],
  changePassword: ['set_admin_password'],
  softDelete: ['soft_delete'],
  restore: ['restore'],
  createImage: ['snapshot'],
  createBackup: ['backup'],
  resize: ['resize'],
  migrate: ['resize'],
  evacuate: ['evacuate'],
  liveMigrate: ['live_migrate'],
  shelve: ['shelve'],
  shelveOffload: ['shelve_offload'],
  unshelve: ['unshelve'],
  confirmResize: ['confirm_resize'],
  revertResize: ['revert_resize'],
  attachVolume: ['attach_volume'],
  detachVolume: ['detach_volume'],
  attachInterface: ['attach_interface'],
  detachInterface: ['detach_interface'],
  swapVolume: ['swap_volume'],
  delete: ['delete'],
};

interface Check {
  readonly check: string;
  readonly vm_state?: readonly string[] | 'any';
  readonly task_state?: readonly (string | null)[] | 'any';
  readonly must_have_launched?: boolean;
}

const skip = existsSync(CONTRACT) ? false : 'the extracted contract is not on this machine';
test('the table allows what Nova allows', { skip }, () => {
  const contract: { allowed_states: { compute_api_method: string; checks_in_order: Check[] }[] } = JSON.parse(
    readFileSync(CONTRACT, 'utf8'),
  );
  const sorted = (states: readonly (string | null)[] | 'any' | undefined) =>
    states === undefined || states === 'any' ? states : [...states].map(String).sort();
  for (const operation of USER_OPERATIONS) {
    const checks = METHODS[operation].flatMap((method) => {
      const found = contract.allowed_states.find(({ compute_api_method }) => compute_api_method === method);
      assert.ok(found, method);
      return found.checks_in_order;
    });
    const { from } = OPERATIONS[operation];
    const state = checks.find(({ check }) => check === 'check_instance_state');
    assert.deepEqual(sorted(from.vmState), sorted(state?.vm_state), operation);
    assert.deepEqual(sorted(from.taskState), sorted(state?.task_state), operation);
    assert.equal(from.launched, state?.must_have_launched, operation);
    const has = (name: string): boolean => checks.some(({ check }) => check === name);
    assert.equal(from.unlocked, has('check_instance_lock'), operation);
    assert.equal(from.placed, has('check_instance_host'), operation);
  }
});

test('the states, actions and events are words of Nova', { skip }, () => {
  const contract: { [list: string]: unknown } = JSON.parse(readFileSync(CONTRACT, 'utf8'));
  const words = (list: string): unknown[] => Object.values(Object(contract[list]));
  assert.deepEqual([...VM_STATES].sort(), words('vm_states').sort());
  for (const state of TASK_STATES) assert.ok(words('task_states').includes(state), state);
  for (const { action, event } of Object.values(OPERATIONS)) {
    assert.ok(words('instance_actions').includes(action), action);
    assert.ok(words('instance_action_events').includes(event), event);
  }
});
