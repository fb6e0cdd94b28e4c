import { createProject, deleteProject, updateProject } from '../../../actors/identity/client.ts';
import { type ProjectRow, projectNamed, projects, users } from '../../../actors/identity/row.ts';
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
import { projectsOfUser } from './of-user.ts';
import { createProjectBody, updateProjectBody } from './requests.ts';
import { projectView } from './views.ts';

/** Rule: an administrator, or whoever holds a role on the project. */
const ofProject: Rule = (request) =>
  adminOnly(request) ||
  projectsOfUser(request.services.reader, request.caller.user.id).some((row) => row.id === request.param('project_id'));

function list(request: IdentityRequest): IdentityAnswer {
  const { reader } = request.services;
  const [name, domainId, parentId] = ['name', 'domain_id', 'parent_id'].map((field) => request.query(field));
  const enabled = flag(request, 'enabled');
  const isWanted = (row: ProjectRow): boolean =>
    flag(request, 'is_domain') !== true &&
    (name === undefined || row.name === name) &&
    (domainId === undefined || row.domainId === domainId) &&
    (parentId === undefined || row.domainId === parentId) &&
    (enabled === null || row.enabled === enabled) &&
    hasTags(row, request);
  const byName = name !== undefined && domainId !== undefined ? projectNamed(reader, domainId, name) : undefined;
  const rows = byName ? [byName] : projects.scan(reader);
  return listReply(request, 'projects', filtered(rows, isWanted), (row) => projectView(row, request.base));
}

function hasTags(row: ProjectRow, request: IdentityRequest): boolean {
  const asked = (name: string): readonly string[] | null => request.query(name)?.split(',') ?? null;
  const has = (tag: string): boolean => row.tags.includes(tag);
  return (
    (asked('tags')?.every(has) ?? true) &&
    (asked('tags-any')?.some(has) ?? true) &&
    !(asked('not-tags')?.every(has) ?? false) &&
    !(asked('not-tags-any')?.some(has) ?? false)
  );
}

function* filtered<Row>(rows: Iterable<Row>, isWanted: (row: Row) => boolean): IterableIterator<Row> {
  for (const row of rows) if (isWanted(row)) yield row;
}

function show(request: IdentityRequest): IdentityAnswer {
  const projectId = request.param('project_id');
  const row = projects.read(request.services.reader, projectId);
  return row ? reply({ project: projectView(row, request.base) }) : refuseFor({ code: 'ProjectNotFound', projectId });
}

async function create(request: IdentityRequest): Promise<IdentityAnswer> {
  const body = checked(createProjectBody, request.body);
  if (!body.ok) return body;
  const { name, domain_id, parent_id, description, enabled = true, tags = [] } = body.value.project;
  const domainId = domain_id ?? request.caller.userDomain.id;
  if (parent_id && parent_id !== domainId) {
    return refuse(400, "Invalid input for field 'project.parent_id': Projects cannot be nested.");
  }
  const made = await createProject(request.services.system, {
    name,
    domainId,
    description: description ?? '',
    enabled,
    tags: [...new Set(tags)],
  });
  return made.ok ? reply({ project: projectView(made.value, request.base) }, 201) : refuseFor(made.error);
}

async function update(request: IdentityRequest): Promise<IdentityAnswer> {
  const body = checked(updateProjectBody, request.body);
  if (!body.ok) return body;
  const projectId = request.param('project_id');
  const { name, description, enabled, tags, domain_id } = body.value.project;
  const before = projects.read(request.services.reader, projectId);
  if (before && domain_id !== undefined && domain_id !== before.domainId) {
    return refuse(400, "Invalid input for field 'project.domain_id': It cannot be changed.");
  }
  const changes = definedOf({ name, enabled, tags, description: description === null ? '' : description });
  const changed = await updateProject(request.services.system, projectId, changes);
  return changed.ok ? reply({ project: projectView(changed.value, request.base) }) : refuseFor(changed.error);
}

async function remove(request: IdentityRequest): Promise<IdentityAnswer> {
  const removed = await deleteProject(request.services.system, request.param('project_id'));
  return removed.ok ? noContent : refuseFor(removed.error);
}

function listOfUser(request: IdentityRequest): IdentityAnswer {
  const userId = request.param('user_id');
  const { reader } = request.services;
  if (!users.read(reader, userId)) return refuseFor({ code: 'UserNotFound', userId });
  return listReply(request, 'projects', projectsOfUser(reader, userId), (row) => projectView(row, request.base));
}

export const projectRoutes: readonly IdentityRoute[] = [
  { method: 'GET', path: '/projects', action: 'identity:list_projects', rule: adminOnly, handle: list },
  { method: 'POST', path: '/projects', action: 'identity:create_project', rule: adminOnly, handle: create },
  { method: 'GET', path: '/projects/:project_id', action: 'identity:get_project', rule: ofProject, handle: show },
  {
    method: 'PATCH',
    path: '/projects/:project_id',
    action: 'identity:update_project',
    rule: adminOnly,
    handle: update,
  },
  {
    method: 'DELETE',
    path: '/projects/:project_id',
    action: 'identity:delete_project',
    rule: adminOnly,
    handle: remove,
  },
  {
    method: 'GET',
    path: '/users/:user_id/projects',
    action: 'identity:list_user_projects',
    rule: selfOrAdmin,
    handle: listOfUser,
  },
];
