import { revokeToken } from '../../../actors/identity/client.ts';
import { DEFAULT_DOMAIN_ID, domains, effectiveRoles } from '../../../actors/identity/row.ts';
import { failed, ok, type Result } from '../../../runtime/result.ts';
import { catalogView } from '../catalog/catalog.ts';
import { domainView } from '../domains/views.ts';
import type { IdentityFault } from '../faults.ts';
import { listReply } from '../listing.ts';
import { projectsOfUser } from '../projects/of-user.ts';
import { projectView } from '../projects/views.ts';
import {
  anyone,
  type IdentityAnswer,
  type IdentityRequest,
  type IdentityRoute,
  noContent,
  type OpenRequest,
  type OpenRoute,
  refuse,
  refuseFor,
  reply,
} from '../route.ts';
import type { ValidToken } from '../tokens.ts';
import { logIn } from './login.ts';
import { checkedLogin } from './requests.ts';
import { tokenView } from './views.ts';

/** POST /auth/tokens: the one thing that needs no token. */
export const loginRoute: OpenRoute = {
  method: 'POST',
  path: '/auth/tokens',
  async handle(request) {
    const login = checkedLogin(request.body);
    if (!login.ok) return login;
    const token = await logIn(login.value.auth, request);
    return token.ok ? tokenReply(token.value, request, 201) : token;
  },
};

const tokenReply = (token: ValidToken, request: OpenRequest, status: number): IdentityAnswer => {
  const catalog = request.query('nocatalog') === undefined ? request.services.catalog : null;
  const body = tokenView(token, catalog, request.base);
  return ok({ status, body, headers: { 'X-Subject-Token': token.token } });
};

/** The token that a request is about: one's own, or any when the caller is an administrator or has one of these roles. */
function subjectToken(
  request: IdentityRequest,
  action: 'identity:validate_token' | 'identity:revoke_token',
  rolesOfAny: readonly string[],
): Result<ValidToken, IdentityFault> {
  const token = request.header('X-Subject-Token');
  if (token === undefined) return failed({ status: 400, message: 'The header X-Subject-Token is required.' });
  const subject = request.services.tokens.validate(token);
  const { isAdmin, roles, userId } = request.caller.caller;
  const mayAny = isAdmin || roles.some((role) => rolesOfAny.includes(role));
  if (subject && (mayAny || subject.user.id === userId)) return ok(subject);
  if (!mayAny) {
    const message = `You are not authorized to perform the requested action: ${action}.`;
    return failed({ status: 403, message });
  }
  return failed({ status: 404, message: 'Could not find token.' });
}

/** A service looks tokens up for others, and has no reason to end them. Keystone: the rule `admin_required or token_subject`. */
async function revoke(request: IdentityRequest): Promise<IdentityAnswer> {
  const subject = subjectToken(request, 'identity:revoke_token', []);
  if (!subject.ok) return subject;
  const revoked = await revokeToken(request.services.system, subject.value.claims);
  return revoked.ok ? noContent : refuseFor(revoked.error);
}

export const authRoutes: readonly IdentityRoute[] = [
  {
    method: 'GET',
    path: '/auth/tokens',
    action: 'identity:validate_token',
    rule: anyone,
    handle(request) {
      const subject = subjectToken(request, 'identity:validate_token', ['service']);
      return subject.ok ? tokenReply(subject.value, request, 200) : subject;
    },
  },
  { method: 'DELETE', path: '/auth/tokens', action: 'identity:revoke_token', rule: anyone, handle: revoke },
  {
    method: 'GET',
    path: '/auth/catalog',
    action: 'identity:get_auth_catalog',
    rule: anyone,
    handle({ caller, services, base }) {
      if (caller.claims.scope.type === 'unscoped') return refuse(403, 'A token without a scope has no catalog.');
      return reply({
        catalog: catalogView(services.catalog, base),
        links: { self: `${base}/identity/v3/auth/catalog` },
      });
    },
  },
  {
    method: 'GET',
    path: '/auth/projects',
    action: 'identity:get_auth_projects',
    rule: anyone,
    handle(request) {
      const rows = projectsOfUser(request.services.reader, request.caller.user.id).filter((row) => row.enabled);
      return listReply(request, 'projects', rows, (row) => projectView(row, request.base));
    },
  },
  {
    method: 'GET',
    path: '/auth/domains',
    action: 'identity:get_auth_domains',
    rule: anyone,
    handle(request) {
      const { reader } = request.services;
      const row = domains.read(reader, DEFAULT_DOMAIN_ID);
      const isHeld = row && effectiveRoles(reader, request.caller.user.id, `domain:${row.id}`).length > 0;
      return listReply(request, 'domains', isHeld ? [row] : [], (domain) => domainView(domain, request.base));
    },
  },
];
