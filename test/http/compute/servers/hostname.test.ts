import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostnameOf } from '../../../../http/compute/servers/create/hostname.ts';

const ID = '0e44cc9c-e052-415d-afbf-469b0d384170';

const names: readonly (readonly [string, string])[] = [
  ['web', 'web'],
  ['Web Server_1', 'web-server-1'],
  ['db.example.com', 'db-example-com'],
  ['-edge-', 'edge'],
  ['a!b"c/d', 'abcd'],
  ['日本 host', 'host'],
  ['日本', `Server-${ID}`],
  ['...', `Server-${ID}`],
  ['x'.repeat(100), 'x'.repeat(63)],
];

for (const [name, hostname] of names) {
  test(`a server named ${name} has the host name ${hostname}`, () => {
    assert.equal(hostnameOf(name, ID), hostname);
  });
}
