import { createUser, deleteUser, updateUser } from '../../../actors/identity/client.ts';
import { type UserRow, userNamed, users } from '../../../actors/identity/row.ts';
import { ok } from '../../../runtime/result.ts';
import { checkSecret } from '../auth/login.ts';
import { definedOf } from '../defined.ts';
import { flag, listReply } from '../listing.ts';
import { checked } from '../requests.ts';
import {
  adminOnly,
  type IdentityAnswer,
  type IdentityRequest,
  type IdentityRoute,
  noContent,
  type Rule,
  refuse,
  refuseFor,
  reply,
  selfOrAdmin,
} from '../route.ts';
import { changePasswordBody, createUserBody, updateUserBody } from './requests.ts';
import { userView } from './views.ts';

/** Rule: the user itself. Not an administrator: who has no need of the old password uses the update. */
const selfOnly: Rule = (request) => request.param('user_id') === request.caller.caller.userId;

function list(request: IdentityRequest): IdentityAnswer {
  const { reader } = request.services;
  const [name, domainId] = [request.query('name'), request.query('domain_id')];
  const projectId = request.query('default_project_id');
  const enabled = flag(request, 'enabled');
  const byName = name !== undefined && domainId !== undefined ? userNamed(reader, domainId, name) : undefined;
  function* wanted(): IterableIterator<UserRow> {
    for (const row of byName ? [byName] : users.scan(reader)) {
      if (name !== undefined && row.name !== name) continue;
      if (domainId !== undefined && row.domainId !== domainId) continue;
      if (projectId !== undefined && row.defaultProjectId !== projectId) continue;
      if (enabled === null || row.enabled === enabled) yield row;
    }
  }
  return listReply(request, 'users', wanted(), (row) => userView(row, request.base));
}

function show(request: IdentityRequest): IdentityAnswer {
  const userId = request.param('user_id');
  const row = users.read(request.services.reader, userId);
  return row ? reply({ user: userView(row, request.base) }) : refuseFor({ code: 'UserNotFound', userId });
}

async function create(request: IdentityRequest): Promise<IdentityAnswer> {
  const { services, base, caller } = request;
  const body = checked(createUserBody(services.passwordLengthMin), request.body);
  if (!body.ok) return body;
  const { name, domain_id, password, enabled = true, email, description, default_project_id } = body.value.user;
  const passwordHash = typeof password === 'string' ? await services.passwords.hash(password) : ok(null);
  if (!passwordHash.ok) return refuseFor(passwordHash.error);
  const made = await createUser(services.system, {
    name,
    domainId: domain_id ?? caller.userDomain.id,
    enabled,
    email: email ?? null,
    description: description ?? null,
    defaultProjectId: default_project_id ?? null,
    passwordHash: passwordHash.value,
  });
  return made.ok ? reply({ user: userView(made.value, base) }, 201) : refuseFor(made.error);
}

async function update(request: IdentityRequest): Promise<IdentityAnswer> {
  const { services, base } = request;
  const body = checked(updateUserBody(services.passwordLengthMin), request.body);
  if (!body.ok) return body;
  const userId = request.param('user_id');
  const before = users.read(services.reader, userId);
  if (!before) return refuseFor({ code: 'UserNotFound', userId });
  const { name, domain_id, password, enabled, email, description, default_project_id } = body.value.user;
  if (domain_id !== undefined && domain_id !== before.domainId) {
    return refuse(400, "Invalid input for field 'user.domain_id': It cannot be changed.");
  }
  const hash = typeof password === 'string' ? await services.passwords.hash(password) : ok(password);
  if (!hash.ok) return refuseFor(hash.error);
  const changes = definedOf({
    name,
    enabled,
    email,
    description,
    defaultProjectId: default_project_id,
    passwordHash: hash.value,
  });
  const changed = await updateUser(services.system, userId, changes);
  return changed.ok ? reply({ user: userView(changed.value, base) }) : refuseFor(changed.error);
}

async function changePassword(request: IdentityRequest): Promise<IdentityAnswer> {
  const { services, caller } = request;
  const body = checked(changePasswordBody(services.passwordLengthMin), request.body);
  if (!body.ok) return body;
  const { original_password, password } = body.value.user;
  const { id, passwordHash: before } = caller.user;
  const right = await checkSecret(`user ${id}`, original_password, before, request);
  if (!right.ok) return right;
  const hash = await services.passwords.hash(password);
  if (!hash.ok) return refuseFor(hash.error);
  const changed = await updateUser(services.system, id, { passwordHash: hash.value }, before ?? undefined);
  return changed.ok ? noContent : refuseFor(changed.error);
}

async function remove(request: IdentityRequest): Promise<IdentityAnswer> {
  const removed = await deleteUser(request.services.system, request.param('user_id'));
  return removed.ok ? noContent : refuseFor(removed.error);
}

/** Groups do not exist here; clients that look for a user's get an empty list. */
const groups = (request: IdentityRequest): IdentityAnswer => listReply(request, 'groups', [], () => ({}));

export const userRoutes: readonly IdentityRoute[] = [
  { method: 'GET', path: '/users', action: 'identity:list_users', rule: adminOnly, handle: list },
  { method: 'POST', path: '/users', action: 'identity:create_user', rule: adminOnly, handle: create },
  { method: 'GET', path: '/users/:user_id', action: 'identity:get_user', rule: selfOrAdmin, handle: show },
  { method: 'PATCH', path: '/users/:user_id', action: 'identity:update_user', rule: adminOnly, handle: update },
  { method: 'DELETE', path: '/users/:user_id', action: 'identity:delete_user', rule: adminOnly, handle: remove },
  {
    method: 'POST',
    path: '/users/:user_id/password',
    action: 'identity:change_password',
    rule: selfOnly,
    handle: changePassword,
  },
  {
    method: 'GET',
    path: '/users/:user_id/groups',
    action: 'identity:list_groups_for_user',
    rule: selfOrAdmin,
    handle: groups,
  },
  { method: 'GET', path: '/groups', action: 'identity:list_groups', rule: adminOnly, handle: groups },
];
