import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Opened } from '../../composition/opened.ts';

test('what was opened is closed the other way round, once, also when two ask at the same time', async () => {
  const opened = new Opened();
  const closed: string[] = [];
  for (const name of ['lock', 'store', 'threads', 'server'])
    opened.add(async () => {
      await Promise.resolve();
      closed.push(name);
    });
  await Promise.all([opened.close(), opened.close()]);
  await opened.close();
  assert.deepEqual(closed, ['server', 'threads', 'store', 'lock']);
});

test('what cannot be closed keeps nothing else open, and the first failure is told', async () => {
  const opened = new Opened();
  const closed: string[] = [];
  opened.add(async () => closed.push('lock'));
  opened.add(() => Promise.reject(new Error('second')));
  opened.add(() => Promise.reject(new Error('first')));
  await assert.rejects(opened.close(), /first/);
  assert.deepEqual(closed, ['lock']);
});
