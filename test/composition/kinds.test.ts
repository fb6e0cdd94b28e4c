import assert from 'node:assert/strict';
import test from 'node:test';
import { hostKind } from '../../actors/host/index.ts';
import { instanceKind } from '../../actors/instance/index.ts';
import { DEFAULT_QUOTA } from '../../actors/project/row.ts';
import { registryKind } from '../../actors/registry/index.ts';
import { cloudKinds } from '../../composition/kinds.ts';

const PLAIN = { instance: instanceKind.handle, host: hostKind.handle, registry: registryKind.handle };

test('where nobody listens nothing stands between actors and their messages: notifications cost nothing', () => {
  const kinds = cloudKinds(DEFAULT_QUOTA);
  for (const [name, handle] of Object.entries(PLAIN)) assert.equal(kinds.get(name)?.handle, handle, name);
});

test('where somebody listens what is done is told', () => {
  const kinds = cloudKinds(DEFAULT_QUOTA, undefined, { sinks: ['file'], stateChanges: false });
  for (const [name, handle] of Object.entries(PLAIN)) assert.notEqual(kinds.get(name)?.handle, handle, name);
});
