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
import type { IdentityServices, OpenRequest } from '../route.ts';
import type { NewToken, ValidToken } from '../tokens.ts';
import type { ApplicationCredentialMethod, Login, LoginScope, PasswordMethod, UserReference } from './requests.ts';
import { domainOf, projectScope, scopeAsked } from './scope.ts';

/** What a login works with, and where it comes from. */
type From = Pick<OpenRequest, 'services' | 'address'>;

/** Who has logged in, and what bounds the token. */
type Proof = Omit<NewToken, 'scope'>;

/**
 * Checks who somebody is and issues a token. Refused with one and the same 401 whatever was wrong: an unknown user,
 * a wrong password, a disabled user, a project that does not exist or on which the user has no role.
 */
export async function logIn(login: Login, from: From): Promise<Result<ValidToken, IdentityFault>> {
  const { identity, scope } = login;
  const { services } = from;
  switch (identity.methods[0]) {
    case 'password': {
      if (!identity.password) return missing('password');
      const user = await userByPassword(identity.password, from);
      return user.ok ? tokenFor(proofOf('password', user.value), user.value, scope, services) : user;
    }
    case 'application_credential': {
      if (!identity.application_credential) return missing('application_credential');
      if (scope !== undefined)
        return failed({ status: 400, message: 'Application credentials cannot request a scope.' });
      const found = await credentialBySecret(identity.application_credential, from);
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
  from: From,
): Promise<Result<UserRow, IdentityFault>> {
  const user = userOf(reference, from.services);
  const hash = user?.passwordHash ?? null;
  const right = await checkSecret(throttleName(reference, user), password, hash, from);
  return right.ok && user ? ok(user) : right.ok ? failed(UNAUTHENTICATED) : right;
}

async function credentialBySecret(
  wanted: ApplicationCredentialMethod,
  from: From,
): Promise<Result<ApplicationCredentialRow, IdentityFault>> {
  const row = credentialOf(wanted, from.services);
  const { secret, ...reference } = wanted;
  const name = `application credential ${row?.id ?? JSON.stringify(reference)}`;
  const right = await checkSecret(name, secret, row?.secretHash ?? null, from);
  return right.ok && row ? ok(row) : right.ok ? failed(UNAUTHENTICATED) : right;
}

/**
 * Checks a secret, counting failures under a name and for the address; logins of one name wait for each other. Fails with 401 when it
 * is wrong or there were too many wrong ones under the name, 429 when there were from the address, 503 when too many are being checked.
 */
export async function checkSecret(
  name: string,
  secret: string,
  hash: string | null,
  from: From,
): Promise<Result<null, IdentityFault>> {
  const { address } = from;
  const { addresses, throttle } = from.services;
  const waitMs = (): number => (address === null ? 0 : addresses.waitMs(address));
  const mayPass = address === null || addresses.knows(address, name);
  if (!mayPass && waitMs() > 0) return tooMany(429, ' from your address', waitMs());
  const admission = await throttle.begin(name);
  if (!admission.admitted) {
    if (waitMs() > 0) return tooMany(429, ' from your address', waitMs());
    return admission.waitMs === null ? failed(faultOf({ code: 'PasswordsBusy' })) : tooMany(401, '', admission.waitMs);
  }
  const isCounted = address !== null && addresses.begin(address);
  let wasRight: boolean | null = null;
  try {
    // What was waited for a turn others may have used up.
    if (!isCounted && !mayPass) return tooMany(429, ' from your address', waitMs());
    const right = await from.services.passwords.verify(secret, hash);
    if (!right.ok) return failed(faultOf(right.error));
    wasRight = right.value;
    if (wasRight) return ok(null);
    // Who is known from there gets the answer of all others: it must not tell who has logged in.
    return isCounted || waitMs() === 0 ? failed(UNAUTHENTICATED) : tooMany(429, ' from your address', waitMs());
  } finally {
    throttle.ended(name, wasRight);
    if (isCounted) addresses.ended(address, name, wasRight);
    else if (address !== null && wasRight === true) addresses.remember(address, name);
  }
}

function tooMany(status: 401 | 429, where: string, waitMs: number): Result<never, IdentityFault> {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `Too many failed logins${where}; try again in ${retryAfterSeconds} seconds.`;
  return failed({ status, message, retryAfterSeconds });
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
