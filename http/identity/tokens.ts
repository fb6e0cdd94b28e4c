import {
  type ApplicationCredentialRow,
  applicationCredentials,
  type DomainRow,
  domains,
  effectiveRoles,
  identityRevision,
  impliedRoleNames,
  type ProjectRow,
  projects,
  type RoleRow,
  revocations,
  type UserRow,
  users,
} from '../../actors/identity/row.ts';
import type { Caller, IdentityTokens } from '../../drivers/identity.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Reader } from '../../runtime/store.ts';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';
import { decodeToken, encodeToken, newAuditId, type TokenClaims } from './token-format.ts';

/** A token that is valid, with the rows that make it so. */
export interface ValidToken {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly user: UserRow;
  readonly userDomain: DomainRow;
  /** The project that it is for, and its domain. */
  readonly project: { readonly row: ProjectRow; readonly domain: DomainRow } | null;
  /** The domain that it is for. */
  readonly domain: DomainRow | null;
  readonly applicationCredential: ApplicationCredentialRow | null;
  /** Implied ones included, sorted by name. Empty for a token without a scope. */
  readonly roles: readonly RoleRow[];
  readonly caller: Caller;
}

/** What is to be said by a new token; the rest is filled in. */
export type NewToken = Omit<TokenClaims, 'auditId' | 'issuedAtMs' | 'userGeneration' | 'expiresAtMs'> & {
  /** Null: a full life from now. */
  readonly expiresAtMs: number | null;
};

/** Issues and checks tokens. They are signed, and no row is written for one. */
export interface IdentityTokenService extends IdentityTokens {
  authenticate(token: string): Caller | null;
  /** The token with what makes it valid; null when it is unknown, expired or revoked. */
  validate(token: string): ValidToken | null;
  /** A new token; null when its user, scope or roles do not make a valid one. */
  issue(token: NewToken): ValidToken | null;
}

/** What tokens are made with. */
export interface IdentityTokensOptions {
  /** The rows of the identity service. Renewed by its owner. */
  readonly reader: Reader;
  /** 32 random bytes that stay the same as long as tokens shall be valid over restarts. A secret. */
  readonly key: Uint8Array;
  readonly clock: Pick<Clock, 'now'>;
  /** The life of a token in milliseconds. Longer is handier for scripts, and longer open to whoever finds one. @default one hour, as Keystone's */
  readonly lifeMs?: number;
}

interface Remembered {
  readonly revision: number;
  readonly valid: ValidToken;
  /** When the token, or the application credential that it came from, expires. */
  readonly untilMs: number;
}

const KEY_BYTES = 32;
const HOUR_MS = 3_600_000;

/**
 * Makes the token service. A token that was found valid is remembered together with the revision of the identity rows,
 * so that checking it again is a look-up in a map and the read of one row; any change of a user, project, role or
 * assignment, and any revocation, counts the revision up and has every token checked anew.
 */
export function createIdentityTokens(options: IdentityTokensOptions): IdentityTokenService {
  const { reader, clock, lifeMs = HOUR_MS } = options;
  if (options.key.length !== KEY_BYTES) throw new RangeError(`The key of tokens has ${KEY_BYTES} bytes.`);
  const key = Buffer.from(options.key);
  let recent = new Map<string, Remembered>();
  let older = new Map<string, Remembered>();

  const remember = (token: string, remembered: Remembered): void => {
    recent.set(token, remembered);
    if (recent.size < IDENTITY_HTTP_LIMITS.tokensRememberedMax) return;
    older = recent;
    recent = new Map();
  };

  const validate = (token: string): ValidToken | null => {
    const revision = identityRevision(reader);
    const fresh = recent.get(token);
    const known = fresh ?? older.get(token);
    if (known !== undefined && known.revision === revision) {
      if (known.untilMs <= clock.now()) return null;
      if (fresh === undefined) remember(token, known);
      return known.valid;
    }
    const claims = decodeToken(token, key);
    const valid = claims && claims.expiresAtMs > clock.now() ? validToken(reader, token, claims, clock.now()) : null;
    if (valid !== null) {
      const credentialUntilMs = valid.applicationCredential?.expiresAtMs ?? Number.POSITIVE_INFINITY;
      remember(token, { revision, valid, untilMs: Math.min(valid.claims.expiresAtMs, credentialUntilMs) });
    }
    return valid;
  };

  return {
    authenticate: (token) => validate(token)?.caller ?? null,
    validate,
    issue(token) {
      const user = users.read(reader, token.userId);
      if (!user) return null;
      const issuedAtMs = clock.now();
      const expiresAtMs = token.expiresAtMs ?? issuedAtMs + lifeMs;
      const times = { issuedAtMs, expiresAtMs, auditId: newAuditId(), userGeneration: user.tokenGeneration };
      return validate(encodeToken({ ...token, ...times }, key));
    },
  };
}

/** The token with its rows, if they still stand for what it says. */
function validToken(reader: Reader, token: string, claims: TokenClaims, nowMs: number): ValidToken | null {
  if (revocations.read(reader, claims.auditId)) return null;
  const user = users.read(reader, claims.userId);
  const userDomain = user && domains.read(reader, user.domainId);
  if (!user?.enabled || !userDomain?.enabled || user.tokenGeneration !== claims.userGeneration) return null;
  const scope = scopeOf(reader, claims);
  if (scope === null) return null;
  const id = claims.applicationCredentialId;
  const credential = id === null ? null : usableCredential(reader, id, claims, nowMs);
  if (credential === undefined) return null;
  const roles = credential === null ? scope.roles : withinCredential(scope.roles, credential);
  if (claims.scope.type !== 'unscoped' && roles.length === 0) return null;
  const names = roles.map((role) => role.name);
  const caller: Caller = {
    userId: user.id,
    userName: user.name,
    projectId: scope.project?.row.id ?? null,
    projectName: scope.project?.row.name ?? null,
    domainId: scope.domain?.id ?? null,
    roles: names,
    isAdmin: names.includes('admin'),
    systemScope: claims.scope.type === 'system' ? 'all' : null,
  };
  const { project, domain } = scope;
  return { token, claims, user, userDomain, project, domain, applicationCredential: credential, roles, caller };
}

type Scope = Pick<ValidToken, 'project' | 'domain' | 'roles'>;

/** What the token is for, with the user's roles there; null when it is gone or disabled. */
function scopeOf(reader: Reader, { scope, userId }: TokenClaims): Scope | null {
  switch (scope.type) {
    case 'unscoped':
      return { project: null, domain: null, roles: [] };
    case 'system':
      return { project: null, domain: null, roles: effectiveRoles(reader, userId, 'system') };
    case 'domain': {
      const domain = domains.read(reader, scope.domainId);
      if (!domain?.enabled) return null;
      return { project: null, domain, roles: effectiveRoles(reader, userId, `domain:${domain.id}`) };
    }
    case 'project': {
      const row = projects.read(reader, scope.projectId);
      const domain = row && domains.read(reader, row.domainId);
      if (!row?.enabled || !domain?.enabled || row.tokenGeneration !== scope.generation) return null;
      return { project: { row, domain }, domain: null, roles: effectiveRoles(reader, userId, `project:${row.id}`) };
    }
  }
}

/** The application credential of a token, if it can still be used; else undefined. */
function usableCredential(
  reader: Reader,
  id: string,
  { userId, scope }: TokenClaims,
  nowMs: number,
): ApplicationCredentialRow | undefined {
  const row = applicationCredentials.read(reader, id);
  if (row?.userId !== userId || scope.type !== 'project' || row.projectId !== scope.projectId) return undefined;
  return row.expiresAtMs !== null && row.expiresAtMs <= nowMs ? undefined : row;
}

/** Of the user's roles those that an application credential was given, with what they imply. */
function withinCredential(held: readonly RoleRow[], credential: ApplicationCredentialRow): readonly RoleRow[] {
  const given = held.filter((role) => credential.roleIds.includes(role.id));
  const names = new Set(given.flatMap((role) => impliedRoleNames(role.name)));
  return held.filter((role) => names.has(role.name));
}
