import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { limits } from '../../../drivers/qemu/limits.ts';
import { reportGuest } from '../../../drivers/qemu/report.ts';
import { unwrap } from '../conformance.ts';
import { fakeAttachment, fakeGuest, never } from './fake-guest.ts';

test('a guest whose order takes hours is told of all the same, by its files', async (t) => {
  const { host, guest } = await fakeGuest(t, { turn: never });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const telling = reportGuest(host, guest);
  t.mock.timers.tick(limits.reportMs);
  const { instanceId } = guest;
  assert.deepEqual(unwrap(await telling), { instanceId, power: 'stopped', processId: null, access: [] });
});

test('a guest whose process hangs is told to run, and nobody waits for its answer', async (t) => {
  const attachment = fakeAttachment(() => never, { power: () => never });
  const { host, guest } = await fakeGuest(t, { attachment });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const telling = reportGuest(host, guest);
  t.mock.timers.tick(limits.reportMs);
  const { power, processId } = unwrap(await telling);
  assert.deepEqual([power, processId], ['running', attachment.pid]);
});

test('a guest whose directory cannot be opened is told of, and so are the others of its host', async (t) => {
  const { host, guest } = await fakeGuest(t);
  await rm(guest.directory, { recursive: true });
  await writeFile(guest.directory, 'in the way');
  assert.equal(unwrap(await reportGuest(host, guest)).power, 'stopped');
});
