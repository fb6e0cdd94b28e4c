import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { bootstrapIdentity } from '../../../http/identity/bootstrap.ts';
import { step } from '../answer.ts';
import { identityForTest } from './identity-service.ts';

const OPENSTACK = '/usr/bin/openstack';
const run = promisify(execFile);

/** What python-openstackclient does with the service over a socket. Each call takes it some seconds, so there are few. */
test('the openstack client issues a token, and manages projects, users and roles', {
  skip: existsSync(OPENSTACK) ? false : `${OPENSTACK} is not installed`,
  timeout: 180_000,
}, async (t) => {
  const service = await identityForTest();
  const server = serve({ fetch: service.app.fetch, hostname: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  const base = `http://127.0.0.1:${address.port}`;
  const stateDirectory = await mkdtemp(join(tmpdir(), 'novella-openstack-'));
  t.after(() => rm(stateDirectory, { recursive: true, force: true }));
  const { system, store, passwords } = service;
  const authUrl = `${base}/identity`;
  assert((await bootstrapIdentity({ system, reader: store, passwords, stateDirectory, authUrl })).ok);

  const execute = async (words: readonly string[]): Promise<unknown> => {
    const env = { PATH: '/usr/bin:/bin', HOME: stateDirectory, LANG: 'C.UTF-8' };
    const options = { cwd: stateDirectory, env, timeout: 60_000 };
    const { stdout } = await run(OPENSTACK, words, options);
    return stdout === '' ? null : JSON.parse(stdout);
  };
  const openstack = (...words: readonly string[]) => execute(['--os-cloud', 'novella', ...words]);
  // What clouds.yaml says wins over the command line, so another user says everything.
  const user = ['--os-username', 'mia', '--os-password', 'mia-has-one', '--os-project-name', 'demo'];
  const domains = [
    '--os-user-domain-id',
    'default',
    '--os-project-domain-id',
    'default',
    '--os-identity-api-version',
    '3',
  ];
  const asMia = ['--os-auth-url', authUrl, ...user, ...domains];
  const field = (rows: unknown, name: string): unknown[] => {
    assert(Array.isArray(rows));
    return rows.map((row) => step(row, name)).sort();
  };
  const json = ['-f', 'json'];

  const token = await openstack('token', 'issue', ...json);
  assert.equal(service.tokens.authenticate(String(step(token, 'id')))?.userName, 'admin');
  assert.deepEqual(field(await openstack('project', 'list', ...json), 'Name'), ['admin', 'demo']);
  const made = await openstack('user', 'create', '--project', 'demo', '--password', 'mia-has-one', 'mia', ...json);
  assert.equal(step(made, 'name'), 'mia');
  await openstack('role', 'add', '--user', 'mia', '--project', 'demo', 'member');
  const held = await openstack('role', 'assignment', 'list', '--names', '--user', 'mia', ...json);
  assert.deepEqual([field(held, 'Role'), field(held, 'Project')], [['member'], ['demo@Default']]);
  const catalog = await openstack('catalog', 'list', ...json);
  assert.deepEqual(field(catalog, 'Name'), [
    'cinder',
    'cinderv3',
    'glance',
    'keystone',
    'neutron',
    'nova',
    'placement',
  ]);
  const endpoints = await openstack('endpoint', 'list', '--service', 'compute', '--interface', 'public', ...json);
  assert.deepEqual(field(endpoints, 'URL'), [`${base}/compute/v2.1`]);
  assert.deepEqual(field(await execute([...asMia, 'project', 'list', ...json]), 'Name'), ['demo']);
  const credential = await execute([
    ...asMia,
    'application',
    'credential',
    'create',
    '--role',
    'member',
    'ci',
    ...json,
  ]);
  assert.match(String(step(credential, 'secret')), /^[\w-]{64}$/);
});
