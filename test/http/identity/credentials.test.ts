import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { bootstrapIdentity } from '../../../http/identity/bootstrap.ts';
import { prepareAdminCredentials, saveAdminCredentials } from '../../../http/identity/credentials.ts';
import { createPasswords } from '../../../http/identity/passwords.ts';
import { realClock } from '../../../runtime/index.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { identityForTest, identitySystem, logIn } from './identity-service.ts';

const AUTH_URL = 'http://127.0.0.1:8774/identity';

async function stateDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'novella-identity-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('the first start makes a password and both files, for their owner only, with nothing left beside them', async (t) => {
  const directory = join(await stateDirectory(t), 'new');
  const { password, created } = await prepareAdminCredentials(directory);
  assert.equal(created, true);
  assert.match(password, /^[A-Za-z0-9_-]{32}$/);
  await saveAdminCredentials(directory, { password, authUrl: AUTH_URL });
  assert.deepEqual((await readdir(directory)).sort(), ['admin-password', 'clouds.yaml']);
  for (const name of ['admin-password', 'clouds.yaml']) {
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
  }
  assert.equal(await readFile(join(directory, 'admin-password'), 'utf8'), `${password}\n`);
  assert.deepEqual(parse(await readFile(join(directory, 'clouds.yaml'), 'utf8')), {
    clouds: {
      novella: {
        auth: {
          auth_url: AUTH_URL,
          username: 'admin',
          password,
          project_name: 'admin',
          user_domain_name: 'Default',
          project_domain_name: 'Default',
        },
        region_name: 'RegionOne',
        identity_api_version: 3,
        interface: 'public',
      },
    },
  });
});

test('a later start keeps the password, rewrites nothing that is right, and refreshes the address only', async (t) => {
  const directory = await stateDirectory(t);
  const { password } = await prepareAdminCredentials(directory);
  await saveAdminCredentials(directory, { password, authUrl: AUTH_URL });
  const path = join(directory, 'clouds.yaml');
  const text = (await readFile(path, 'utf8'))
    .replace('clouds:', '# mine\nclouds:\n  other: {}')
    .replace(password, 'changed');
  await writeFile(path, text);
  await chmod(path, 0o644);
  assert.deepEqual(await prepareAdminCredentials(directory), { password, created: false });
  await saveAdminCredentials(directory, { password, authUrl: AUTH_URL });
  assert.equal(await readFile(path, 'utf8'), text);
  const authUrl = 'http://10.0.0.1:9000/identity';
  await saveAdminCredentials(directory, { password, authUrl });
  const after = await readFile(path, 'utf8');
  assert.equal(after.replace(authUrl, AUTH_URL), text);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a clouds.yaml that cannot be read is made anew; one without our cloud keeps the others', async (t) => {
  const directory = await stateDirectory(t);
  const path = join(directory, 'clouds.yaml');
  for (const [before, names] of [
    ['{', ['novella']],
    ['- a', ['novella']],
    ['', ['novella']],
    ['clouds:\n  other:\n    region_name: X\n', ['other', 'novella']],
  ] as const) {
    await writeFile(path, before);
    await saveAdminCredentials(directory, { password: 'pw', authUrl: AUTH_URL });
    const { clouds } = parse(await readFile(path, 'utf8'));
    assert.deepEqual(Object.keys(clouds), names);
    assert.equal(clouds.novella.auth.password, 'pw');
  }
});

test('the first start makes the administrator with the password of the file, and later starts change nothing', async (t) => {
  const directory = await stateDirectory(t);
  const { app, system, store, passwords } = await identityForTest();
  const options = { system, reader: store, passwords, stateDirectory: directory, authUrl: AUTH_URL };
  // The service has an administrator; its file is lost: it gets a new password.
  assert.deepEqual(await bootstrapIdentity(options), { ok: true, value: { passwordIsNew: true } });
  const password = (await readFile(join(directory, 'admin-password'), 'utf8')).trim();
  assert.equal((await logIn(app)).status, 401);
  assert.equal((await logIn(app, { password })).status, 201);
  assert.deepEqual(await bootstrapIdentity(options), { ok: true, value: { passwordIsNew: false } });
  assert.equal((await logIn(app, { password })).status, 201);
});

test('a first start that ended after the file but before the rows is completed by the next one', async (t) => {
  const directory = await stateDirectory(t);
  await saveAdminCredentials(directory, { password: 'from-the-file', authUrl: AUTH_URL });
  const store = new MemoryStore(realClock);
  const options = {
    system: identitySystem(store),
    reader: store,
    passwords: createPasswords({ costLog2: 4 }),
    stateDirectory: directory,
    authUrl: AUTH_URL,
  };
  assert.deepEqual(await bootstrapIdentity(options), { ok: true, value: { passwordIsNew: false } });
  assert(store.size > 10);
});
