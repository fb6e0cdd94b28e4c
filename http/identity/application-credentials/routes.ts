import { randomBytes } from 'node:crypto';
import { createApplicationCredential, deleteApplicationCredential } from '../../../actors/identity/client.ts';
import {
  type ApplicationCredentialRow,
  applicationCredentials,
  indexed,
  roleNamed,
} from '../../../actors/identity/row.ts';
import { listReply } from '../listing.ts';
import { checked } from '../requests.ts';
import {
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
import { createApplicationCredentialBody } from './requests.ts';
import { applicationCredentialView } from './views.ts';

/** Bytes of a secret that we make. */
const SECRET_BYTES = 48;

/** Whether the token may manage application credentials: one that came from a credential only if that is unrestricted. */
const isFree = ({ caller }: IdentityRequest): boolean => caller.applicationCredential?.unrestricted ?? true;

/** Rule: nobody makes a credential for somebody else, since it acts as its user. */
const selfUnrestricted: Rule = (request) =>
  request.param('user_id') === request.caller.caller.userId && isFree(request);

const managed: Rule = (request) => selfOrAdmin(request) && isFree(request);

function list(request: IdentityRequest): IdentityAnswer {
  const { reader } = request.services;
  const name = request.query('name');
  const parts = name === undefined ? [request.param('user_id')] : [request.param('user_id'), name];
  return listReply(
    request,
    'application_credentials',
    indexed(applicationCredentials, reader, 'byUser', parts),
    (row) => applicationCredentialView(row, reader, request.base),
  );
}

function ofUser(request: IdentityRequest): ApplicationCredentialRow | undefined {
  const row = applicationCredentials.read(request.services.reader, request.param('application_credential_id'));
  return row?.userId === request.param('user_id') ? row : undefined;
}

function show(request: IdentityRequest): IdentityAnswer {
  const row = ofUser(request);
  const applicationCredentialId = request.param('application_credential_id');
  if (!row) return refuseFor({ code: 'ApplicationCredentialNotFound', applicationCredentialId });
  return reply({ application_credential: applicationCredentialView(row, request.services.reader, request.base) });
}

async function create(request: IdentityRequest): Promise<IdentityAnswer> {
  const { services, caller, base } = request;
  const body = checked(createApplicationCredentialBody(services.passwordLengthMin), request.body);
  if (!body.ok) return body;
  const wanted = body.value.application_credential;
  const projectId = caller.caller.projectId;
  if (projectId === null) return refuse(400, 'An application credential needs a token for a project.');
  if (typeof wanted.expires_at === 'number' && wanted.expires_at <= services.clock.now()) {
    return refuse(400, "Invalid input for field 'application_credential.expires_at': It must be in the future.");
  }
  // No token gives more than it has: the roles are those of the token, not all that the user holds.
  const held = caller.roles.map((role) => role.id);
  const asked = wanted.roles?.map(({ id, name }) => id ?? roleNamed(services.reader, name ?? '')?.id ?? name ?? '');
  const foreign = asked?.find((id) => !held.includes(id));
  if (foreign !== undefined) return refuseFor({ code: 'RoleNotAssigned', roleId: foreign });
  const secret = wanted.secret ?? randomBytes(SECRET_BYTES).toString('base64url');
  const secretHash = await services.passwords.hash(secret);
  if (!secretHash.ok) return refuseFor(secretHash.error);
  const made = await createApplicationCredential(services.system, {
    name: wanted.name,
    userId: caller.user.id,
    projectId,
    description: wanted.description ?? null,
    secretHash: secretHash.value,
    roleIds: asked ?? held,
    expiresAtMs: wanted.expires_at ?? null,
    unrestricted: wanted.unrestricted ?? false,
  });
  if (!made.ok) return refuseFor(made.error);
  return reply({ application_credential: applicationCredentialView(made.value, services.reader, base, secret) }, 201);
}

async function remove(request: IdentityRequest): Promise<IdentityAnswer> {
  const id = request.param('application_credential_id');
  const removed = await deleteApplicationCredential(request.services.system, request.param('user_id'), id);
  return removed.ok ? noContent : refuseFor(removed.error);
}

const ALL = '/users/:user_id/application_credentials';
const ONE = `${ALL}/:application_credential_id`;

export const applicationCredentialRoutes: readonly IdentityRoute[] = [
  { method: 'GET', path: ALL, action: 'identity:list_application_credentials', rule: selfOrAdmin, handle: list },
  {
    method: 'POST',
    path: ALL,
    action: 'identity:create_application_credential',
    rule: selfUnrestricted,
    handle: create,
  },
  { method: 'GET', path: ONE, action: 'identity:get_application_credential', rule: selfOrAdmin, handle: show },
  { method: 'DELETE', path: ONE, action: 'identity:delete_application_credential', rule: managed, handle: remove },
];
