import assert from 'node:assert/strict';
import test from 'node:test';
import { changeLock } from '../../../actors/instance/lock.ts';
import { instance as instanceProtocol } from '../../../actors/instance/protocol.ts';
import { RecordingContext } from '../recording-context.ts';
import { anInstance, ID, USER } from './an-instance.ts';

const ADMIN = { ...USER, userId: 'u0', projectId: 'p0', isAdmin: true };

test('a lock remembers whether an owner or an administrator of another project made it', () => {
  const ctx = new RecordingContext(instanceProtocol.at(ID));
  const owned = changeLock(anInstance({}), { type: 'lock', reason: 'mine', requester: USER }, ctx);
  assert.deepEqual([owned.locked, owned.lockedBy, owned.lockedReason], [true, 'owner', 'mine']);
  const again = changeLock(owned, { type: 'lock', reason: 'other', requester: USER }, ctx);
  assert.equal(again, owned, 'locked already');
  const taken = changeLock(owned, { type: 'lock', reason: null, requester: ADMIN }, ctx);
  assert.deepEqual([taken.lockedBy, taken.lockedReason], ['admin', 'mine']);
  const free = changeLock(taken, { type: 'unlock', requester: ADMIN }, ctx);
  assert.deepEqual([free.locked, free.lockedBy, free.lockedReason], [false, null, null]);
});

test('what is deleted is not locked', () => {
  const ctx = new RecordingContext(instanceProtocol.at(ID));
  const gone = anInstance({ deletedAtMs: 1 });
  assert.equal(changeLock(gone, { type: 'lock', reason: null, requester: USER }, ctx), gone);
  assert.deepEqual(ctx.replies, [{ ok: false, error: { code: 'InstanceNotFound', instanceId: ID } }]);
});
