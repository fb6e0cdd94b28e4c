import assert from 'node:assert/strict';
import test from 'node:test';
import { actionId, instanceActions, presentAction } from '../../../../actors/instance/actions/row.ts';
import { anInstance, ID, Told } from '../an-instance.ts';

const rowsOf = (told: Told) => [...instanceActions.scan(told.ctx.rows, { idPrefix: `${ID}.` })];

test('what is under way has no row among the actions, and is told by the instance itself', () => {
  const told = new Told(anInstance());
  const stopping = told.begin('stop', 'req-1');
  assert.deepEqual(rowsOf(told), []);
  const present = presentAction(stopping);
  assert.deepEqual(
    [present?.action, present?.requestId, present?.userId, present?.message],
    ['stop', 'req-1', 'u1', null],
  );
  const [event] = present?.events ?? [];
  assert.deepEqual([event?.event, event?.finishMs, event?.result], ['compute_stop_instance', null, null]);
  const beganMs = told.ctx.nowMs;
  const stopped = told.effectEnded('well');
  assert.equal(presentAction(stopped), null);
  const [row, ...others] = rowsOf(told);
  assert.deepEqual(others, []);
  assert.deepEqual([row?.startMs, row?.updatedMs, row?.events[0]?.result], [beganMs, told.ctx.nowMs, 'Success']);
});

test('what a former version has begun, with a row, ends in that row', () => {
  const told = new Told(anInstance());
  const { operation } = told.begin('stop', 'req-1');
  if (!operation) throw new Error('Nothing is under way.');
  const present = told.state && presentAction(told.state);
  const { record: _, ...former } = operation;
  told.state = { ...anInstance({ taskState: 'powering-off' }), operation: former };
  assert.equal(presentAction(told.state), null, 'it stands in its row');
  if (present)
    told.ctx.put(instanceActions, actionId(ID, operation.startedMs, 'req-1'), { ...present, userId: 'former' });
  told.effectEnded('well');
  const [row, ...others] = rowsOf(told);
  assert.deepEqual(others, []);
  assert.deepEqual([row?.userId, row?.events[0]?.result], ['former', 'Success']);
});
