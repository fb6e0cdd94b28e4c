import assert from 'node:assert/strict';
import test from 'node:test';
import { usersIn } from '../../../drivers/qemu/machine-uptime.ts';

/** A record of utmp(5) of this type. */
function record(type: number): Buffer {
  const bytes = Buffer.alloc(384);
  bytes.writeInt16LE(type);
  return bytes;
}

test('those are counted who are logged in, whatever else a file of users has', () => {
  const [boot, login, user, dead] = [2, 6, 7, 8].map(record);
  assert.ok(boot && login && user && dead);
  assert.equal(usersIn(Buffer.concat([boot, user, login, dead, user])), 2);
  assert.equal(usersIn(Buffer.concat([user, user.subarray(0, 100)])), 1);
  assert.equal(usersIn(Buffer.alloc(0)), 0);
});
