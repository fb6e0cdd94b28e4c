import { type Catalog, catalogView } from '../catalog/catalog.ts';
import { keystoneTime } from '../time.ts';
import type { ValidToken } from '../tokens.ts';

/** A domain as it stands inside of other things. */
const named = ({ id, name }: { readonly id: string; readonly name: string }): object => ({ id, name });

/** The body of a token: keystone/models/token_model.py, keystone/common/render_token.py. The catalog is left out for null. */
export function tokenView(token: ValidToken, catalog: Catalog | null, base: string): object {
  const { claims, user, project, domain, applicationCredential, roles } = token;
  const { auditId, parentAuditId, scope } = claims;
  return {
    token: {
      methods: claims.methods,
      user: { domain: named(token.userDomain), id: user.id, name: user.name, password_expires_at: null },
      audit_ids: parentAuditId === null ? [auditId] : [auditId, parentAuditId],
      expires_at: keystoneTime(claims.expiresAtMs),
      issued_at: keystoneTime(claims.issuedAtMs),
      ...(project ? { project: { domain: named(project.domain), ...named(project.row) }, is_domain: false } : {}),
      ...(domain ? { domain: named(domain) } : {}),
      ...(scope.type === 'system' ? { system: { all: true } } : {}),
      ...(scope.type === 'unscoped' ? {} : { roles: roles.map(named) }),
      ...(applicationCredential
        ? {
            application_credential: {
              ...named(applicationCredential),
              restricted: !applicationCredential.unrestricted,
            },
          }
        : {}),
      ...(scope.type === 'unscoped' || catalog === null ? {} : { catalog: catalogView(catalog, base) }),
    },
  };
}
