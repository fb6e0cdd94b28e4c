import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'cli/novella.ts', 'api', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });

test('api prints the OpenAPI document of a microversion, and all schemas', () => {
  const { status, stdout } = run('openapi', '--version', '2.90', '--server', 'https://cloud.example/compute/v2.1');
  assert.equal(status, 0);
  const document = JSON.parse(stdout);
  assert.equal(document.info.version, '2.90');
  assert.equal(document.servers[0].url, 'https://cloud.example/compute/v2.1');
  assert.ok(JSON.parse(run('schemas').stdout).operations.length > 200);
});

test('api refuses a microversion and a document that there is not', () => {
  const { status, stderr } = run('openapi', '--version', '2.999');
  assert.equal(status, 2);
  assert.match(stderr, /--version 2\.999: there is no such microversion/);
  assert.equal(run('wsdl').status, 2);
});
