import { createRole, deleteRole, updateRole } from '../../../actors/identity/client.ts';
import { DEFAULT_ROLES, type RoleRow, roleNamed, roles } from '../../../actors/identity/row.ts';
import { definedOf } from '../defined.ts';
import { listReply } from '../listing.ts';
import { checked } from '../requests.ts';
import {
  adminOnly,
  type IdentityAnswer,
  type IdentityRequest,
  type IdentityRoute,
  noContent,
  refuseFor,
  reply,
} from '../route.ts';
import { createRoleBody, updateRoleBody } from './requests.ts';
import { roleView } from './views.ts';

function list(request: IdentityRequest): IdentityAnswer {
  const { reader } = request.services;
  const name = request.query('name');
  const found = name === undefined ? undefined : roleNamed(reader, name);
  const rows: Iterable<RoleRow> = name === undefined ? roles.scan(reader) : found ? [found] : [];
  return listReply(request, 'roles', rows, (row) => roleView(row, request.base));
}

function show(request: IdentityRequest): IdentityAnswer {
  const roleId = request.param('role_id');
  const row = roles.read(request.services.reader, roleId);
  return row ? reply({ role: roleView(row, request.base) }) : refuseFor({ code: 'RoleNotFound', roleId });
}

async function create(request: IdentityRequest): Promise<IdentityAnswer> {
  const body = checked(createRoleBody, request.body);
  if (!body.ok) return body;
  const { name, description = null } = body.value.role;
  const made = await createRole(request.services.system, { name, description });
  return made.ok ? reply({ role: roleView(made.value, request.base) }, 201) : refuseFor(made.error);
}

async function update(request: IdentityRequest): Promise<IdentityAnswer> {
  const body = checked(updateRoleBody, request.body);
  if (!body.ok) return body;
  const { name, description } = body.value.role;
  const { system } = request.services;
  const changed = await updateRole(system, request.param('role_id'), definedOf({ name, description }));
  return changed.ok ? reply({ role: roleView(changed.value, request.base) }) : refuseFor(changed.error);
}

async function remove(request: IdentityRequest): Promise<IdentityAnswer> {
  const removed = await deleteRole(request.services.system, request.param('role_id'));
  return removed.ok ? noContent : refuseFor(removed.error);
}

/** Which roles imply which. */
function inferences(request: IdentityRequest): IdentityAnswer {
  const { reader } = request.services;
  const named = ({ id, name }: RoleRow): object => ({ id, name });
  const rows = DEFAULT_ROLES.flatMap(({ name, implies }) => {
    const [prior, implied] = [roleNamed(reader, name), implies === null ? undefined : roleNamed(reader, implies)];
    return prior && implied ? [{ prior_role: named(prior), implies: [named(implied)] }] : [];
  });
  return reply({ role_inferences: rows, links: { self: `${request.base}/identity/v3/role_inferences` } });
}

export const roleRoutes: readonly IdentityRoute[] = [
  { method: 'GET', path: '/roles', action: 'identity:list_roles', rule: adminOnly, handle: list },
  { method: 'POST', path: '/roles', action: 'identity:create_role', rule: adminOnly, handle: create },
  { method: 'GET', path: '/roles/:role_id', action: 'identity:get_role', rule: adminOnly, handle: show },
  { method: 'PATCH', path: '/roles/:role_id', action: 'identity:update_role', rule: adminOnly, handle: update },
  { method: 'DELETE', path: '/roles/:role_id', action: 'identity:delete_role', rule: adminOnly, handle: remove },
  {
    method: 'GET',
    path: '/role_inferences',
    action: 'identity:list_role_inference_rules',
    rule: adminOnly,
    handle: inferences,
  },
];
