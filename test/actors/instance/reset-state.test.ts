import assert from 'node:assert/strict';
import test from 'node:test';
import { instanceActions } from '../../../actors/instance/actions/row.ts';
import { A_MOVE, anInstance, ID, Told, USER } from './an-instance.ts';

const reset = (told: Told, state: 'active' | 'error') =>
  told.tell({ type: 'resetState', state, requester: { ...USER, requestId: 'req-9', isAdmin: true } });

test('a state by order ends what is under way, whose answer then changes nothing', () => {
  const told = new Told(anInstance());
  told.begin('stop', 'req-2');
  const late = told.stepId;
  const after = reset(told, 'error');
  assert.deepEqual([after.vmState, after.taskState, after.operation], ['error', null, null]);
  assert.deepEqual(told.ctx.cancelledEffects, [late]);
  assert.equal(told.effectEnded('well', late).vmState, 'error');
  for (const action of instanceActions.scan(told.ctx.rows, { idPrefix: `${ID}.` })) {
    assert.ok(
      action.events.every(({ finishMs }) => finishMs !== null),
      action.action,
    );
  }
});

test('a deletion goes on, whatever state is ordered', () => {
  const told = new Told(anInstance());
  told.begin('delete', 'req-2');
  assert.equal(reset(told, 'active').operation?.action, 'delete');
  assert.equal(told.effectEnded('well').vmState, 'deleted');
  reset(told, 'active');
  assert.deepEqual(told.ctx.replies.at(-1), { ok: false, error: { code: 'InstanceNotFound', instanceId: ID } });
});

test('a crash dump is recorded from its beginning to its end, beside any operation', () => {
  const told = new Told(anInstance());
  told.tell({ type: 'triggerCrashDump', requester: { ...USER, requestId: 'req-2' } });
  const [effect] = told.ctx.effects;
  assert.equal(effect?.name, 'driver.triggerCrashDump');
  told.begin('stop', 'req-3');
  const effectId = effect?.effectId ?? '';
  const outcome = { ok: false, error: { code: 'Unsupported', reason: 'it cannot' } } as const;
  const after = told.tell({ type: 'effectEnded', effectId, name: 'driver.triggerCrashDump', outcome });
  assert.equal(after.operation?.action, 'stop');
  const [action] = [...instanceActions.scan(told.ctx.rows, { idPrefix: `${ID}.` })];
  assert.deepEqual(
    [action?.action, action?.message, action?.events[0]?.result, action?.events[0]?.details],
    ['trigger_crash_dump', 'Error', 'Error', 'it cannot'],
  );
});

const SHELVED = { imageId: 'shelved-1', image: null, offloadAfterMs: null } as const;

test('a shelved instance that is reset is not shelved any more, and its image goes', () => {
  const told = new Told(anInstance({ vmState: 'shelved', shelved: SHELVED }));
  const reset = told.tell({ type: 'resetState', state: 'active', requester: USER });
  assert.deepEqual([reset.vmState, reset.shelved], ['active', null]);
  assert.match(JSON.stringify(told.ctx.tells), /"type":"delete".*"imageId":"shelved-1"/);
});

test('an instance that has given up its host stays shelved, since it could not come back otherwise', () => {
  const told = new Told(anInstance({ vmState: 'shelved_offloaded', host: null, shelved: SHELVED }));
  const reset = told.tell({ type: 'resetState', state: 'error', requester: USER });
  assert.deepEqual([reset.vmState, reset.shelved], ['shelved_offloaded', SHELVED]);
});

test('a resized instance that is reset stays where it is, and gives back what it kept at its source', () => {
  const told = new Told(anInstance({ vmState: 'resized', move: A_MOVE }));
  const reset = told.tell({ type: 'resetState', state: 'active', requester: USER });
  assert.deepEqual([reset.vmState, reset.host, reset.move], ['active', 'host-a', null]);
  assert.match(JSON.stringify(told.ctx.tells), /"type":"settle","instanceId"/);
});
