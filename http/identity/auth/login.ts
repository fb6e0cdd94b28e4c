import {
  type ApplicationCredentialRow,
  applicationCredentials,
  indexed,
  type UserRow,
  userNamed,
  users,
} from '../../../actors/identity/row.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import { faultOf, type IdentityFault, UNAUTHENTICATED } from '../faults.ts';
import type { IdentityServices } from '../route.ts';
import type { NewToken, ValidToken } from '../tokens.ts';
import type { ApplicationCredentialMethod, Login, LoginScope, PasswordMethod, UserReference } from './requests.ts';
import { domainOf, projectScope, scopeAsked } from './scope.ts';

/** Who has logged in, and what bounds the token. */
type Proof = Omit<NewToken, 'scope'>;

/**
 * Checks who somebody is and issues a token. Refused with one and the same 401 whatever was wrong: an unknown user,
 * a wrong password, a disabled user, a project that does not exist or on which the user has no role.
 */
export async function logIn(login: Login, services: IdentityServices): Promise<Result<ValidToken, IdentityFault>> {
  const { identity, scope } = login;
  switch (identity.methods[0]) {
    case 'password': {
      if (!identity.password) return missing('password');
      const user = await userByPassword(identity.password, services);
      return user.ok ? tokenFor(proofOf('password', user.value), user.value, scope, services) : user;
    }
    case 'application_credential': {
      if (!identity.application_credential) return missing('application_credential');
      if (scope !== undefined)
        return failed({ status: 400, message: 'Application credentials cannot request a scope.' });
      const found = await credentialBySecret(identity.application_credential, services);
      return found.ok ? tokenForCredential(found.value, services) : found;
    }
    case 'token':
      return identity.token ? rescope(identity.token.id, scope, services) : missing('token');
  }
}

const missing = (field: string): Result<never, IdentityFault> =>
  failed({ status: 400, message: `Invalid input for field 'auth.identity.${field}': It is required.` });

const proofOf = (method: Proof['methods'][number], user: UserRow): Proof => ({
  methods: [method],
  userId: user.id,
  applicationCredentialId: null,
  parentAuditId: null,
  expiresAtMs: null,
});

/** A token for the scope asked for; without one for the user's default project if that is possible, else for none. */
function tokenFor(
  proof: Proof,
  user: UserRow,
  asked: LoginScope | 'unscoped' | undefined,
  { tokens, reader }: IdentityServices,
): Result<ValidToken, IdentityFault> {
  if (asked === undefined) {
    const scope = user.defaultProjectId === null ? null : projectScope(reader, user.defaultProjectId);
    const token = scope && tokens.issue({ ...proof, scope });
    return issued(token ?? tokens.issue({ ...proof, scope: { type: 'unscoped' } }));
  }
  const scope = asked === 'unscoped' ? ({ type: 'unscoped' } as const) : scopeAsked(reader, asked);
  return issued(scope && tokens.issue({ ...proof, scope }));
}

const issued = (token: ValidToken | null): Result<ValidToken, IdentityFault> =>
  token === null ? failed(UNAUTHENTICATED) : ok(token);

/** A token for another scope. It lives no longer than the one it comes from. */
function rescope(
  token: string,
  asked: LoginScope | 'unscoped' | undefined,
  services: IdentityServices,
): Result<ValidToken, IdentityFault> {
  const before = services.tokens.validate(token);
  if (before === null) return failed(UNAUTHENTICATED);
  const { claims, user } = before;
  if (claims.applicationCredentialId !== null) {
    return failed({ status: 403, message: 'The token of an application credential cannot be rescoped.' });
  }
  const proof: Proof = {
    methods: [...new Set([...claims.methods, 'token' as const])],
    userId: user.id,
    applicationCredentialId: null,
    parentAuditId: claims.parentAuditId ?? claims.auditId,
    expiresAtMs: claims.expiresAtMs,
  };
  return tokenFor(proof, user, asked, services);
}

function tokenForCredential(
  credential: ApplicationCredentialRow,
  { tokens, reader, clock }: IdentityServices,
): Result<ValidToken, IdentityFault> {
  const user = users.read(reader, credential.userId);
  const scope = projectScope(reader, credential.projectId);
  if (!user || !scope) return failed(UNAUTHENTICATED);
  if (credential.expiresAtMs !== null && credential.expiresAtMs <= clock.now()) return failed(UNAUTHENTICATED);
  const proof = proofOf('application_credential', user);
  return issued(tokens.issue({ ...proof, applicationCredentialId: credential.id, scope }));
}

/** The name that failures of a user are counted under: that of an unknown user counts as well. */
const throttleName = (reference: UserReference, user: UserRow | undefined): string =>
  user ? `user ${user.id}` : `unknown ${JSON.stringify(reference)}`;

async function userByPassword(
  { user: { password, ...reference } }: PasswordMethod,
  services: IdentityServices,
): Promise<Result<UserRow, IdentityFault>> {
  const user = userOf(reference, services);
  const hash = user?.passwordHash ?? null;
  const right = await checkSecret(throttleName(reference, user), password, hash, services);
  return right.ok && user ? ok(user) : right.ok ? failed(UNAUTHENTICATED) : right;
}

async function credentialBySecret(
  wanted: ApplicationCredentialMethod,
  services: IdentityServices,
): Promise<Result<ApplicationCredentialRow, IdentityFault>> {
  const row = credentialOf(wanted, services);
  const { secret, ...reference } = wanted;
  const name = `application credential ${row?.id ?? JSON.stringify(reference)}`;
  const right = await checkSecret(name, secret, row?.secretHash ?? null, services);
  return right.ok && row ? ok(row) : right.ok ? failed(UNAUTHENTICATED) : right;
}

/**
 * Checks a secret, counting failures under a name; logins of one name wait for each other. Fails with 401 when it is wrong or there
 * were too many wrong ones, 503 when too many are being checked.
 */
export async function checkSecret(
  name: string,
  secret: string,
  hash: string | null,
  { throttle, passwords }: IdentityServices,
): Promise<Result<null, IdentityFault>> {
  const admission = await throttle.begin(name);
  if (!admission.admitted) {
    if (admission.waitMs === null) return failed(faultOf({ code: 'PasswordsBusy' }));
    const retryAfterSeconds = Math.ceil(admission.waitMs / 1000);
    const message = `Too many failed logins; try again in ${retryAfterSeconds} seconds.`;
    return failed({ status: 401, message, retryAfterSeconds });
  }
  let wasRight: boolean | null = null;
  try {
    const right = await passwords.verify(secret, hash);
    if (!right.ok) return failed(faultOf(right.error));
    wasRight = right.value;
    return wasRight ? ok(null) : failed(UNAUTHENTICATED);
  } finally {
    throttle.ended(name, wasRight);
  }
}

function userOf({ id, name, domain }: UserReference, { reader }: IdentityServices): UserRow | undefined {
  if (id !== undefined) return users.read(reader, id);
  const row = domain && domainOf(reader, domain);
  return row && name !== undefined ? userNamed(reader, row.id, name) : undefined;
}

function credentialOf(
  { id, name, user }: ApplicationCredentialMethod,
  services: IdentityServices,
): ApplicationCredentialRow | undefined {
  if (id !== undefined) return applicationCredentials.read(services.reader, id);
  const owner = user && userOf(user, services);
  if (!owner || name === undefined) return undefined;
  for (const row of indexed(applicationCredentials, services.reader, 'byUser', [owner.id, name])) return row;
  return undefined;
}
