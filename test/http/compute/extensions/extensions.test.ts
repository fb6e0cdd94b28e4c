import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXTENSIONS } from '../../../../http/compute/extensions/list.ts';
import { startTestCloud } from '../cloud.ts';

test('former extensions are listed by alias, each once, and shown one by one', async () => {
  const aliases = EXTENSIONS.map(({ alias }) => alias);
  assert.deepEqual(aliases, [...new Set(aliases)].sort());
  const cloud = await startTestCloud({ hosts: 0, withNetwork: false });
  try {
    const { body } = await cloud.call('GET', '/extensions');
    assert.deepEqual(
      body.extensions.map(({ alias }: { alias: string }) => alias),
      aliases,
    );
    const shown = await cloud.call('GET', '/extensions/os-keypairs');
    assert.equal(shown.body.extension.name, 'Keypairs');
    assert.equal((await cloud.call('GET', '/extensions/os-nothing')).status, 404);
  } finally {
    await cloud.close();
  }
});
