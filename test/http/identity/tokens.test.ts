import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assignRole,
  createApplicationCredential,
  createProject,
  createRole,
  createUser,
  deleteApplicationCredential,
  deleteProject,
  deleteUser,
  revokeToken,
  unassignRole,
  updateProject,
  updateUser,
} from '../../../actors/identity/client.ts';
import { decodeToken, encodeToken, type TokenClaims } from '../../../http/identity/token-format.ts';
import { createIdentityTokens, type NewToken } from '../../../http/identity/tokens.ts';
import { type IdentityForTest, identityForTest } from './identity-service.ts';

const KEY = Buffer.alloc(32, 7);
const CLAIMS: TokenClaims = {
  methods: ['password', 'token'],
  userId: '0123456789abcdef0123456789abcdef',
  userGeneration: 4_000_000_000,
  scope: { type: 'project', projectId: 'fedcba9876543210fedcba9876543210', generation: 3 },
  applicationCredentialId: 'a'.repeat(32),
  auditId: Buffer.alloc(16, 1).toString('base64url'),
  parentAuditId: Buffer.alloc(16, 2).toString('base64url'),
  issuedAtMs: 1_800_000_000_123,
  expiresAtMs: 1_800_003_600_123,
};

const SCOPES: readonly TokenClaims['scope'][] = [
  CLAIMS.scope,
  { type: 'unscoped' },
  { type: 'system' },
  { type: 'domain', domainId: 'default' },
  { type: 'domain', domainId: 'x'.repeat(64) },
];
for (const scope of SCOPES) {
  for (const applicationCredentialId of [null, CLAIMS.applicationCredentialId]) {
    for (const parentAuditId of [null, CLAIMS.parentAuditId]) {
      test(`a token says what it was told: ${scope.type}, ${applicationCredentialId ? 'with' : 'no'} credential, ${parentAuditId ? 'with' : 'no'} parent`, () => {
        const claims = { ...CLAIMS, scope, applicationCredentialId, parentAuditId };
        const token = encodeToken(claims, KEY);
        assert(token.length < 250, `${token.length} characters`);
        assert.deepEqual(decodeToken(token, KEY), claims);
      });
    }
  }
}

test('a token with any one character changed, cut or added is not one', () => {
  const token = encodeToken(CLAIMS, KEY);
  for (let i = 0; i < token.length; i++) {
    const other = token[i] === 'A' ? 'B' : 'A';
    assert.equal(decodeToken(token.slice(0, i) + other + token.slice(i + 1), KEY), null, `character ${i}`);
    assert.equal(decodeToken(token.slice(0, i), KEY), null, `cut at ${i}`);
  }
  for (const spoiled of [`${token}=`, `${token}A`, ` ${token}`, `${token}\n`, token.repeat(9), '', '💥']) {
    assert.equal(decodeToken(spoiled, KEY), null);
  }
});

test('a token signed with another key is not one', () => {
  assert.equal(decodeToken(encodeToken(CLAIMS, Buffer.alloc(32, 8)), KEY), null);
});

test('a key of another length than 32 bytes is refused', async () => {
  const { store } = await identityForTest();
  assert.throws(() => createIdentityTokens({ reader: store, key: new Uint8Array(16), clock: Date }), RangeError);
});

/** A user with one role on a project, and a token for it that has been validated once, so it is remembered. */
async function withToken() {
  const service = await identityForTest();
  const { system, tokens } = service;
  const domainId = 'default';
  const project = await createProject(system, { name: 'lab', domainId, description: '', enabled: true, tags: [] });
  const user = await createUser(system, {
    name: 'mia',
    domainId,
    enabled: true,
    email: null,
    description: null,
    defaultProjectId: null,
    passwordHash: null,
  });
  const role = await createRole(system, { name: 'operator', description: null });
  assert(project.ok && user.ok && role.ok);
  const [userId, projectId, roleId] = [user.value.id, project.value.id, role.value.id];
  const assignment = { userId, target: `project:${projectId}`, roleId } as const;
  assert((await assignRole(system, assignment)).ok);
  const wanted: NewToken = {
    methods: ['password'],
    userId,
    scope: { type: 'project', projectId, generation: 0 },
    applicationCredentialId: null,
    parentAuditId: null,
    expiresAtMs: null,
  };
  const valid = tokens.issue(wanted);
  assert(valid);
  assert.equal(tokens.authenticate(valid.token)?.userId, userId);
  return { service, token: valid.token, claims: valid.claims, wanted, userId, projectId, roleId, assignment };
}
type WithToken = Awaited<ReturnType<typeof withToken>>;

const ENDS: Readonly<Record<string, (given: WithToken, service: IdentityForTest) => Promise<unknown>>> = {
  'it is revoked': ({ claims }, { system }) => revokeToken(system, claims),
  'its user is disabled': ({ userId }, { system }) => updateUser(system, userId, { enabled: false }),
  'its user was disabled and is enabled again': async ({ userId }, { system }) => {
    await updateUser(system, userId, { enabled: false });
    await updateUser(system, userId, { enabled: true });
  },
  'its user has a new password': ({ userId }, { system }) => updateUser(system, userId, { passwordHash: 'x' }),
  'its user is deleted': ({ userId }, { system }) => deleteUser(system, userId),
  'its project is disabled': ({ projectId }, { system }) => updateProject(system, projectId, { enabled: false }),
  'its project was disabled and is enabled again': async ({ projectId }, { system }) => {
    await updateProject(system, projectId, { enabled: false });
    await updateProject(system, projectId, { enabled: true });
  },
  'its project is deleted': ({ projectId }, { system }) => deleteProject(system, projectId),
  'its last role is taken': ({ assignment }, { system }) => unassignRole(system, assignment),
  'its time is over': async (_, { clock }) => {
    clock.aheadMs = 3_600_001;
  },
};
for (const [reason, end] of Object.entries(ENDS)) {
  test(`a token that was valid is refused when ${reason}`, async () => {
    const given = await withToken();
    await end(given, given.service);
    assert.equal(given.service.tokens.authenticate(given.token), null);
  });
}

test('a token stays valid when its user or project is merely renamed, and tells the new name', async () => {
  const { service, token, userId, projectId } = await withToken();
  await updateUser(service.system, userId, { name: 'maya' });
  await updateProject(service.system, projectId, { name: 'laboratory' });
  const caller = service.tokens.authenticate(token);
  assert.deepEqual([caller?.userName, caller?.projectName], ['maya', 'laboratory']);
});

test('a token that is remembered tells a role given since it was issued', async () => {
  const { service, token, assignment } = await withToken();
  const second = await createRole(service.system, { name: 'second', description: null });
  assert(second.ok);
  await assignRole(service.system, { ...assignment, roleId: second.value.id });
  assert.deepEqual(service.tokens.authenticate(token)?.roles, ['operator', 'second']);
});

test('a token of an application credential ends with the credential and when that expires', async () => {
  const given = await withToken();
  const { system, tokens, clock } = given.service;
  const { userId, projectId } = given;
  const credential = { name: 'ci', userId, projectId, description: null, secretHash: 'x', unrestricted: false };
  const expiresAtMs = Date.now() + 1_000_000;
  const made = await createApplicationCredential(system, { ...credential, roleIds: null, expiresAtMs });
  assert(made.ok);
  const token = tokens.issue({ ...given.wanted, applicationCredentialId: made.value.id })?.token ?? '';
  assert.equal(tokens.authenticate(token)?.projectId, projectId);
  clock.aheadMs = 1_000_001;
  assert.equal(tokens.authenticate(token), null);
  clock.aheadMs = 0;
  assert.equal(tokens.authenticate(token)?.projectId, projectId);
  await deleteApplicationCredential(system, userId, made.value.id);
  assert.equal(tokens.authenticate(token), null);
});

test('tokens outlive a restart with the same key, and no other', async () => {
  const { service, token } = await withToken();
  const restarted = (fill: number) =>
    createIdentityTokens({ reader: service.store, key: new Uint8Array(32).fill(fill), clock: Date });
  assert.equal(restarted(7).authenticate(token)?.userName, 'mia');
  assert.equal(restarted(8).authenticate(token), null);
});
