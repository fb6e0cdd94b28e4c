import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assignRole,
  createProject,
  createUser,
  deleteProject,
  deleteUser,
  ensureIdentityDefaults,
  revokeToken,
  updateUser,
} from '../../../actors/identity/client.ts';
import { identityKind } from '../../../actors/identity/index.ts';
import {
  applicationCredentials,
  assignments,
  DEFAULT_DOMAIN_ID,
  domains,
  effectiveRoles,
  identityRevision,
  projectNamed,
  projects,
  revocations,
  roleNamed,
  roles,
  userNamed,
} from '../../../actors/identity/row.ts';
import { realClock } from '../../../runtime/index.ts';
import { MemoryStore } from '../../../storage/memory-store.ts';
import { oneShard } from '../one-shard.ts';

const DEFAULTS = { adminPasswordHash: 'hash one', resetAdmin: false };

async function started() {
  const store = new MemoryStore(realClock);
  const { system } = oneShard([identityKind], store);
  return { store, system };
}

const NEW_USER = {
  name: 'mia',
  domainId: DEFAULT_DOMAIN_ID,
  enabled: true,
  email: null,
  description: null,
  defaultProjectId: null,
  passwordHash: null,
};
const NEW_PROJECT = { name: 'lab', domainId: DEFAULT_DOMAIN_ID, description: '', enabled: true, tags: [] };

test('the first start makes the domain, five roles, two projects and an administrator of both and of the system', async () => {
  const { store, system } = await started();
  assert.deepEqual(await ensureIdentityDefaults(system, DEFAULTS), { ok: true, value: null });
  assert.deepEqual(
    [...domains.scan(store)].map((row) => row.id),
    ['default'],
  );
  const roleNames = [...roles.scan(store)].map((row) => row.name).sort();
  assert.deepEqual(roleNames, ['admin', 'manager', 'member', 'reader', 'service']);
  assert.deepEqual([...projects.scan(store)].map((row) => row.name).sort(), ['admin', 'demo']);
  const admin = userNamed(store, 'default', 'admin');
  assert.match(admin?.id ?? '', /^[0-9a-f]{32}$/);
  assert.equal(admin?.passwordHash, 'hash one');
  const wanted = ['admin', 'manager', 'member', 'reader'];
  for (const name of ['admin', 'demo']) {
    const id = projectNamed(store, 'default', name)?.id ?? '';
    assert.deepEqual(
      effectiveRoles(store, admin?.id ?? '', `project:${id}`).map((role) => role.name),
      wanted,
    );
  }
  assert.deepEqual(
    effectiveRoles(store, admin?.id ?? '', 'system').map((role) => role.name),
    wanted,
  );
});

test('a first start without a password is refused and makes nothing', async () => {
  const { store, system } = await started();
  const outcome = await ensureIdentityDefaults(system, { adminPasswordHash: null, resetAdmin: false });
  assert.deepEqual(outcome, { ok: false, error: { code: 'AdminPasswordNeeded' } });
  assert.equal(store.size, 0);
});

test('later starts change nothing: what was deleted stays so, and the password is the one set meanwhile', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  await deleteProject(system, projectNamed(store, 'default', 'demo')?.id ?? '');
  await updateUser(system, userNamed(store, 'default', 'admin')?.id ?? '', { passwordHash: 'hash two' });
  await ensureIdentityDefaults(system, { adminPasswordHash: 'hash three', resetAdmin: false });
  assert.equal(projectNamed(store, 'default', 'demo'), undefined);
  assert.equal(userNamed(store, 'default', 'admin')?.passwordHash, 'hash two');
});

test('a reset gives a disabled, a roleless or a deleted administrator everything back', async () => {
  for (const spoil of ['disable', 'delete'] as const) {
    const { store, system } = await started();
    await ensureIdentityDefaults(system, DEFAULTS);
    const id = userNamed(store, 'default', 'admin')?.id ?? '';
    await (spoil === 'disable' ? updateUser(system, id, { enabled: false }) : deleteUser(system, id));
    await ensureIdentityDefaults(system, { adminPasswordHash: 'hash two', resetAdmin: true });
    const admin = userNamed(store, 'default', 'admin');
    assert.deepEqual([admin?.enabled, admin?.passwordHash], [true, 'hash two']);
    assert.equal(effectiveRoles(store, admin?.id ?? '', 'system').length, 4);
  }
});

test('every change counts the revision up, and a refusal does not', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  const before = identityRevision(store);
  assert((await createProject(system, NEW_PROJECT)).ok);
  assert.equal(identityRevision(store), before + 1);
  const again = await createProject(system, NEW_PROJECT);
  assert.deepEqual(again, { ok: false, error: { code: 'ProjectExists', name: 'lab', domainId: 'default' } });
  assert.equal(identityRevision(store), before + 1);
});

test('of two users with one name made at once, one is refused', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  const outcomes = await Promise.all([createUser(system, NEW_USER), createUser(system, NEW_USER)]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.ok),
    [true, false],
  );
  assert(userNamed(store, 'default', 'mia'));
});

test('names that look like keys of the store stay apart', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  const names = ['a', 'a/b', 'a%2Fb', 'A', 'a\u{1F600}', '../a', 'x'.repeat(255)];
  for (const name of names) assert((await createUser(system, { ...NEW_USER, name })).ok, name);
  for (const name of names) assert.equal(userNamed(store, 'default', name)?.name, name);
});

test('deleting a user or a project leaves nothing that is only about it', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  const rows = () => [...assignments.scan(store)].length + [...applicationCredentials.scan(store)].length;
  const before = rows();
  for (const remove of ['user', 'project'] as const) {
    const [user, project] = [await createUser(system, NEW_USER), await createProject(system, NEW_PROJECT)];
    assert(user.ok && project.ok);
    const [userId, projectId, roleId] = [user.value.id, project.value.id, roleNamed(store, 'member')?.id ?? ''];
    assert((await assignRole(system, { userId, target: `project:${projectId}`, roleId })).ok);
    assert.equal(rows(), before + 1);
    const removed = remove === 'user' ? await deleteUser(system, userId) : await deleteProject(system, projectId);
    assert(removed.ok);
    assert.equal(rows(), before);
    await (remove === 'user' ? deleteProject(system, projectId) : deleteUser(system, userId));
  }
});

test('a password that was changed meanwhile is not replaced', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  const id = userNamed(store, 'default', 'admin')?.id ?? '';
  const outcomes = await Promise.all([
    updateUser(system, id, { passwordHash: 'hash two' }, 'hash one'),
    updateUser(system, id, { passwordHash: 'hash three' }, 'hash one'),
  ]);
  assert.deepEqual(outcomes[1], { ok: false, error: { code: 'PasswordChangedMeanwhile', userId: id } });
  assert.equal(userNamed(store, 'default', 'admin')?.passwordHash, 'hash two');
});

test('revocations are kept until their tokens have expired, and not longer', async () => {
  const { store, system } = await started();
  await ensureIdentityDefaults(system, DEFAULTS);
  const kept = () => [...revocations.scan(store)].map((row) => row.auditId);
  const soonMs = Date.now() + 40;
  await revokeToken(system, { auditId: 'soon', expiresAtMs: soonMs });
  await revokeToken(system, { auditId: 'over', expiresAtMs: 1 });
  await revokeToken(system, { auditId: 'late', expiresAtMs: Date.now() + 3_600_000 });
  assert.deepEqual(kept().sort(), ['late', 'soon']);
  while (Date.now() <= soonMs) await new Promise((resolve) => setImmediate(resolve));
  await revokeToken(system, { auditId: 'late', expiresAtMs: Date.now() + 3_600_000 });
  assert.deepEqual(kept(), ['late']);
});
