import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { IDENTITY_HTTP_LIMITS } from './limits.ts';

/** How somebody has shown who they are. */
export type AuthMethod = 'password' | 'token' | 'application_credential';

/** What a token is for. A generation is that of the project's row when the token was issued. */
export type TokenScope =
  | { readonly type: 'unscoped' }
  | { readonly type: 'project'; readonly projectId: string; readonly generation: number }
  | { readonly type: 'domain'; readonly domainId: string }
  | { readonly type: 'system' };

/** What a token says. It is signed, not secret. */
export interface TokenClaims {
  readonly methods: readonly AuthMethod[];
  /** 32 hex digits, as all ids here but that of a domain. */
  readonly userId: string;
  /** The `tokenGeneration` of the user's row when the token was issued. */
  readonly userGeneration: number;
  readonly scope: TokenScope;
  readonly applicationCredentialId: string | null;
  /** Names the token without being one: 16 bytes as base64url. */
  readonly auditId: string;
  /** The audit id of the first token of a chain of rescopings. */
  readonly parentAuditId: string | null;
  /** Milliseconds since 1970. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

const FORMAT = 1;
const METHODS: readonly AuthMethod[] = ['password', 'token', 'application_credential'];
const SCOPES: readonly TokenScope['type'][] = ['unscoped', 'project', 'domain', 'system'];
const HAS_CREDENTIAL = 1;
const HAS_PARENT = 2;
const HEAD_BYTES = 52;
const ID_BYTES = 16;
const MAC_BYTES = 32;
const DOMAIN_ID_BYTES_MAX = 64;

/** A new audit id. */
export const newAuditId = (): string => randomBytes(ID_BYTES).toString('base64url');

const sign = (payload: Buffer, key: Buffer): Buffer => createHmac('sha256', key).update(payload).digest();

/** A token with these claims: at most 182 characters, or 238 when it is for a domain with a long id. */
export function encodeToken(claims: TokenClaims, key: Buffer): string {
  const { scope, applicationCredentialId, parentAuditId } = claims;
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = FORMAT;
  head[1] = METHODS.reduce((bits, method, bit) => bits | (claims.methods.includes(method) ? 1 << bit : 0), 0);
  head[2] = SCOPES.indexOf(scope.type);
  head[3] = (applicationCredentialId === null ? 0 : HAS_CREDENTIAL) | (parentAuditId === null ? 0 : HAS_PARENT);
  head.writeUIntBE(claims.issuedAtMs, 4, 6);
  head.writeUIntBE(claims.expiresAtMs, 10, 6);
  idBytes(claims.userId).copy(head, 16);
  head.writeUInt32BE(claims.userGeneration, 32);
  Buffer.from(claims.auditId, 'base64url').copy(head, 36);
  const parts = [head, scopeBytes(scope)];
  if (applicationCredentialId !== null) parts.push(idBytes(applicationCredentialId));
  if (parentAuditId !== null) parts.push(Buffer.from(parentAuditId, 'base64url'));
  const payload = Buffer.concat(parts);
  return Buffer.concat([payload, sign(payload, key)]).toString('base64url');
}

/** What a token says; null when we have not signed it. The token is any text; its time is not looked at. */
export function decodeToken(token: string, key: Buffer): TokenClaims | null {
  if (token.length > IDENTITY_HTTP_LIMITS.tokenLengthMax) return null;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length < HEAD_BYTES + MAC_BYTES) return null;
  const payload = bytes.subarray(0, -MAC_BYTES);
  if (!timingSafeEqual(sign(payload, key), bytes.subarray(-MAC_BYTES))) return null;
  // A claim has one spelling only. Checked after the signature, so that it tells nothing about it.
  if (bytes.toString('base64url') !== token || payload[0] !== FORMAT) return null;
  return claimsOf(payload);
}

/** Reads a payload that we have written. */
function claimsOf(payload: Buffer): TokenClaims | null {
  const scopeType = SCOPES[payload[2] ?? SCOPES.length];
  if (scopeType === undefined) return null;
  const flags = payload[3] ?? 0;
  const methodBits = payload[1] ?? 0;
  const { scope, end } = readScope(scopeType, payload);
  const credentialEnd = end + ((flags & HAS_CREDENTIAL) === 0 ? 0 : ID_BYTES);
  const hasParent = (flags & HAS_PARENT) !== 0;
  return {
    methods: METHODS.filter((_, bit) => (methodBits & (1 << bit)) !== 0),
    userId: payload.toString('hex', 16, 32),
    userGeneration: payload.readUInt32BE(32),
    scope,
    applicationCredentialId: credentialEnd > end ? payload.toString('hex', end, credentialEnd) : null,
    auditId: payload.toString('base64url', 36, HEAD_BYTES),
    parentAuditId: hasParent ? payload.toString('base64url', credentialEnd, credentialEnd + ID_BYTES) : null,
    issuedAtMs: payload.readUIntBE(4, 6),
    expiresAtMs: payload.readUIntBE(10, 6),
  };
}

function scopeBytes(scope: TokenScope): Buffer {
  switch (scope.type) {
    case 'unscoped':
    case 'system':
      return Buffer.alloc(0);
    case 'project': {
      const generation = Buffer.alloc(4);
      generation.writeUInt32BE(scope.generation);
      return Buffer.concat([idBytes(scope.projectId), generation]);
    }
    case 'domain': {
      const id = Buffer.from(scope.domainId);
      if (id.length > DOMAIN_ID_BYTES_MAX) throw new RangeError('The id of a domain is too long for a token.');
      return Buffer.concat([Buffer.of(id.length), id]);
    }
  }
}

function readScope(type: TokenScope['type'], payload: Buffer): { readonly scope: TokenScope; readonly end: number } {
  switch (type) {
    case 'unscoped':
    case 'system':
      return { scope: { type }, end: HEAD_BYTES };
    case 'project': {
      const end = HEAD_BYTES + ID_BYTES;
      const projectId = payload.toString('hex', HEAD_BYTES, end);
      return { scope: { type, projectId, generation: payload.readUInt32BE(end) }, end: end + 4 };
    }
    case 'domain': {
      const end = HEAD_BYTES + 1 + (payload[HEAD_BYTES] ?? 0);
      return { scope: { type, domainId: payload.toString('utf8', HEAD_BYTES + 1, end) }, end };
    }
  }
}

function idBytes(id: string): Buffer {
  const bytes = Buffer.from(id, 'hex');
  if (bytes.length !== ID_BYTES) throw new RangeError(`The id ${id} is not of 32 hex digits.`);
  return bytes;
}
