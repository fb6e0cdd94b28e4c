import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StateDirectoryRefused, startCloud } from '../index.ts';
import { temporaryFolder } from './storage/temporary-folder.ts';

test('a program starts a cloud inside itself, stops it, and starts it again from the same state', async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const settings = {
    stateDir: join(folder.path, 'state'),
    listen: '127.0.0.1:0',
    driver: 'sim',
    logLevel: 'silent',
  } as const;
  const first = await startCloud(settings);
  const versions = await fetch(`${first.url}/compute/`);
  assert.equal(versions.status, 200);
  assert.equal(statSync(first.cloudsFile).mode & 0o777, 0o600);
  await assert.rejects(startCloud(settings), StateDirectoryRefused);
  await Promise.all([first.stop(), first.stop()]);
  await assert.rejects(fetch(`${first.url}/compute/`));
  const second = await startCloud(settings);
  assert.equal((await fetch(`${second.url}/identity/v3`)).status, 200);
  await second.stop();
});
