import { domains } from '../../../actors/identity/row.ts';
import { flag, listReply } from '../listing.ts';
import {
  adminOnly,
  anyone,
  type IdentityAnswer,
  type IdentityRequest,
  type IdentityRoute,
  refuseFor,
  reply,
} from '../route.ts';
import { domainView } from './views.ts';

function list(request: IdentityRequest): IdentityAnswer {
  const name = request.query('name');
  const enabled = flag(request, 'enabled');
  const rows = [...domains.scan(request.services.reader)].filter(
    (row) =>
      (name === undefined || row.name.toLowerCase() === name.toLowerCase()) &&
      (enabled === null || row.enabled === enabled),
  );
  return listReply(request, 'domains', rows, (row) => domainView(row, request.base));
}

function show(request: IdentityRequest): IdentityAnswer {
  const domainId = request.param('domain_id');
  const row = domains.read(request.services.reader, domainId);
  return row ? reply({ domain: domainView(row, request.base) }) : refuseFor({ code: 'DomainNotFound', domainId });
}

/** There is one domain, and it cannot be changed. Whoever has a token is of it, so everybody may see it. */
export const domainRoutes: readonly IdentityRoute[] = [
  { method: 'GET', path: '/domains', action: 'identity:list_domains', rule: adminOnly, handle: list },
  { method: 'GET', path: '/domains/:domain_id', action: 'identity:get_domain', rule: anyone, handle: show },
];
